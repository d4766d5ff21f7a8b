import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "./browsers/until.js";
import { inEveryEngine } from "./fixtures/scene.js";
import {
  atCallback,
  leaveToSignIn,
  logIn,
  makeClient,
  openBare,
  signInBare,
  signInUpToCallback,
  start,
  watchRequests,
} from "./fixtures/steps.js";

/** Writes until not one letter more fits, and gives what a further write comes to. */
const fill = (name) => {
  const storage = window[name];
  const fits = (length) => {
    try {
      storage.setItem("filler", "x".repeat(length));
    } catch ({ name: reason }) {
      return reason;
    }
  };
  let length = 0;
  for (let step = 2 ** 24; step >= 1; step /= 2) {
    if (!fits(length + step)) length += step;
  }
  return fits(length + 1);
};

const isFull = (tab, name) =>
  tab.evaluate(fill, name).then((reason) => assert.equal(reason, "QuotaExceededError"));

/** How each fault strikes, and how it passes. */
const faults = {
  "localStorage is full": {
    strike: ({ tab }) => isFull(tab, "localStorage"),
    pass: (tab) => tab.evaluate(() => localStorage.removeItem("filler")),
  },
  "sessionStorage is full": {
    strike: ({ tab }) => isFull(tab, "sessionStorage"),
    pass: (tab) => tab.evaluate(() => sessionStorage.removeItem("filler")),
  },
  "nothing can be written": {
    strike: ({ tab }) =>
      tab.evaluate(() => {
        window.setItem = Storage.prototype.setItem;
        Storage.prototype.setItem = () => {
          throw new DOMException("no room", "QuotaExceededError");
        };
      }),
    pass: (tab) =>
      tab.evaluate(() => {
        if (window.setItem) Storage.prototype.setItem = window.setItem;
      }),
  },
  "nothing that is written stays": {
    strike: ({ tab }) =>
      tab.evaluate(() => {
        window.setItem = Storage.prototype.setItem;
        Storage.prototype.setItem = () => undefined;
      }),
    pass: (tab) =>
      tab.evaluate(() => {
        if (window.setItem) Storage.prototype.setItem = window.setItem;
      }),
  },
  "another tab clears localStorage": {
    async strike({ tab, other }) {
      await other.evaluate(() => localStorage.clear());
      await tab.waitFor(() => localStorage.length === 0);
    },
    pass: () => undefined,
  },
};

/** What is under way when the fault strikes. Each gives the code of the error, or null. */
const steps = {
  async "before the sign-in"({ tab, app, options }, strike) {
    await openBare(tab, `${app.pages.origin}/bare/`, options);
    await strike();
    await leaveToSignIn(tab);
    const left = await tab.waitFor(() => window.outcome ?? location.pathname === "/login");
    return left.code ?? null;
  },
  async "at the callback"({ tab, app, options }, strike) {
    await signInUpToCallback(tab, app, options);
    await strike();
    return (await start(tab)).code ?? null;
  },
  async "while the code is exchanged"({ t, tab, app, options }, strike) {
    await signInUpToCallback(tab, app, options);
    return whileHeld({ t, tab, app }, strike, () => client.start());
  },
  async "while signed in"({ tab, app, options }, strike) {
    await signInBare(tab, app, options);
    await strike();
    await makeClient(tab, options);
    return (await start(tab)).code ?? null;
  },
  async "while the tokens are renewed"({ t, tab, app, options }, strike) {
    await signInBare(tab, app, options);
    const renew = () => client.accessToken({ minValiditySeconds: Infinity });
    return whileHeld({ t, tab, app }, strike, renew);
  },
  async "at the sign-out"({ tab, app, options }, strike) {
    await signInBare(tab, app, options);
    await strike();
    await tab.evaluate(() => {
      outcomeOf(() => client.signOut()).then((outcome) => (window.outcome = outcome));
    });
    const home = options.postLogoutRedirectUri;
    const left = await tab.waitFor((url) => window.outcome ?? location.href === url, home);
    await makeClient(tab, options);
    return left.code ?? (await start(tab)).code ?? null;
  },
};

