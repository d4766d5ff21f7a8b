import assert from "node:assert/strict";
import { test } from "node:test";
import { inEveryEngine } from "./fixtures/scene.js";
import {
  openBare,
  signInBare,
  signInUpToCallback,
  start,
  storagesWithTokens,
} from "./fixtures/steps.js";

inEveryEngine((scene) => {
  const barePage = () => `${scene.app.pages.origin}/bare/`;

  for (const { store, keptIn, inThisTab, inAnotherTab } of [
    { store: undefined, keptIn: ["sessionStorage"], inThisTab: true, inAnotherTab: false },
    { store: "session", keptIn: ["sessionStorage"], inThisTab: true, inAnotherTab: false },
    { store: "local", keptIn: ["localStorage"], inThisTab: true, inAnotherTab: true },
    { store: "memory", keptIn: [], inThisTab: false, inAnotherTab: false },
    { store: "worker", keptIn: [], inThisTab: false, inAnotherTab: false },
  ]) {
    test(`the store ${store ?? "by default"} keeps the session where it says`, async (t) => {
      const profile = await scene.newProfile(t);
      const tab = await profile.newTab();
      const options = scene.app.clientOptions({ store });
      const { result } = await signInBare(tab, scene.app, options);
      assert.ok(result.sub);
      assert.deepEqual(await storagesWithTokens(tab), keptIn);

      await openBare(tab, barePage(), options);
      assert.equal((await start(tab)).sub, inThisTab ? result.sub : null);
      const other = await profile.newTab();
      await openBare(other, barePage(), options);
      assert.equal((await start(other)).sub, inAnotherTab ? result.sub : null);
    });
  }

  test("a store of the application's own, with promises, holds the session", async (t) => {
    const tab = await scene.newTab(t);
    const options = scene.app.clientOptions();
    await signInUpToCallback(tab, scene.app, options);
    const { first, second, without } = await tab.evaluate(async (settings) => {
      const records = new Map();
      const store = {
        get: async (key) => records.get(key) ?? null,
        set: async (key, value) => void records.set(key, value),
        remove: async (key) => void records.delete(key),
      };
      const subOf = async (client) => (await client.start()).session?.sub ?? null;
      return {
        first: await subOf(createClient({ ...settings, store })),
        second: await subOf(createClient({ ...settings, store })),
        without: await subOf(createClient(settings)),
      };
    }, options);
    assert.ok(first);
    assert.equal(second, first);
    assert.equal(without, null);
    assert.deepEqual(await storagesWithTokens(tab), []);
  });

  test("what a store of the application's own throws is the cause of the error", async (t) => {
    const tab = await scene.newTab(t);
    const options = scene.app.clientOptions();
    await signInUpToCallback(tab, scene.app, options);
    const { code, cause } = await tab.evaluate(async (settings) => {
      const store = { get: () => null, remove: () => undefined };
      const error = await createClient({ ...settings, store })
        .start()
        .catch((reason) => reason);
      return { code: error.code, cause: String(error.cause) };
    }, options);
    assert.equal(code, "storage_blocked");
    assert.match(cause, /^TypeError: .*set/);
  });

  test("a store that does not answer is no session until it does", async (t) => {
    const tab = await scene.newTab(t);
    const options = scene.app.clientOptions();
    await signInUpToCallback(tab, scene.app, options);
    const seen = await tab.evaluate(async (settings) => {
      const records = new Map();
      const answering = {
        get: async (key) => records.get(key),
        set: async (key, value) => void records.set(key, value),
        remove: async (key) => void records.delete(key),
      };
      const { session } = await createClient({ ...settings, store: answering }).start();

      const times = [];
      let isLate = false;
      AbortSignal.timeout = (millis) => {
        const time = new AbortController();
        times.push({ millis, isUp: () => time.abort() });
        if (isLate) setTimeout(() => time.abort());
        return time.signal;
      };
      const asked = new Promise((resolve) => {
        answering.get = () => new Promise(() => resolve());
      });
      const client = createClient({ ...settings, store: answering });
      const starting = client.start();
      await asked;
      const { millis } = times[0];
      isLate = true;
      for (const each of times) each.isUp();
      const without = (await starting).session;

      answering.get = async (key) => records.get(key);
      const came = new Promise((resolve) => {
        client.addEventListener("sessionchange", (event) => resolve(event.detail.session));
      });
      dispatchEvent(new Event("online"));
      return { millis, without, isSame: (await came).sub === session.sub };
    }, options);
    assert.deepEqual(seen, { millis: 10_000, without: null, isSame: true });
  });

  test("what a store does not take in time is written at the next start", async (t) => {
    const tab = await scene.newTab(t);
    const options = scene.app.clientOptions();
    await signInUpToCallback(tab, scene.app, options);
    const seen = await tab.evaluate(async (settings) => {
      const records = new Map();
      const late = [];
      const { setTimeout } = globalThis;
      globalThis.setTimeout = (work, millis, ...rest) =>
        millis === 10_000 ? late.push(() => work(...rest)) : setTimeout(work, millis, ...rest);
      const store = {
        get: async (key) => records.get(key),
        remove: async (key) => void records.delete(key),
      };
      const asked = new Promise((resolve) => {
        store.set = () => new Promise(() => resolve());
      });
      const client = createClient({ ...settings, store });
      const starting = outcomeOf(() => client.start());
      await asked;
      for (const isUp of late.splice(0)) isUp();
      const { code } = await starting;
      const without = client.session;
      store.set = async (key, value) => void records.set(key, value);
      const { session } = await client.start();
      return { code, without, isThere: session !== null, records: records.size };
    }, options);
    assert.deepEqual(seen, {
      code: "storage_blocked",
      without: null,
      isThere: true,
      records: 1,
    });
  });

  for (const [name, value] of [
    ["store", "sesion"],
    ["bearer", "idToken"],
    ["allowedOrigins", "https://api.example"],
  ]) {
    test(`a wrong ${name} is named before the page is left`, async (t) => {
      const tab = await scene.newTab(t);
      await openBare(tab, barePage(), scene.app.clientOptions({ [name]: value }));
      const { code, message } = await tab.evaluate(() => outcomeOf(() => client.signIn()));
      assert.equal(code, "invalid_config");
      assert.match(message, new RegExp(name));
    });
  }

  for (const options of [undefined, null, {}]) {
    test(`without options (${JSON.stringify(options)}) the first thing that needs them says so`, async (t) => {
      const tab = await scene.newTab(t);
      await openBare(tab, barePage(), options);
      assert.deepEqual(await tab.evaluate(() => client.start()), { session: null, returnTo: null });
      const { code } = await tab.evaluate(() => outcomeOf(() => client.signIn()));
      assert.equal(code, "invalid_config");
    });
  }
});
