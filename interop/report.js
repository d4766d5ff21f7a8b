export async function writeReport(provider, results) {
  console.log(
    JSON.stringify(
      results.map(({ facts }) => facts),
      null,
      1,
    ),
  );
}