/** Strikes while the provider has not answered the request for tokens yet. */
async function whileHeld({ t, tab, app }, strike, work) {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  t.after(release);
  t.after(app.ui.fail("/oauth2/token", () => held.then(() => "continue")));
  const requests = watchRequests(app);
  await tab.evaluate(`() => {
    outcomeOf(${work}).then((outcome) => (window.outcome = outcome));
  }`);
  await until(
    () => requests("/oauth2/token").length === 1,
    () => "the request should be under way",
  );
  await strike();
  release();
  return (await tab.waitFor(() => window.outcome)).code ?? null;
}

const BLOCKED = "storage_blocked";

/**
 * The code that it comes to, if any, and whether somebody is signed in on the next page. A sign-in
 * that was blocked at its callback is finished when the same page tries again: it "waits".
 */
const table = [
  ["before the sign-in", "localStorage is full", "session", BLOCKED, false],
  ["before the sign-in", "sessionStorage is full", "session", null, false],
  ["before the sign-in", "nothing can be written", "local", BLOCKED, false],
  ["before the sign-in", "nothing that is written stays", "session", BLOCKED, false],
  ["before the sign-in", "another tab clears localStorage", "local", null, false],
  ["at the callback", "localStorage is full", "session", null, true],
  ["at the callback", "localStorage is full", "local", BLOCKED, "waits"],
  ["at the callback", "sessionStorage is full", "session", BLOCKED, "waits"],
  ["at the callback", "sessionStorage is full", "local", null, true],
  ["at the callback", "nothing can be written", "session", BLOCKED, "waits"],
  ["at the callback", "nothing can be written", "local", BLOCKED, "waits"],
  ["at the callback", "nothing that is written stays", "session", BLOCKED, "waits"],
  ["at the callback", "nothing that is written stays", "local", BLOCKED, "waits"],
  ["while signed in", "nothing that is written stays", "session", null, true],
  ["at the callback", "another tab clears localStorage", "session", "state_mismatch", false],
  ["at the callback", "another tab clears localStorage", "local", "state_mismatch", false],
  ["while the code is exchanged", "localStorage is full", "local", BLOCKED, "waits"],
  ["while the code is exchanged", "sessionStorage is full", "session", BLOCKED, "waits"],
  ["while the code is exchanged", "nothing can be written", "session", BLOCKED, "waits"],
  ["while the code is exchanged", "nothing can be written", "local", BLOCKED, "waits"],
  ["while the code is exchanged", "another tab clears localStorage", "session", null, true],
  ["while the code is exchanged", "another tab clears localStorage", "local", null, true],
  ["while signed in", "localStorage is full", "local", null, true],
  ["while signed in", "nothing can be written", "session", null, true],
  ["while signed in", "another tab clears localStorage", "session", null, true],
  ["while signed in", "another tab clears localStorage", "local", null, false],
  ["while the tokens are renewed", "localStorage is full", "local", null, true],
  ["while the tokens are renewed", "sessionStorage is full", "session", null, true],
  // What could not be kept stays in the page, and is written when it can be.
  ["while the tokens are renewed", "nothing can be written", "session", null, true],
  ["while the tokens are renewed", "nothing can be written", "local", null, true],
  ["while the tokens are renewed", "another tab clears localStorage", "session", null, true],
  [
    "while the tokens are renewed",
    "another tab clears localStorage",
    "local",
    "login_required",
    false,
  ],
  ["at the sign-out", "localStorage is full", "local", null, false],
  ["at the sign-out", "sessionStorage is full", "session", null, false],
  ["at the sign-out", "nothing can be written", "local", null, false],
  ["at the sign-out", "another tab clears localStorage", "local", null, false],
];

