import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { historyOf } from "./history.js";
import { Library } from "./library.js";
import { mutate, mutations } from "./mutations.js";
import { asTask } from "./play.js";
import { simulate } from "./simulate.js";
import { playAll } from "./workers.js";

const HISTORIES = 2_000;

test("no history of two thousand seeds violates an invariant", async () => {
  const { violations, played, counts } = await playAll({ from: 1, to: 1 + HISTORIES });
  assert.equal(played, HISTORIES);
  // A world in which nobody could sign in would be one without a fault.
  for (const name of ["sign-ins that a page has shown", "refreshes", "sign-outs"]) {
    assert.ok(counts.get(name) >= HISTORIES / 10, `${counts.get(name)} ${name}`);
  }
  const said = violations.map(({ seed, invariant, text }) => `seed ${seed}: ${invariant}: ${text}`);
  assert.deepEqual(said, [], "npm run simulate -- --seed N says how it comes to that");
});

test("what failed once does not fail again", async () => {
  const kept = JSON.parse(readFileSync(new URL("seeds.json", import.meta.url), "utf8"));
  const library = await Library.bundle();
  for (const { showed, history } of kept) {
    const { violation } = await asTask(() => simulate(history, library));
    assert.equal(violation, null, showed);
  }
});

test("a history goes the same way each time that it is played", async () => {
  const library = await Library.bundle();
  const history = historyOf(7, { tabs: 4, events: 120 });
  const playIt = () => asTask(() => simulate(history, library, true).words);
  assert.deepEqual(await playIt(), await playIt());
});

test("each mending is where it can be taken back", async () => {
  await Library.bundle((code) => {
    for (const { name } of mutations) assert.notEqual(mutate(name)(code), code);
    return code;
  });
});
