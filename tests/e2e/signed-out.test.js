// What a sign-out ends, in every life that a page can have.
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
  start,
  storagesWithTokens,
  watchRequests,
} from "./fixtures/steps.js";

/** Notes what the client tells the page. */
const listen = (tab) =>
  tab.evaluate(() => {
    window.heard = [];
    client.addEventListener("signedout", ({ detail }) => window.heard.push(detail.reason));
  });

const hasSession = (tab) => tab.evaluate(() => client.session !== null);

const signOutHere = (tab) => tab.evaluate(() => client.signOut({ stay: true }));

inEveryEngine((scene) => {
  const barePage = () => `${scene.app.pages.origin}/bare/`;

  /** Another tab with the session of the first: where it is the tab's own, as a duplicate has it. */
  async function openAnother(profile, tab, options) {
    const copied = await tab.evaluate(() => ({ ...sessionStorage }));
    const other = await profile.newTab();
    await other.goto(barePage());
    await other.evaluate((items) => void Object.assign(sessionStorage, items), copied);
    await makeClient(other, options);
    assert.ok((await start(other)).sub);
    await listen(other);
    return other;
  }

  for (const store of ["local", "session"]) {
    test(`store "${store}": a page that comes back out of the browser's cache after a sign-out shows nobody`, async (t) => {
      const profile = await scene.newProfile(t);
      const tab = await profile.newTab();
      const options = scene.app.clientOptions({ store });
      await signInBare(tab, scene.app, options);
      // A page that has finished a sign-in holds a lock, and is not kept by some browsers.
      await openBare(tab, barePage(), options);
      assert.ok((await start(tab)).sub);
      const other = await openAnother(profile, tab, options);
      await tab.goto(`${scene.app.playground.origin}/`);
      await signOutHere(other);

      await tab.back();
      await tab.waitForUrl(({ href }) => href === barePage());
      await tab.waitFor(() => Boolean(window.createClient));
      // Some engines keep no page while they are driven: then it loads anew.
      if (!(await tab.evaluate(() => "client" in window))) {
        await makeClient(tab, options);
        await start(tab);
      }
      await tab.waitFor(() => client.session === null);
      await tab.waitFor(() => !JSON.stringify([localStorage, sessionStorage]).includes("eyJ"));
    });
  }
});