// What the library makes of a fault is the same in every engine.
inEveryEngine(
  (scene) => {
    for (const [step, fault, store, code, next] of table) {
      const expected = `${code ?? "no error"}, ${next === "waits" ? "and it waits" : `then signed ${next ? "in" : "out"}`}`;
      test(`${fault} ${step}, store "${store}": ${expected}`, async (t) => {
        const { app } = scene;
        const profile = await scene.newProfile(t);
        const [tab, other] = [await profile.newTab(), await profile.newTab()];
        await other.goto(`${app.pages.origin}/bare/`);
        const options = app.clientOptions({ store });
        const { strike, pass } = faults[fault];

        const strikeHere = () => strike({ tab, other });
        assert.equal(await steps[step]({ t, tab, app, options }, strikeHere), code);
        if (new URL(await tab.url()).pathname === "/login")
          await tab.goto(app.pages.origin + "/bare/");
        await pass(tab);
        if (next === "waits") assert.ok((await start(tab)).sub, "the same page tries again");
        await openBare(tab, `${app.pages.origin}/bare/`, options);
        assert.equal(Boolean((await start(tab)).sub), Boolean(next));
      });
    }

    test("a record that is damaged at any byte makes the same user's session, or none", async (t) => {
      const { app } = scene;
      const tab = await scene.newTab(t);
      const options = app.clientOptions();
      const { sub } = (await signInBare(tab, app, options)).result;
      const seen = await tab.evaluate(async (settings) => {
        client.close();
        const [key] = Object.keys(sessionStorage).filter((name) => name.includes("/session/"));
        const record = sessionStorage.getItem(key);
        const subject = JSON.parse(record).subject;
        const place = record.indexOf(subject);
        const subjects = new Map();
        const others = ["", "x", "9", '"', "}"];
        for (let at = 0; at < record.length; at += 1) {
          // Who can write there can write another name as well.
          if (at >= place && at < place + subject.length) continue;
          const other = others[at % others.length];
          sessionStorage.setItem(key, record.slice(0, at) + other + record.slice(at + 1));
          const one = createClient(settings);
          const { value, ...error } = await outcomeOf(() => one.start());
          const outcome = value ? String(value.session?.sub ?? null) : JSON.stringify(error);
          subjects.set(outcome, (subjects.get(outcome) ?? 0) + 1);
          one.close();
        }
        return Object.fromEntries(subjects);
      }, options);
      assert.deepEqual(Object.keys(seen).sort(), [sub, "null"].sort());
    });

    test("a record of another kind or version is no session and no sign-in, wherever it is put", async (t) => {
      const { app } = scene;
      const tab = await scene.newTab(t);
      const options = app.clientOptions();
      const { callback } = await signInBare(tab, app, options);
      const seen = await tab.evaluate(
        async (settings, url) => {
          client.close();
          const find = (storage, kind) =>
            Object.keys(storage).find((name) => name.startsWith(`pkce-wasm/${kind}/`));
          const sessionKey = find(sessionStorage, "session");
          const session = sessionStorage.getItem(sessionKey);
          const transactionKey = find(localStorage, "transaction");
          const answered = localStorage.getItem(transactionKey);
          const outcomes = {};
          const lookAt = async (name, address) => {
            const one = createClient(settings);
            const start = () => (address ? one.handleCallback(address) : one.start());
            const { value, code } = await outcomeOf(start);
            outcomes[name] = code ?? Boolean(value.session);
            one.close();
          };
          const asSession = { answered, newer: session.replace("session/1", "session/2") };
          for (const [name, record] of Object.entries(asSession)) {
            sessionStorage.setItem(sessionKey, record);
            await lookAt(`${name} as a session`);
          }
          sessionStorage.clear();
          const asSignIn = { session, newer: answered.replace("answered/1", "answered/2") };
          for (const [name, record] of Object.entries(asSignIn)) {
            localStorage.setItem(transactionKey, record);
            await lookAt(`${name} as a sign-in`, url);
          }
          sessionStorage.setItem(sessionKey, session);
          await lookAt("the session in its place");
          return outcomes;
        },
        options,
        callback.href,
      );
      assert.deepEqual(seen, {
        "answered as a session": false,
        "newer as a session": false,
        "session as a sign-in": "state_mismatch",
        "newer as a sign-in": "state_mismatch",
        "the session in its place": true,
      });
    });

    test("another client's record is no session, wherever it is put", async (t) => {
      const { app } = scene;
      const tab = await scene.newTab(t);
      const options = app.clientOptions();
      await signInBare(tab, app, options);
      const session = await tab.evaluate(async (settings) => {
        const [key] = Object.keys(sessionStorage).filter((name) => name.includes("/session/"));
        const { clientId } = settings;
        sessionStorage.setItem(key.replace(clientId, "another"), sessionStorage.getItem(key));
        const other = createClient({ ...settings, clientId: "another" });
        return (await other.start()).session;
      }, options);
      assert.equal(session, null);
    });
  },
  { only: ["chromium"] },
);
