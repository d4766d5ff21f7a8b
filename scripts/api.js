// Compares the types that the package's entries export with api.txt; --accept writes that file anew.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./run.js";

const expectation = new URL("api.txt", import.meta.url);
const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** The declarations of the entries, and of what those import, without comments. */
function declarations() {
  const entries = Object.values(exports).flatMap(({ types }) => types ?? []);
  const files = new Map();
  const read = (file) => {
    if (files.has(file)) return;
    const text = readFileSync(join(root, file), "utf8").replace(/^ *\/\*\*.*?\*\/\n/gms, "");
    files.set(file, text);
    for (const [, path] of text.matchAll(/from "(\..*)\.js"/g)) {
      // What the core and the façade say to each other is nobody else's concern.
      if (!path.includes("/core/")) read(join(file, "..", `${path}.d.ts`));
    }
  };
  entries.forEach((file) => read(join(file)));
  return [...files].sort().map(([file, text]) => `==> ${file}\n${text}`);
}

const current = declarations().join("\n");
if (process.argv.includes("--accept")) {
  writeFileSync(expectation, current);
} else if (current !== readFileSync(expectation, "utf8")) {
  const expected = new Set(readFileSync(expectation, "utf8").split("\n"));
  const now = new Set(current.split("\n"));
  for (const line of expected) if (!now.has(line)) console.error(`- ${line}`);
  for (const line of now) if (!expected.has(line)) console.error(`+ ${line}`);
  console.error("The public types have changed. Where that is right: node scripts/api.js --accept");
  process.exitCode = 1;
}
