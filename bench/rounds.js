import { summarise } from "./statistics.js";

/**
 * Measures every cell once, then every cell again: a slow minute of the machine meets all alike.
 *
 * @template Cell
 * @param {{ rounds: number, faults: string[] }} scene
 * @param {Cell[]} cells
 * @param {(cell: Cell) => string} nameOf
 * @param {(cell: Cell) => Promise<object>} measure gives numbers
 * @returns {Promise<Record<string, object>>} a summary of each cell's numbers, by its name
 */
export async function interleaved({ rounds, faults }, cells, nameOf, measure) {
  const samples = new Map(cells.map((cell) => [cell, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const [cell, taken] of samples) {
      try {
        taken.push(await measure(cell));
      } catch (error) {
        faults.push(`${nameOf(cell)}: ${error.message.split("\n")[0]}`);
        console.error(faults.at(-1));
      }
    }
    console.log(`  round ${round} of ${rounds}`);
  }
  const measured = [...samples].filter(([, taken]) => taken.length > 0);
  return Object.fromEntries(measured.map(([cell, taken]) => [nameOf(cell), summarise(taken)]));
}
