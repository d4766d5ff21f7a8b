import { readdirSync } from "node:fs";
import { after, describe } from "node:test";

/** No file of tests takes a quarter as long; one that hangs is to fail, and to say which it is. */
const TIMEOUT_MILLIS = 600_000;

/**
 * Defines the tests of every file for one engine, with one browser for all of them: to start one takes
 * longer than most tests.
 *
 * @param {import("./browsers/index.js").Engine["name"]} name
 */
export function inOneBrowser(name) {
  process.env.E2E_ENGINES = name;
  const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith(".test.js"));
  describe(name, async () => {
    // Only now, for it reads which engines to test in.
    const { engines, keep } = await import("./browsers/index.js");
    after(keep(engines[0]));
    // One after the other: what a file defines belongs to the suite that is being defined.
    for (const file of files) {
      await new Promise((resolve, reject) => {
        describe(file, { timeout: TIMEOUT_MILLIS }, () =>
          import(`./${file}`).then(resolve, reject),
        );
      });
    }
  });
}
