import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const root = new URL("../../", import.meta.url);
const pages = ["SECURITY.md", "docs/security-in-detail.md"];
const text = pages.map((page) => readFileSync(new URL(page, root), "utf8")).join("");
const named = [...text.matchAll(/`([^`]+)`/g)].map(([, name]) => name);

test("every file that SECURITY.md names, or its details is there", () => {
  const files = named.filter((name) => /^(src|js|tests|scripts)\/[\w./-]+$/.test(name));
  assert.ok(files.length > 20);
  for (const file of files) assert.ok(existsSync(new URL(file, root)), file);
});

test("every test that SECURITY.md names, or its details is there", () => {
  const tests = readdirSync(new URL("tests/", root))
    .filter((name) => name.endsWith(".rs"))
    .map((name) => readFileSync(new URL(`tests/${name}`, root), "utf8"))
    .join("");
  const names = named.filter((name) => /^[a-z0-9]+(_[a-z0-9]+){2,}$/.test(name));
  assert.ok(names.length >= 10);
  for (const name of names) assert.ok(tests.includes(`fn ${name}()`), name);
});
