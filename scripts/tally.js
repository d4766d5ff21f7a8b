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

/**
 * @typedef {object} Timed a test of `node --test`, or a binary of `cargo test`, which does not time its tests
 * @property {string} name with those of the suites around it
 * @property {number} seconds
 */

/**
 * Reads how long each test took from the lines of `node --test` ("  ✔ a name (12.3ms)", among those of its suites,
 * "▶ a name" before and "✔ a name (45.6ms)" behind), and of `cargo test` ("Running …", "…; finished in 1.23s").
 *
 * @param {string} output
 * @returns {Timed[]}
 */
export function timesOf(output) {
  const times = [];
  let suites = [];
  let binary;
  for (const line of output.split("\n")) {
    // What failed is listed once more.
    if (line === "✖ failing tests:") break;
    const [, indent, mark, name, millis] = line.match(SPEC_LINE) ?? [];
    if (mark === "▶" && millis === undefined) {
      suites = [
        ...suites.filter((suite) => suite.indent < indent.length),
        { indent: indent.length, name },
      ];
    } else if (mark) {
      const around = suites.filter((suite) => suite.indent < indent.length);
      const isSuite = suites.some((suite) => suite.indent === indent.length && suite.name === name);
      suites = around;
      if (isSuite || millis === undefined) continue;
      const names = [...around.map((suite) => suite.name), name];
      times.push({ name: names.join(" › "), seconds: Number(millis) / 1000 });
    }
    binary = line.match(/^ +(?:Running|Doc-tests) (.+?)(?: \(.*\))?$/)?.[1] ?? binary;
    const seconds = line.match(/^test result: .*; finished in ([\d.]+)s$/)?.[1];
    if (seconds) times.push({ name: binary ?? "", seconds: Number(seconds) });
  }
  return times;
}

const SPEC_LINE = /^( *)([▶✔✖]) (.+?)(?: \(([\d.]+)ms\))?$/;
