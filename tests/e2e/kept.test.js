// No fault that passes loses a session or a token.
import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "./browsers/until.js";
import { inEveryEngine } from "./fixtures/scene.js";
import {
  defineApp,
  logIn,
  openApp,
  openBare,
  openPopup,
  popupOutcome,
  signInBare,
  start,
  watchRequests,
} from "./fixtures/steps.js";

const isRefresh = ({ form }) => form.grant_type === "refresh_token";

/** Notes what the client tells the page. */
const listen = (tab) =>
  tab.evaluate(() => {
    window.heard = [];
    for (const type of ["sessionchange", "signedout", "refresherror"]) {
      client.addEventListener(type, () => window.heard.push(type));
    }
  });

const renew = (tab) =>
  tab.evaluate(async () => {
    const work = () => client.accessToken({ minValiditySeconds: Infinity });
    const { value, code } = await outcomeOf(work);
    return code ?? value === client.session.accessToken;
  });

/** From now on, what such a method of the storages does fails, until `window.mend` is called. */
const breakStorage = (tab, name) =>
  tab.evaluate((method) => {
    const work = Storage.prototype[method];
    window.mend = () => (Storage.prototype[method] = work);
    window.faults = 0;
    Storage.prototype[method] = function (key, ...rest) {
      if (!key.includes("/session/")) return work.call(this, key, ...rest);
      window.faults += 1;
      throw new DOMException("It is full.", "QuotaExceededError");
    };
  }, name);

inEveryEngine(
  (scene) => {
    const barePage = () => `${scene.app.pages.origin}/bare/`;

    for (const store of ["session", "local"]) {
      test(`store "${store}": a rotated token that cannot be written stays in the page, and is written when it can be`, async (t) => {
        const tab = await scene.newTab(t);
        const options = scene.app.clientOptions({ store });
        await signInBare(tab, scene.app, options);
        await listen(tab);
        await breakStorage(tab, "setItem");
        for (let times = 0; times < 2; times += 1) assert.equal(await renew(tab), true);
        assert.ok((await tab.evaluate(() => window.faults)) > 0);

        await tab.evaluate(() => window.mend());
        await tab.evaluate(() => {
          document.dispatchEvent(new Event("visibilitychange"));
        });
        const isWritten = (name) => {
          const storage = window[name];
          const key = Object.keys(storage).find((each) => each.includes("/session/"));
          return JSON.parse(storage.getItem(key)).access_token === client.session.accessToken;
        };
        await tab.waitFor(isWritten, `${store}Storage`);
        assert.deepEqual(await tab.evaluate(() => [...new Set(window.heard)]), ["sessionchange"]);
        await openBare(tab, barePage(), options);
        assert.ok((await start(tab)).sub);
        assert.equal(await renew(tab), true);
      });
    }

    test("a tab asks the one that could not write its record for it", async (t) => {
      const profile = await scene.newProfile(t);
      const tab = await profile.newTab();
      const options = scene.app.clientOptions({ store: "local" });
      await signInBare(tab, scene.app, options);
      const other = await profile.newTab();
      await openBare(other, barePage(), options);
      assert.ok((await start(other)).sub);
      const requests = watchRequests(scene.app);
      await breakStorage(tab, "setItem");
      assert.equal(await renew(tab), true);
      assert.equal(await renew(other), true);
      const used = requests("/oauth2/token")
        .filter(isRefresh)
        .map(({ form }) => form.refresh_token);
      assert.equal(new Set(used).size, used.length);
    });

    test("a store that cannot be read for once signs nobody out", async (t) => {
      const profile = await scene.newProfile(t);
      const tab = await profile.newTab();
      const options = scene.app.clientOptions({ store: "local" });
      await signInBare(tab, scene.app, options);
      await listen(tab);
      const other = await profile.newTab();
      await openBare(other, barePage(), options);
      assert.ok((await start(other)).sub);
      await breakStorage(tab, "getItem");
      assert.equal(await renew(other), true);
      await tab.waitFor(() => window.faults > 0);
      assert.deepEqual(await tab.evaluate(() => window.heard), []);
      await tab.evaluate(() => window.mend());
      assert.equal(await renew(tab), true);
      assert.equal(await tab.evaluate(() => window.heard.includes("signedout")), false);
    });

    test("who waits for a token is given that of the session which a popup has put in its place", async (t) => {
      defineApp(scene.app, "cognito", [scene.app.clientOptions()]);
      const tab = await scene.newTab(t);
      await openApp(tab, scene.app, "cognito");
      await logIn(await openPopup(tab));
      assert.ok((await popupOutcome(tab)).sub);
      let release;
      const released = new Promise((resolve) => (release = resolve));
      t.after(release);
      t.after(scene.app.ui.fail("/oauth2/token", () => released.then(() => "continue")));
      const requests = watchRequests(scene.app);
      await tab.evaluate(() => {
        const work = () => client.accessToken({ minValiditySeconds: Infinity });
        outcomeOf(work).then(({ value, code }) => {
          window.given = code ?? value === client.session.accessToken;
        });
      });
      await until(
        () => requests("/oauth2/token").length === 1,
        () => "the refresh should be under way",
      );
      await logIn(await openPopup(tab, { prompt: "login" }));
      assert.ok((await popupOutcome(tab)).sub);
      // The refresh of the former session is still under way.
      assert.equal(await tab.waitFor(() => window.given), true);
      release();
      assert.equal(await renew(tab), true);
    });

    test("a record that the core cannot read is no session any more once it is needed", async (t) => {
      const tab = await scene.newTab(t);
      const options = scene.app.clientOptions();
      await signInBare(tab, scene.app, options);
      const change = (member) => {
        client.close();
        const key = Object.keys(sessionStorage).find((name) => name.includes("/session/"));
        const record = JSON.parse(sessionStorage.getItem(key));
        sessionStorage.setItem(key, JSON.stringify({ ...record, [member]: undefined }));
        return sessionStorage.getItem(key);
      };
      await tab.evaluate(change, "metadata");
      await openBare(tab, barePage(), options);
      await start(tab);
      await listen(tab);
      const requests = watchRequests(scene.app);
      assert.equal(await renew(tab), "login_required");
      assert.equal(await tab.evaluate(() => client.session), null);
      assert.deepEqual(requests("/oauth2/token"), []);
      await openBare(tab, barePage(), options);
      assert.equal((await start(tab)).sub, null);
    });

    test("a record without its nonce is no session", async (t) => {
      const tab = await scene.newTab(t);
      const options = scene.app.clientOptions();
      await signInBare(tab, scene.app, options);
      await tab.evaluate(() => {
        const key = Object.keys(sessionStorage).find((name) => name.includes("/session/"));
        const { nonce: _, ...rest } = JSON.parse(sessionStorage.getItem(key));
        sessionStorage.setItem(key, JSON.stringify(rest));
      });
      await openBare(tab, barePage(), options);
      assert.equal((await start(tab)).sub, null);
    });
  },
  { only: ["chromium"], app: { hostedUi: { refreshTokenRotation: { graceSeconds: 0 } } } },
);
