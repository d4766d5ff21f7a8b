/** Something that the user can put right: its message is one line that says what to do. */
export class Problem extends Error {}

/**
 * Runs a command's `main`, and answers a problem with its line alone.
 * @param {() => Promise<void>} main
 */
export async function command(main) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Problem ? error.message : error);
    process.exit(1);
  }
}
