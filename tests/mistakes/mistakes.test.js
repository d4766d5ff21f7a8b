import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";
import { mistakes } from "./mistakes.js";
import { file, page, played } from "./table.js";

const works = /^Nothing has to be corrected/;
let outcomes;

before(async () => {
  outcomes = await played();
});

test("docs/mistakes.md is what tests/mistakes/table.js writes", () => {
  assert.equal(readFileSync(file, "utf8"), page(outcomes));
});

for (const mistake of Object.values(mistakes).flat()) {
  const name = mistake.mistake.replaceAll("`", "");
  test(`who makes this mistake is told what it is, or signed in all the same: ${name}`, () => {
    const { says, code, page: other } = outcomes.get(mistake);
    assert.match(mistake.fix, /^[A-Z].*\.$/);
    if (works.test(mistake.fix)) assert.equal(says, "Signed in as user@example.com");
    else assert.ok(code ?? other, `the page says ${says}`);
  });
}
