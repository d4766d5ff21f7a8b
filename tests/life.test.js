// A session's life by itself: no browser, no clock but the one of these tests.
import assert from "node:assert/strict";
import { test } from "node:test";
import { begin, live } from "../dist/first-load/life.js";
import { awaited, made, refreshed, requested } from "../dist/with-core/happenings.js";

const NOW = Date.parse("2026-01-01T12:00:00Z");
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** A record as the core makes it, with tokens of one hour. */
function record(changes = {}) {
  const { generation = 0, obtained_at = NOW } = changes;
  return {
    id: "sign-in",
    access_token: `access token ${generation}`,
    id_token: `ID token ${generation}`,
    refresh_token: "refresh token",
    generation,
    obtained_at,
    expires_at: obtained_at + HOUR,
    id_token_expires_at: obtained_at + HOUR,
    refresh_at: obtained_at + HOUR - 30 * SECOND,
    ...changes,
  };
}

const withoutRefreshToken = (changes) => record({ refresh_token: undefined, ...changes });

const isA = (name) => (action) => action[0] === name;

/** A page that brings a life what happens, at times of its own, and notes what is to be done. */
class Page {
  now = NOW;
  ticks = 5 * SECOND;
  timer = Infinity;
  done = [];
  /** What becomes of a refresh: here it goes on without end. */
  onRefresh = () => undefined;

  constructor(bearer = "access_token") {
    this.life = begin(bearer);
  }

  /** One that has found that record in its store. */
  static with(found, bearer) {
    const page = new Page(bearer);
    page.now = Math.max(page.now, found.obtained_at);
    page.stored(found);
    page.take();
    return page;
  }

  happen(event) {
    const { life, actions, answer } = live(this.life, event, this.now, this.ticks);
    this.life = life;
    this.done.push(...actions);
    const refreshes = actions.filter(isA("refresh"));
    if (actions.some(isA("ring"))) this.timer = life.ringsAt;
    for (const _ of refreshes) {
      this.happen({ happen: requested, hasWaited: false });
      this.onRefresh();
    }
    return answer;
  }

  stored(found, ended = []) {
    const text = found && JSON.stringify(found);
    this.happen({ type: "stored", text, record: found, ended });
  }

  made(one, isSaved = true) {
    this.happen({ happen: made, text: JSON.stringify(one), record: one, isSaved });
  }

  refreshed(fault) {
    this.happen({ happen: refreshed, fault });
  }

  /** What the caller is answered who has the core's help. */
  ask(wanted = {}) {
    return this.happen({ happen: awaited, kind: "access_token", ...wanted });
  }

  /** Time goes by, and the timer rings when it has to. */
  pass(millis) {
    const end = this.ticks + millis;
    while (this.timer <= end) {
      this.go(Math.max(this.timer - this.ticks, 0));
      this.timer = Infinity;
      this.happen({ type: "rang" });
    }
    this.go(end - this.ticks);
  }

  go(millis) {
    this.ticks += millis;
    this.now += millis;
  }

  /** What was to be done since it was asked the last time, the timer aside. */
  take() {
    return this.done.splice(0).filter(([name]) => name !== "ring");
  }

  count(name) {
    return this.done.filter(isA(name)).length;
  }
}

const over = (page) => page.take().filter(isA("over"));
const told = (page) => page.take().filter(isA("expiring"));

test("a session that cannot be renewed ends at its time, once, and says that it has expired", () => {
  const page = Page.with(withoutRefreshToken());
  page.pass(HOUR - 1);
  assert.deepEqual([over(page), page.life.record?.id], [[], "sign-in"]);
  page.pass(1);
  assert.deepEqual(over(page), [["over", "expired"]]);
  assert.equal(page.life.record, null);
  page.pass(HOUR);
  page.happen({ type: "woke", wasAway: false });
  assert.deepEqual(over(page), []);
});

test("a session that cannot be renewed ends also when the page wakes later", () => {
  const page = Page.with(withoutRefreshToken());
  page.go(3 * HOUR);
  page.happen({ type: "woke", wasAway: false });
  assert.deepEqual(over(page), [["over", "expired"]]);
});

test("a page that looks into its store as a session ends says that it has expired", () => {
  const ending = withoutRefreshToken();
  const page = Page.with(ending);
  page.go(HOUR);
  page.stored(ending);
  assert.deepEqual(over(page), [["over", "expired"]]);
});

