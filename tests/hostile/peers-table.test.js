import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { cases } from "./cases/index.js";
import { escaped } from "./table.js";

// `npm run bench:hostile` writes it, from what it saw; here is only whether it still fits the cases.
const page = readFileSync(new URL("../../docs/hostile-peers.md", import.meta.url), "utf8");
const section = (title) => page.split(`\n## ${title}\n`)[1].split("\n## ")[0];
const cells = (line) =>
  line
    .slice(2, -2)
    .split(/(?<!\\) \| /)
    .map((cell) => cell.trim());
const table = (title) =>
  section(title)
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .slice(2)
    .map(cells);

test("docs/hostile-peers.md has every case, by area", () => {
  for (const [area, list] of Object.entries(cases)) {
    const names = table(area).map(([name]) => name);
    const expected = list.map(({ name }) => escaped(name));
    assert.deepEqual(names, expected, `${area}: run \`npm run bench:hostile\``);
  }
});

test("its totals are the counts of its tables", () => {
  const rows = Object.keys(cases).flatMap(table);
  for (const [index, total] of table("Totals").entries()) {
    const [name, , refused, accepted, permitted, followed, unsettled, taken, , without] = total;
    const count = (expected, ...signs) =>
      rows.filter((row) => row[1] === expected && signs.includes(row[index + 2])).length;
    const all = (expected) => rows.filter((row) => row[1] === expected).length;
    const applicable = (expected) => all(expected) - count(expected, "·");
    assert.deepEqual(
      { refused, accepted, permitted, followed, unsettled, taken, without },
      {
        refused: `${count("refused", "✓")} of ${applicable("refused")}`,
        accepted: String(count("refused", "**✗**")),
        permitted: String(count("refused", "○") + count("taken", "○")),
        followed: String(count("refused", "→") + count("taken", "→")),
        unsettled: String(count("refused", "…")),
        taken: `${count("taken", "✓")} of ${applicable("taken")}`,
        without: String(count("refused", "·") + count("taken", "·")),
      },
      name,
    );
  }
});
