// For how long there was no input, of what the tabs keep: no browser, and no clock but the one of these tests.
import assert from "node:assert/strict";
import { test } from "node:test";
import { idleFor, readKept, seenOf, withInput, withSignIn } from "../dist/on-demand/activity.js";

const NOW = Date.parse("2026-01-01T12:00:00Z");
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const LIMIT = 15 * MINUTE;

const record = (changes) => ({ id: "sign-in", obtained_at: NOW, ...changes });

/** For how long a page takes its user to be idle that comes to know it just now. */
const idleOf = (kept, now, one = record()) =>
  idleFor(seenOf(one, kept, undefined, 5_000), now, 5_000);

test("a page that is opened goes on from the last input in any tab", () => {
  const kept = { "sign-in": NOW + MINUTE };
  assert.equal(idleOf(kept, NOW + 3 * MINUTE), 2 * MINUTE);
  // To look at it, or to load the page again, is no input.
  assert.equal(idleOf(kept, NOW + 4 * MINUTE), 3 * MINUTE);
});

test("a page that is opened after a day finds that there was no input for a day", () => {
  assert.equal(idleOf({ "sign-in": NOW }, NOW + DAY), DAY);
});

test("where nothing is kept of a sign-in, it is as old as its tokens", () => {
  assert.equal(idleOf({}, NOW + HOUR), HOUR);
  assert.equal(idleOf({ another: NOW + HOUR }, NOW + HOUR), HOUR);
  assert.ok(idleOf({}, NOW, record({ obtained_at: undefined })) > DAY);
});

test("a refresh is no input", () => {
  const seen = seenOf(record(), {}, undefined, 0);
  const kept = withSignIn({}, seen.id, seen.at);
  const renewed = record({ obtained_at: NOW + HOUR });
  assert.equal(idleFor(seenOf(renewed, kept, seen, HOUR), NOW + HOUR, HOUR), HOUR);
  // Nor where the storage was emptied, as long as the page is there.
  assert.equal(idleFor(seenOf(renewed, {}, seen, HOUR), NOW + HOUR, HOUR), HOUR);
});

test("the sleep of a device counts, also where its ticks stand still", () => {
  const seen = seenOf(record(), { "sign-in": NOW }, undefined, 5_000);
  assert.equal(idleFor(seen, NOW + 8 * HOUR, 6_000), 8 * HOUR);
});

test("a clock that is set back makes nobody idle for less", () => {
  const kept = { "sign-in": NOW };
  const seen = seenOf(record(), kept, undefined, 5_000);
  const later = seenOf(record(), kept, seen, 5_000 + HOUR);
  assert.equal(idleFor(later, NOW - MINUTE, 5_000 + HOUR), HOUR);
});

test("for a page that is opened by a clock that was set back, the last input is as far away as it is ahead", () => {
  assert.equal(idleOf({ "sign-in": NOW }, NOW - HOUR), HOUR);
});

test("input keeps the sign-ins of all tabs, but for those that are over", () => {
  const kept = { mine: NOW - MINUTE, other: NOW - 2 * MINUTE, over: NOW - LIMIT };
  assert.deepEqual(withInput(kept, "mine", LIMIT, NOW), {
    mine: NOW,
    other: NOW,
    over: NOW - LIMIT,
  });
});

test("the next sign-in wakes none that was over before", () => {
  const kept = withSignIn({ former: NOW - DAY }, "next", NOW);
  const after = withInput(kept, "next", LIMIT, NOW + MINUTE);
  assert.equal(idleOf(after, NOW + MINUTE, record({ id: "former" })), DAY + MINUTE);
  assert.equal(idleOf(after, NOW + MINUTE, record({ id: "next" })), 0);
});

test("input after a clock was set back counts from then", () => {
  const seen = { id: "sign-in", at: NOW, since: 5_000 };
  const kept = withInput({ "sign-in": NOW }, "sign-in", LIMIT, NOW - MINUTE);
  const ticks = 5_000 + MINUTE;
  assert.equal(idleFor(seenOf(record(), kept, seen, ticks), NOW - MINUTE, ticks), 0);
});

test("twenty sign-ins are kept, the latest ones", () => {
  let kept = {};
  for (let number = 0; number < 25; number += 1) kept = withSignIn(kept, `${number}`, NOW + number);
  assert.deepEqual(Object.keys(kept).length, 20);
  assert.ok(!("4" in kept) && "5" in kept && "24" in kept);
});

test("what is no time, or nothing that was kept, is as good as none", () => {
  for (const text of [
    null,
    "",
    "null",
    "[",
    "3",
    '"text"',
    '{"sign-in":"soon"}',
    '{"sign-in":null}',
  ]) {
    assert.deepEqual(readKept(text)["sign-in"], undefined, text);
  }
  assert.deepEqual(readKept('{"sign-in":5,"other":{}}'), { "sign-in": 5 });
});
