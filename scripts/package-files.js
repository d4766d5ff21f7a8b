// Compares what `npm pack` would publish with package-files.txt; --accept writes that file anew.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { root } from "./run.js";
import { npm } from "./setup/node-modules.js";

const expectation = new URL("package-files.txt", import.meta.url);
const [file, ...args] = npm;
const answer = execFileSync(file, [...args, "pack", "--dry-run", "--json"], {
  cwd: root,
  stdio: ["ignore", "pipe", "ignore"],
});
const packed = JSON.parse(answer)[0]
  .files.map((each) => each.path)
  .sort();

if (process.argv.includes("--accept")) {
  writeFileSync(expectation, `${packed.join("\n")}\n`);
} else {
  const expected = readFileSync(expectation, "utf8").trim().split("\n");
  const unexpected = packed.filter((path) => !expected.includes(path));
  const missing = expected.filter((path) => !packed.includes(path));
  for (const path of unexpected) console.error(`would be published, and is not expected: ${path}`);
  for (const path of missing) console.error(`is expected, and would not be published: ${path}`);
  if (unexpected.length + missing.length > 0) {
    console.error("Where that is right: node scripts/package-files.js --accept");
    process.exitCode = 1;
  }
}
