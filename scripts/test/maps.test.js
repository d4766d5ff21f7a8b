// The pages that say what each file is leave none out, and name none that is gone.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "../run.js";

const read = (page) => readFileSync(join(root, page), "utf8");

/** The names of a folder's files, without their endings; types beside a script are no file of their own. */
function namesIn(folder) {
  const files = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  const sources = files.filter(
    (file) => file.isFile() && /(?<!\.d)\.(?:rs|[jt]s)$/.test(file.name),
  );
  return [...new Set(sources.map(({ name }) => name.replace(/\..*/, "")))];
}

test("js/README.md names every script, as it is called", () => {
  const page = read("js/README.md");
  const missing = namesIn("js").filter(
    (name) => !new RegExp(`\`${name}(?:\\.[jt]s)?\``).test(page),
  );
  assert.deepEqual(missing, []);
});

test("ARCHITECTURE.md names every module of src/, and is within 250 lines of 120 characters", () => {
  const page = read("ARCHITECTURE.md");
  const modules = namesIn("src").filter((name) => !["lib", "mod"].includes(name));
  assert.deepEqual(
    modules.filter((name) => !page.includes(`\`${name}\``)),
    [],
  );
  const lines = page.split("\n");
  assert.ok(lines.length <= 250);
  assert.deepEqual(
    lines.filter((line) => line.length > 120),
    [],
  );
});

for (const page of [
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "docs/testing.md",
  "js/README.md",
]) {
  test(`each path that ${page} names is there`, () => {
    const folder = /^(?:src|js|command|xtask|scripts|tests|fuzz|bench|interop)\//;
    const named = [...read(page).matchAll(/`([\w./-]+)`/g)].map(([, path]) => path);
    const paths = named.filter((path) => folder.test(path));
    assert.ok(paths.length > 0);
    assert.deepEqual(
      paths.filter((path) => !existsSync(join(root, path))),
      [],
    );
  });
}