test("whoever is the first to ask after its end gets no token, and the session is over", () => {
  const page = Page.with(withoutRefreshToken());
  page.go(HOUR);
  assert.equal(page.ask().give, undefined);
  assert.deepEqual(over(page), [["over", "expired"]]);
});

test("a store that could not be read is read again, and as often as it takes", () => {
  const page = new Page();
  page.stored(null);
  page.happen({ type: "changed" });
  page.happen({ type: "unread" });
  page.take();
  page.pass(5 * SECOND);
  assert.deepEqual(page.take(), [["look"]]);
  page.happen({ type: "unread" });
  page.pass(5 * SECOND);
  assert.deepEqual(page.take(), [["look"]]);
  page.stored(record());
  assert.equal(page.life.record?.id, "sign-in");
});

test("who sends the ID token is signed in for as long as that lasts", () => {
  const brief = withoutRefreshToken({ id_token_expires_at: NOW + MINUTE });
  const page = Page.with(brief, "id_token");
  page.pass(MINUTE);
  assert.deepEqual(over(page), [["over", "expired"]]);
  const other = Page.with(brief);
  other.pass(MINUTE);
  assert.deepEqual(over(other), []);
});

test("who sends the ID token is signed in no longer than an ID token that no refresh replaces", () => {
  const unchanged = record({ id_token_renewed: false, id_token_expires_at: NOW + MINUTE });
  const page = Page.with(unchanged, "id_token");
  page.pass(MINUTE - 1);
  assert.equal(page.ask({ kind: "id_token" }).give, "ID token 0");
  page.pass(1);
  assert.deepEqual(over(page), [["over", "expired"]]);
  const other = Page.with(unchanged);
  other.pass(MINUTE);
  assert.deepEqual(over(other), []);
});

test("a record at its end that nobody can renew is no session for a new page, and is taken away", () => {
  const page = new Page();
  page.go(2 * HOUR);
  page.stored(withoutRefreshToken());
  assert.equal(page.life.record, null);
  assert.deepEqual(
    page.take().map(([name]) => name),
    ["remove"],
  );
});

test("the end of a session that nobody can renew is told once, a minute ahead", () => {
  const end = NOW + HOUR + 25 * SECOND;
  const ending = withoutRefreshToken({ expires_at: end });
  const page = Page.with(ending);
  page.pass(59 * MINUTE + 25 * SECOND - 1);
  assert.deepEqual(told(page), []);
  page.pass(1);
  assert.deepEqual(told(page), [["expiring", end]]);
  page.stored(ending);
  page.happen({ type: "woke", wasAway: false });
  page.pass(MINUTE - 1);
  assert.deepEqual(told(page), []);
});

test("a page that wakes in the last minute tells of the end then, and one that wakes later of none", () => {
  const page = Page.with(withoutRefreshToken());
  page.go(HOUR - 10 * SECOND);
  page.happen({ type: "woke", wasAway: false });
  assert.deepEqual(told(page), [["expiring", NOW + HOUR]]);
  const other = Page.with(withoutRefreshToken());
  other.go(HOUR);
  other.happen({ type: "woke", wasAway: false });
  const names = other.take().map(([name]) => name);
  assert.deepEqual(names, ["look", "remove", "over"]);
});

test("a session that lasts less than a minute is told to end when it begins, and so is the next one", () => {
  const brief = { expires_at: NOW + 20 * SECOND };
  const page = Page.with(record());
  page.made(withoutRefreshToken({ id: "brief", access_token: "brief", ...brief }));
  assert.deepEqual(told(page), [["expiring", NOW + 20 * SECOND]]);
  page.pass(10 * SECOND);
  const next = { id: "next", access_token: "next", obtained_at: page.now };
  page.made(withoutRefreshToken({ ...next, expires_at: page.now + 20 * SECOND }));
  assert.deepEqual(told(page), [["expiring", NOW + 30 * SECOND]]);
});

test("the end of tokens that a refresh replaces is told to nobody", () => {
  for (const bearer of ["access_token", "id_token"]) {
    const page = Page.with(record(), bearer);
    page.onRefresh = () => page.refreshed({ code: "network" });
    page.pass(2 * HOUR);
    assert.deepEqual(told(page), [], bearer);
  }
});

