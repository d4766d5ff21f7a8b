import { existsSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "../problem.js";
import { root, run } from "../run.js";

/** @type {[title: string, program: string[]][]} */
export const buildPrograms = [
  ["Building the build tool", ["cargo", "build", "--package", "xtask"]],
  ["Building the package", ["cargo", "xtask", "build"]],
];

/** Builds dist/, as far as it is out of date. */
export async function build() {
  if (!existsSync(join(root, "dist/index.js"))) console.log("The first build takes a few minutes.");
  for (const [title, program] of buildPrograms) {
    const { status, output } = await run(title, program);
    if (status !== 0) {
      process.stderr.write(output);
      throw new Problem(`${title} failed: see above.`);
    }
  }
}
