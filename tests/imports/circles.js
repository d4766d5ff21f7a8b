/**
 * The circles of a graph of imports: of each file in one, the shortest that leads back to it.
 * @param {Map<string, Iterable<string>>} imports of each file, the files that it imports
 * @returns {string[]} such as `a → b → a`
 */
export function circles(imports) {
  const found = new Set();
  for (const file of [...imports.keys()].sort()) {
    const circle = wayBack(imports, file);
    if (circle === undefined) continue;
    const start = circle.indexOf([...circle].sort()[0]);
    const turned = [...circle.slice(start), ...circle.slice(0, start + 1)];
    found.add(turned.join(" → "));
  }
  return [...found];
}

/** The files on the shortest way from a file to itself. */
function wayBack(imports, file) {
  const ways = [[file]];
  const seen = new Set();
  for (const way of ways) {
    for (const next of imports.get(way.at(-1)) ?? []) {
      if (next === file) return way;
      if (seen.has(next)) continue;
      seen.add(next);
      ways.push([...way, next]);
    }
  }
  return undefined;
}
