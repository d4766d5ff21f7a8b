/**
 * @typedef {object} Tally how many tests a runner says there were
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 */

/**
 * Adds up the closing lines of `cargo test` ("test result: ok. 3 passed; 0 failed; 1 ignored; …", for each
 * binary) and of `node --test` ("ℹ pass 3", or "# pass 3").
 *
 * @param {string} output
 * @returns {Tally}
 */
export function tally(output) {
  const sum = (pattern) =>
    [...output.matchAll(pattern)].reduce((total, [, count]) => total + Number(count), 0);
  return {
    passed: sum(/^test result: .*?(\d+) passed/gm) + sum(/^[ℹ#] pass (\d+)$/gm),
    failed: sum(/^test result: .*?(\d+) failed/gm) + sum(/^[ℹ#] (?:fail|cancelled) (\d+)$/gm),
    skipped: sum(/^test result: .*?(\d+) ignored/gm) + sum(/^[ℹ#] (?:skipped|todo) (\d+)$/gm),
  };
}