inEveryEngine(
  (scene) => {
    const barePage = () => `${scene.app.pages.origin}/bare/`;

    async function openStarted(profile, options) {
      const tab = await profile.newTab();
      await openBare(tab, barePage(), options);
      const result = await start(tab);
      await listen(tab);
      return { tab, result };
    }

    for (const where of ["on another page", "being reloaded"]) {
      test(`a duplicated tab that was ${where} during the sign-out stays signed out`, async (t) => {
        const profile = await scene.newProfile(t);
        const tab = await profile.newTab();
        const options = scene.app.clientOptions();
        await signInBare(tab, scene.app, options);
        const copied = await tab.evaluate(() => ({ ...sessionStorage }));
        const duplicate = await profile.newTab();
        await duplicate.goto(barePage());
        await duplicate.evaluate((items) => void Object.assign(sessionStorage, items), copied);
        if (where === "on another page") await duplicate.goto(`${scene.app.playground.origin}/`);

        await signOutHere(tab);
        await openBare(duplicate, barePage(), options);
        assert.equal((await start(duplicate)).sub, null);
        await duplicate.waitFor(() => !JSON.stringify(sessionStorage).includes("eyJ"));
        // What is left of the sign-out is no token, and in no later sign-in's way.
        assert.deepEqual(await storagesWithTokens(duplicate), []);
        await leaveToSignIn(duplicate);
        await atCallback(duplicate, options);
        await makeClient(duplicate, options);
        assert.ok((await start(duplicate)).sub);
        await openBare(duplicate, barePage(), options);
        assert.ok((await start(duplicate)).sub);
      });
    }

    test("a tab that stood still during a sign-out leaves the next sign-in alone", async (t) => {
      const profile = await scene.newProfile(t);
      const tab = await profile.newTab();
      const options = scene.app.clientOptions({ store: "local" });
      await signInBare(tab, scene.app, options);
      const { tab: still, result } = await openStarted(profile, options);
      assert.ok(result.sub);

      const goOn = await still.standStill();
      await signOutHere(tab);
      await leaveToSignIn(tab);
      await atCallback(tab, options);
      await makeClient(tab, options);
      assert.ok((await start(tab)).sub);
      await listen(tab);
      await goOn();
      await still.waitFor(() => window.heard.length > 0);
      // It has both ends of the news now; the first tab would have heard by what the other one answers.
      await still.waitFor(() => client.session !== null);
      assert.equal(await hasSession(tab), true);
      assert.deepEqual(await tab.evaluate(() => window.heard), []);
      assert.deepEqual(await storagesWithTokens(tab), ["localStorage"]);
    });

    test("a page that was rendered ahead looks again when it is shown", async (t) => {
      const tab = await scene.newTab(t);
      await signInBare(tab, scene.app, scene.app.clientOptions());
      await listen(tab);
      // What Chromium does with the copy that such a page has of its tab's storage.
      await tab.evaluate(() => {
        sessionStorage.clear();
        document.dispatchEvent(new Event("prerenderingchange"));
      });
      await tab.waitFor(() => window.heard.length > 0);
      assert.equal(await hasSession(tab), false);
    });

    test("a tab hears that another one has emptied localStorage", async (t) => {
      const profile = await scene.newProfile(t);
      const tab = await profile.newTab();
      const options = scene.app.clientOptions({ store: "local" });
      await signInBare(tab, scene.app, options);
      await listen(tab);
      const other = await profile.newTab();
      await other.goto(barePage());
      await other.evaluate(() => localStorage.clear());
      await tab.waitFor(() => window.heard.length > 0);
      assert.deepEqual(await tab.evaluate(() => window.heard), ["signed_out"]);
      assert.equal(await hasSession(tab), false);
    });

    test("news of an old sign-out takes nothing away from the present session", async (t) => {
      const profile = await scene.newProfile(t);
      const tab = await profile.newTab();
      const options = scene.app.clientOptions({ store: "local" });
      await signInBare(tab, scene.app, options);
      await listen(tab);
      const { tab: other } = await openStarted(profile, options);
      await other.evaluate(() => {
        const key = Object.keys(localStorage).find((name) => name.includes("/session/"));
        const channel = new BroadcastChannel(key);
        channel.postMessage({ news: "signed_out", id: "a former sign-in" });
        channel.postMessage({ wanted: JSON.parse(localStorage.getItem(key)).id, generation: -1 });
        // It answers one after the other.
        return new Promise((resolve) => (channel.onmessage = () => resolve()));
      });
      for (const one of [tab, other]) {
        await one.evaluate(() => client.accessToken());
        assert.deepEqual(await one.evaluate(() => window.heard), []);
      }
      await openBare(other, barePage(), options);
      assert.ok((await start(other)).sub);
    });

    /** A page whose store is the application's own, common to all tabs, and slow when it is told to be. */
    const makeSlow = async (tab, options) => {
      await tab.waitFor(() => Boolean(window.createClient));
      await tab.evaluate((settings) => {
        window.gates = { set: Promise.resolve(), remove: Promise.resolve() };
        window.hold = (name) => {
          window.gates[name] = new Promise((resolve) => (window.letGo = resolve));
        };
        const store = {
          get: async (key) => localStorage.getItem(`mine ${key}`),
          set: async (key, value) => {
            await window.gates.set;
            localStorage.setItem(`mine ${key}`, value);
          },
          remove: async (key) => {
            window.isRemoving = true;
            await window.gates.remove;
            localStorage.removeItem(`mine ${key}`);
          },
        };
        window.client = createClient({ ...settings, store });
      }, options);
    };

    const openSlow = async (profile, options) => {
      const tab = await profile.newTab();
      await tab.goto(barePage());
      await makeSlow(tab, options);
      const result = await start(tab);
      await listen(tab);
      return { tab, result };
    };

    const signInSlow = async (profile, options) => {
      const { tab } = await openSlow(profile, options);
      await leaveToSignIn(tab);
      await logIn(tab);
      await atCallback(tab, options);
      await makeSlow(tab, options);
      assert.ok((await start(tab)).sub);
      await listen(tab);
      return tab;
    };

    test("the other tabs are told, and a slow store has forgotten, before the page is left", async (t) => {
      const profile = await scene.newProfile(t);
      const options = scene.app.clientOptions();
      const tab = await signInSlow(profile, options);
      const { tab: other, result } = await openSlow(profile, options);
      assert.ok(result.sub);
      const requests = watchRequests(scene.app);
      await tab.evaluate(() => {
        window.hold("remove");
        outcomeOf(() => client.signOut());
      });
      await tab.waitFor(() => window.isRemoving);
      await other.waitFor(() => window.heard.length > 0);
      assert.equal(await hasSession(other), false);
      assert.deepEqual(requests("/logout"), []);
      await tab.evaluate(() => window.letGo());
      await until(
        () => requests("/logout").length === 1,
        () => "the page should be on its way to the logout page",
      );
      assert.deepEqual(
        await other.waitFor(() => Object.keys(localStorage).join().includes("/signed-out/")),
        true,
      );
      assert.equal((await openSlow(profile, options)).result.sub, null);
      assert.deepEqual(await storagesWithTokens(other), []);
    });

    test("a refresh that runs during a sign-out signs nobody in again", async (t) => {
      const profile = await scene.newProfile(t);
      const options = scene.app.clientOptions();
      const tab = await signInSlow(profile, options);
      const { tab: other } = await openSlow(profile, options);
      const requests = watchRequests(scene.app);
      await tab.evaluate(() => {
        window.hold("set");
        const renew = () => client.accessToken({ minValiditySeconds: Infinity });
        outcomeOf(renew).then(({ code }) => (window.outcome = { code }));
      });
      await until(
        () => requests("/oauth2/token").some(({ status }) => status === 200),
        () => "the refresh should have been answered",
      );
      await signOutHere(other);
      await tab.waitFor(() => window.heard.length > 0);
      await tab.evaluate(() => window.letGo());
      assert.deepEqual(await tab.waitFor(() => window.outcome), { code: "login_required" });
      await tab.waitFor(() => !Object.keys(localStorage).join().includes("mine"));
      for (const one of [tab, other]) {
        assert.equal(await hasSession(one), false);
        assert.deepEqual(await one.evaluate(() => window.heard), ["signed_out"]);
      }
      assert.deepEqual(await storagesWithTokens(tab), []);
    });
  },
  { only: ["chromium"] },
);
