import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { cases } from "./cases/index.js";
import { file, page, readme, readmeFile } from "./table.js";

test("docs/hostile.md is what tests/hostile/table.js writes", () => {
  assert.equal(readFileSync(file, "utf8"), page());
});

test("the count in README.md is what tests/hostile/table.js writes", () => {
  assert.equal(readFileSync(readmeFile, "utf8"), readme());
});

test("no two cases of an area have the same name", () => {
  for (const list of Object.values(cases)) {
    const names = list.map(({ name }) => name);
    assert.deepEqual([...new Set(names)], names);
  }
});

test("every code that is expected has its entry in docs/errors.md", () => {
  const errors = readFileSync(new URL("../../docs/errors.md", import.meta.url), "utf8");
  for (const { name, expects } of Object.values(cases).flat()) {
    if (expects.code) assert.ok(errors.includes(`\n## ${expects.code}\n`), name);
  }
});