test("the end of an ID token that no refresh replaces is told once, whatever is refreshed meanwhile", () => {
  const kept = { id_token: "that of the sign-in", id_token_renewed: false };
  const ending = { ...kept, id_token_expires_at: NOW + HOUR };
  const page = Page.with(record(ending), "id_token");
  page.pass(59 * MINUTE);
  assert.deepEqual(told(page), [["expiring", NOW + HOUR]]);
  page.made(record({ ...ending, generation: 1, obtained_at: page.now }));
  page.refreshed();
  page.pass(30 * SECOND);
  assert.deepEqual(told(page), []);
  const other = Page.with(record(ending));
  other.pass(HOUR - 1);
  assert.deepEqual(told(other), []);
});

test("by a clock that is set back an end is told a minute ahead, too, and as that clock will show it", () => {
  const page = Page.with(withoutRefreshToken());
  page.now -= 2 * HOUR;
  page.pass(59 * MINUTE - 1);
  assert.deepEqual(told(page), []);
  page.pass(1);
  assert.deepEqual(told(page), [["expiring", NOW - HOUR]]);
});

for (const [what, tokens] of [
  ["are due at once", (now) => ({ refresh_at: now })],
  ["are over when they come", (now) => ({ refresh_at: now - HOUR, expires_at: now - HOUR })],
]) {
  test(`tokens that ${what} are renewed three times at once, and then once in a second`, () => {
    const page = Page.with(record());
    let generation = 0;
    page.onRefresh = () => {
      generation += 1;
      page.made(record({ id: "next sign-in", generation, ...tokens(page.now) }));
      page.refreshed();
    };
    page.made(record({ id: "next sign-in", ...tokens(NOW) }));
    assert.equal(page.count("refresh"), 3);
    page.pass(10 * SECOND);
    assert.equal(page.count("refresh"), 3 + 10);
    for (let call = 0; call < 20; call += 1) page.ask({ minValiditySeconds: Infinity });
    assert.equal(page.count("refresh"), 3 + 10);
  });
}

test("a renewal that waited for its lock counts from when it is sent", () => {
  const page = Page.with(record());
  const sent = [];
  let generation = 0;
  const answer = () => {
    page.happen({ happen: requested, hasWaited: true });
    sent.push(page.ticks);
    generation += 1;
    page.made(record({ generation, refresh_at: page.now }));
    page.refreshed();
  };
  page.made(record({ generation, refresh_at: NOW }));
  page.go(1_500);
  page.onRefresh = answer;
  answer();
  page.pass(10 * SECOND);
  const [first] = sent;
  assert.deepEqual(
    sent.slice(0, 6).map((ticks) => ticks - first),
    [0, 0, 0, SECOND, 2 * SECOND, 3 * SECOND],
  );
});

test("whatever the clock does, there is no more than one renewal a second after the first three", () => {
  const page = Page.with(record());
  let generation = 0;
  page.onRefresh = () => {
    generation += 1;
    page.made(record({ generation, obtained_at: page.now }));
    page.refreshed();
  };
  for (let step = 0; step < 60; step += 1) {
    page.now += step % 2 ? -3 * HOUR : 3 * HOUR;
    page.happen({ type: "woke", wasAway: false });
    page.ask();
    page.pass(SECOND);
  }
  const refreshes = page.count("refresh");
  assert.ok(refreshes > 3 && refreshes <= 3 + 60, `${refreshes} in a minute`);
});

test("a clock that is set back makes no token last longer", () => {
  const page = Page.with(record());
  page.pass(50 * MINUTE);
  page.now -= 2 * HOUR;
  page.happen({ type: "woke", wasAway: false });
  page.pass(9 * MINUTE);
  assert.equal(page.ask().give, "access token 0");
  page.pass(MINUTE);
  assert.deepEqual(page.ask(), { wait: true, meanwhile: undefined });
  assert.equal(page.count("refresh"), 1);
});

test("a clock that was set back does not age a sign-in that another tab has made since", () => {
  const page = Page.with(withoutRefreshToken());
  page.now -= 2 * HOUR;
  const next = { id: "next sign-in", access_token: "another", obtained_at: page.now };
  page.stored(withoutRefreshToken(next));
  assert.deepEqual([page.life.record?.id, over(page)], ["next sign-in", []]);
});

test("a session that cannot be renewed ends at its time by a clock that is set back, too", () => {
  const page = Page.with(withoutRefreshToken());
  page.now -= 2 * HOUR;
  page.pass(HOUR);
  assert.deepEqual(over(page), [["over", "expired"]]);
});

