import assert from "node:assert/strict";
import { test } from "node:test";
import { tally, timesOf } from "../tally.js";

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

test("node's tests are timed by themselves, with the names of their suites", () => {
  const output = [
    "▶ chromium",
    "  ▶ callback.test.js",
    "    ✔ signs in (1500.25ms)",
    "    ✖ signs out (20ms)",
    "      Error: a (2ms)",
    "  ✖ callback.test.js (1520.25ms)",
    "  ✔ is closed (2ms)",
    "✖ chromium (1522ms)",
    "✔ signs in (3ms)",
    "✖ failing tests:",
    "✖ signs out (20ms)",
  ].join("\n");
  assert.deepEqual(timesOf(output), [
    { name: "chromium › callback.test.js › signs in", seconds: 1.50025 },
    { name: "chromium › callback.test.js › signs out", seconds: 0.02 },
    { name: "chromium › is closed", seconds: 0.002 },
    { name: "signs in", seconds: 0.003 },
  ]);
});

test("cargo's binaries are timed, for their tests are not", () => {
  const output = [
    "     Running tests/session.rs (target/debug/deps/session-0123456789abcdef)",
    "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.25s",
    "   Doc-tests pkce_wasm",
    "test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
  ].join("\n");
  assert.deepEqual(timesOf(output), [
    { name: "tests/session.rs", seconds: 1.25 },
    { name: "pkce_wasm", seconds: 0 },
  ]);
});
