// No call waits longer than a bound on a tab that does not run, or on a lock that cannot be had.
import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "./browsers/until.js";
import { inEveryEngine } from "./fixtures/scene.js";
import { openBare, signInBare, start, watchRequests } from "./fixtures/steps.js";

const isRefresh = ({ form }) => form.grant_type === "refresh_token";

/** Lets the provider answer requests for tokens only once it is told to. */
function hold(t, { ui }) {
  let release;
  const released = new Promise((resolve) => (release = resolve));
  const end = ui.fail("/oauth2/token", () => released.then(() => "continue"), { times: Infinity });
  const letGo = () => {
    end();
    release();
  };
  t.after(letGo);
  return letGo;
}

/** The page's timers run twenty times as fast. */
const hurry = (tab) =>
  tab.evaluate(() => {
    const set = window.setTimeout;
    window.setTimeout = (work, millis, ...given) => set(work, millis / 20, ...given);
  });

/** Begins to renew the session's tokens; `window.renewed` says what it came to. */
const beginToRenew = (tab) =>
  tab.evaluate(() => {
    window.renewed = undefined;
    const work = () => client.accessToken({ minValiditySeconds: Infinity });
    outcomeOf(work).then(({ value, code, kind }) => {
      window.renewed = value ? "renewed" : { code, kind };
    });
  });

const renewed = (tab) => tab.waitFor(() => window.renewed);

/** How many of the page's locks of such a name are held. */
const held = (tab, name) =>
  tab.evaluate(async (part) => {
    const locks = await navigator.locks.query();
    return locks.held.filter((lock) => lock.name.includes(part)).length;
  }, name);

inEveryEngine(
  (scene) => {
    const barePage = () => `${scene.app.pages.origin}/bare/`;
    const inStore = (store) => scene.app.clientOptions({ store });

    async function openTwo(t, options) {
      const profile = await scene.newProfile(t);
      const tab = await profile.newTab();
      await signInBare(tab, scene.app, options);
      const other = await profile.newTab();
      await openBare(other, barePage(), options);
      assert.ok((await start(other)).sub);
      return [tab, other];
    }

    const underWay = (requests, count = 1) =>
      until(
        () => requests("/oauth2/token").filter(isRefresh).length === count,
        () => "the refresh should be under way",
      );

    test("behind a tab that stands still in its refresh, a good token is given, and the wait for another ends", async (t) => {
      const [tab, other] = await openTwo(t, inStore("local"));
      const letGo = hold(t, scene.app);
      const requests = watchRequests(scene.app);
      await beginToRenew(tab);
      await underWay(requests);
      const goOn = await tab.standStill();
      letGo();

      await hurry(other);
      // The tokens are good, and due.
      const given = await other.evaluate(async () => {
        window.skipTime(3_580_000);
        const { value, code } = await outcomeOf(() => client.accessToken());
        return code ?? value === client.session.accessToken;
      });
      assert.equal(given, true);
      await other.evaluate(() => {
        const { locks } = navigator;
        const request = locks.request.bind(locks);
        window.asked = 0;
        locks.request = (name, ...rest) => {
          if (name.includes("/session/")) window.asked += 1;
          return request(name, ...rest);
        };
      });
      await beginToRenew(other);
      assert.deepEqual(await renewed(other), { code: "timeout", kind: "network" });
      assert.ok((await other.evaluate(() => window.asked)) <= 2, "the lock is waited for once");
      assert.equal(await other.evaluate(() => client.session !== null), true);
      assert.equal(requests("/oauth2/token").filter(isRefresh).length, 1);

      await other.evaluate(() => window.skipTime(-3_580_000));
      await goOn();
      assert.equal(await renewed(tab), "renewed");
      await beginToRenew(other);
      assert.equal(await renewed(other), "renewed");
      const used = requests("/oauth2/token").map(({ form }) => form.refresh_token);
      assert.equal(new Set(used).size, used.length);
    });

    test("a lock whose holder stands still before its request is waited for so long, and no longer", async (t) => {
      const [tab, other] = await openTwo(t, inStore("local"));
      const name = await tab.evaluate(() => {
        const key = Object.keys(localStorage).find((each) => each.includes("/session/"));
        const lock = `pkce-wasm/refresh/${key}`;
        return new Promise((resolve) => {
          navigator.locks.request(lock, () => {
            resolve(lock);
            return new Promise(() => undefined);
          });
        });
      });
      assert.equal(await held(other, name), 1);
      await hurry(other);
      const requests = watchRequests(scene.app);
      await beginToRenew(other);
      assert.equal(await renewed(other), "renewed");
      assert.equal(requests("/oauth2/token").filter(isRefresh).length, 1);
    });

    test("a lock request that the browser takes back is made again", async (t) => {
      const tab = await scene.newTab(t);
      await signInBare(tab, scene.app, inStore("local"));
      await tab.evaluate(() => {
        const { locks } = navigator;
        const request = locks.request.bind(locks);
        let refused = 0;
        locks.request = (name, ...rest) => {
          if (refused === 2 || !name.includes("/session/")) return request(name, ...rest);
          refused += 1;
          return Promise.reject(new DOMException("The page was put away.", "AbortError"));
        };
      });
      const letGo = hold(t, scene.app);
      const requests = watchRequests(scene.app);
      await beginToRenew(tab);
      await underWay(requests);
      assert.equal(await held(tab, "pkce-wasm/refresh/pkce-wasm/session/"), 1);
      letGo();
      assert.equal(await renewed(tab), "renewed");
    });

    test("a page that is rendered ahead renews nothing before it is shown", async (t) => {
      const tab = await scene.newTab(t);
      await signInBare(tab, scene.app, inStore("session"));
      const requests = watchRequests(scene.app);
      await tab.evaluate(() => {
        Object.defineProperty(document, "prerendering", { value: true, configurable: true });
      });
      await beginToRenew(tab);
      // Whatever takes no lock is done meanwhile.
      assert.ok(await tab.evaluate(async () => (await client.userInfo()).sub));
      assert.deepEqual(requests("/oauth2/token"), []);
      await tab.evaluate(() => {
        Object.defineProperty(document, "prerendering", { value: false });
        document.dispatchEvent(new Event("prerenderingchange"));
      });
      assert.equal(await renewed(tab), "renewed");
      assert.equal(requests("/oauth2/token").filter(isRefresh).length, 1);
    });

    test("a fetch that is called off does not wait for the token's renewal", async (t) => {
      const tab = await scene.newTab(t);
      await signInBare(tab, scene.app, inStore("session"));
      await tab.evaluate(() => window.skipTime(2 * 3_600_000));
      const letGo = hold(t, scene.app);
      const requests = watchRequests(scene.app);
      await tab.evaluate(() => {
        window.calling = new AbortController();
        const { signal } = window.calling;
        outcomeOf(() => client.fetch("/settings/none", { signal })).then(
          ({ name }) => (window.called = name),
        );
      });
      await underWay(requests);
      await tab.evaluate(() => window.calling.abort());
      assert.equal(await tab.waitFor(() => window.called), "AbortError");
      // The renewal goes on, for whoever asks next.
      letGo();
      await tab.waitFor(() => client.session.expiresAt > Date.now());
      assert.equal(requests("/oauth2/token").filter(isRefresh).length, 1);
    });
  },
  { only: ["chromium"], app: { hostedUi: { refreshTokenRotation: { graceSeconds: 0 } } } },
);