test("after a reload by a clock that was set back, a token lasts no longer than its life from there", () => {
  const page = new Page();
  page.now -= 30 * MINUTE;
  page.stored(record());
  assert.equal(page.happen({ type: "wanted", kind: "access_token" }).give, "access token 0");
  page.pass(59 * MINUTE + 30 * SECOND);
  assert.equal(page.count("refresh"), 1);
  page.pass(30 * SECOND);
  assert.equal(page.ask().give, undefined);
});

test("a device that slept has no clock that was set back", () => {
  const page = Page.with(record());
  // Some engines let the ticks stand still meanwhile.
  page.now += 10 * MINUTE;
  page.happen({ type: "woke", wasAway: false });
  page.pass(49 * MINUTE);
  assert.equal(page.happen({ type: "wanted", kind: "access_token" }).give, "access token 0");
});

test("a refresh that is refused for good ends the session", () => {
  const page = Page.with(record({ refresh_at: NOW }));
  page.refreshed({ code: "session_ended", ends: true });
  assert.deepEqual(over(page), [["over", "ended"]]);
  assert.deepEqual(page.ask(), {});
});

test("a fault that may pass leaves the session, and each pause is longer than the one before", () => {
  const page = Page.with(record({ refresh_at: NOW }));
  const pauses = [];
  page.take();
  let before = page.ticks;
  page.onRefresh = () => {
    pauses.push(page.ticks - before);
    before = page.ticks;
    page.refreshed({ code: "network" });
  };
  page.refreshed({ code: "network" });
  page.pass(HOUR / 2);
  const seconds = pauses.map((millis) => millis / SECOND);
  assert.deepEqual(seconds.slice(0, 10), [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]);
  assert.deepEqual(over(page), []);
});

test("a token that is good is given where its renewal fails", () => {
  const page = Page.with(record({ refresh_at: NOW }));
  assert.deepEqual(page.ask(), { wait: true, meanwhile: "access token 0" });
  page.refreshed({ code: "provider_unavailable" });
  assert.equal(page.ask({ isLast: true }).give, "access token 0");
});

test("an ID token that no refresh replaces is given until it is over, and never renewed for that", () => {
  const page = Page.with(
    record({ id_token_renewed: false, id_token_expires_at: NOW + MINUTE, expires_at: NOW + HOUR }),
  );
  const wanted = { kind: "id_token", minValiditySeconds: 300 };
  page.pass(MINUTE - 1);
  assert.equal(page.ask(wanted).give, "ID token 0");
  page.pass(1);
  for (let call = 0; call < 20; call += 1) {
    assert.deepEqual(page.ask(wanted), {});
    assert.deepEqual(page.ask({ kind: "id_token" }), {});
  }
  assert.equal(page.count("refresh"), 0);
  assert.equal(page.ask().give, "access token 0");
});

test("all who ask share the pause that a provider has asked for", () => {
  const page = Page.with(record({ refresh_at: NOW, expires_at: NOW + MINUTE }));
  page.refreshed({ code: "provider_unavailable", retryAfter: 120 });
  page.take();
  for (let call = 0; call < 20; call += 1) assert.equal(page.ask().give, "access token 0");
  page.pass(MINUTE);
  const fault = { code: "provider_unavailable", retryAfter: 120 };
  for (let call = 0; call < 20; call += 1) {
    assert.deepEqual(page.ask(), { fault, isPassing: true });
  }
  // Nor does a page that comes back think that it knows better.
  page.happen({ type: "woke", wasAway: false });
  page.pass(MINUTE - 1);
  assert.equal(page.count("refresh"), 0);
  page.pass(1);
  assert.equal(page.count("refresh"), 1);
});

test("a provider that wants to be left alone for a day is asked again after an hour", () => {
  const page = Page.with(record({ refresh_at: NOW }));
  page.refreshed({ code: "provider_unavailable", retryAfter: 24 * 60 * 60 });
  page.take();
  page.pass(HOUR);
  assert.equal(page.count("refresh"), 1);
});

test("a token that has replaced the refused one since is tried before anything is renewed", () => {
  const page = Page.with(record());
  const sent = page.ask().give;
  page.made(record({ generation: 1 }));
  page.take();
  assert.equal(page.ask({ refused: sent }).give, "access token 1");
  assert.equal(page.count("refresh"), 0);
});

test("a token that an API refuses is renewed once, and not again for as long as the new one is young", () => {
  const page = Page.with(record());
  assert.equal(page.ask({ refused: "access token 0" }).wait, true);
  page.made(record({ generation: 1, obtained_at: page.now }));
  page.refreshed();
  assert.equal(page.count("refresh"), 1);
  for (let call = 0; call < 20; call += 1) {
    assert.equal(page.ask({ refused: "access token 1" }).give, "access token 1");
  }
  assert.equal(page.count("refresh"), 1);
});

