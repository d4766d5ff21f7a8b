import assert from "node:assert/strict";
import { test } from "node:test";
import { tally } from "../tally.js";

test("cargo's closing lines are added up over all binaries", () => {
  const output = [
    "running 3 tests",
    "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s",
    "test result: FAILED. 4 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 1s",
  ].join("\n");
  assert.deepEqual(tally(output), { passed: 7, failed: 2, skipped: 1 });
});

test("node's closing lines are read in both of its formats", () => {
  const spec = "ℹ tests 9\nℹ suites 1\nℹ pass 4\nℹ fail 1\nℹ cancelled 1\nℹ skipped 2\nℹ todo 1\n";
  const expected = { passed: 4, failed: 2, skipped: 3 };
  assert.deepEqual(tally(spec), expected);
  assert.deepEqual(tally(spec.replaceAll("ℹ", "#")), expected);
});

test("what a test itself prints is not counted", () => {
  assert.deepEqual(tally("saw: test result: ok. 3 passed; 0 failed\n  ℹ pass 3\n"), {
    passed: 0,
    failed: 0,
    skipped: 0,
  });
});