test("a young token is not renewed for a refusal either where another tab has fetched it", () => {
  const page = Page.with(record());
  page.pass(MINUTE);
  page.stored(record({ generation: 1, obtained_at: page.now - SECOND }));
  assert.equal(page.ask({ refused: "access token 1" }).give, "access token 1");
  assert.equal(page.count("refresh"), 0);
});

test("news of an old sign-out leaves the session of the next sign-in alone", () => {
  const next = record({ id: "next sign-in" });
  const page = Page.with(next);
  page.happen({ type: "signed_out", id: "sign-in" });
  assert.deepEqual(page.take(), [["look"]]);
  page.stored(next, ["sign-in"]);
  assert.deepEqual(page.take(), []);
  assert.equal(page.life.record.id, "next sign-in");
});

test("a sign-out that has a reason says so, once", () => {
  const page = Page.with(record());
  page.happen({ type: "signed_out", id: "sign-in", reason: "idle" });
  page.happen({ type: "signed_out", id: "sign-in" });
  page.stored(record(), ["sign-in"]);
  assert.deepEqual(over(page), [["over", "idle"]]);
});

test("a sign-in that was signed out of is no session, be it in the store, and is taken away", () => {
  const page = new Page();
  page.stored(record(), ["sign-in"]);
  assert.deepEqual(page.take(), [["remove", JSON.stringify(record())]]);
  assert.equal(page.life.record, null);
});

test("a page that was away looks again, and its session is over where the user signed out meanwhile", () => {
  const page = Page.with(record());
  page.happen({ type: "woke", wasAway: true });
  assert.deepEqual(page.take(), [["look"]]);
  page.stored(record(), ["sign-in"]);
  assert.deepEqual(over(page), [["over", "signed_out"]]);
  page.stored(record(), ["sign-in"]);
  assert.deepEqual(over(page), []);
});

test("a refresh that ends after the sign-out signs nobody in again", () => {
  const page = Page.with(record({ refresh_at: NOW }));
  page.happen({ type: "signed_out", id: "sign-in" });
  page.take();
  page.made(record({ generation: 2 }));
  page.refreshed();
  assert.deepEqual(
    page.take().map(([name]) => name),
    ["remove"],
  );
  assert.equal(page.life.record, null);
});

test("what is over does not come back from a store that still has it", () => {
  const page = Page.with(record({ refresh_at: NOW }));
  page.refreshed({ code: "session_ended", ends: true });
  page.take();
  page.stored(record());
  assert.equal(page.life.record, null);
  page.stored(record({ id: "next sign-in" }));
  assert.equal(page.life.record.id, "next sign-in");
});

test("a record that somebody has taken out of the store ends the session", () => {
  const page = Page.with(record());
  page.stored(null);
  assert.deepEqual(over(page), [["over", "signed_out"]]);
});

test("what the store does not take stays in the page, and is written when it can be", () => {
  const page = Page.with(record());
  const newer = record({ generation: 1 });
  const text = JSON.stringify(newer);
  page.made(newer, false);
  // The other tabs are told: they get it from this page.
  assert.deepEqual(page.take(), [["tell"], ["show"]]);
  page.stored(record());
  assert.deepEqual(page.take(), [["save", text]]);
  assert.equal(page.ask().give, "access token 1");
  page.pass(5 * SECOND);
  assert.deepEqual(page.take(), [["look"]]);
  // Nor is a store that has lost what it had taken for a sign-out.
  page.stored(null);
  assert.deepEqual(page.take(), [["save", text]]);
  page.made(newer);
  assert.deepEqual(page.take(), [["tell"]]);
  page.pass(HOUR / 2);
  assert.ok(page.take().every(isA("look")));
});

test("an older record never takes the place of a newer one", () => {
  const page = Page.with(record({ generation: 5 }));
  page.stored(record({ generation: 4 }));
  assert.deepEqual(page.take(), []);
  assert.equal(page.life.record.generation, 5);
});

test("who waits for a token is given that of the sign-in that has come meanwhile", () => {
  const page = Page.with(record({ refresh_at: NOW, expires_at: NOW }));
  assert.equal(page.ask().wait, true);
  page.made(record({ id: "next sign-in", access_token: "its token" }));
  page.refreshed();
  assert.equal(page.ask().give, "its token");
});
