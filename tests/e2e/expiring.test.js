// The end of a session that nobody can renew is told ahead of it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inEveryEngine } from "./fixtures/scene.js";
import { openBare, signInUpToCallback, start } from "./fixtures/steps.js";

/** Notes what the client tells the page, and how long is left by then. */
const listen = (tab) =>
  tab.evaluate(() => {
    window.heard = [];
    client.addEventListener("expiring", ({ detail }) => {
      window.heard.push("expiring");
      window.left = detail.expiresAt - Date.now();
    });
    client.addEventListener("signedout", ({ detail }) => window.heard.push(detail.reason));
  });

const heard = (tab) => tab.evaluate(() => window.heard);

inEveryEngine((scene) => {
  /** A page whose user has signed in, by answers of the provider that are changed so. */
  async function signedIn(t, change, options = scene.app.clientOptions()) {
    const changed = (body, { form }) => change({ isRefresh: !form.has("code") }, body);
    t.after(scene.app.ui.alter("/oauth2/token", changed, { times: Infinity }));
    const tab = await scene.newTab(t);
    await signInUpToCallback(tab, scene.app, options);
    await listen(tab);
    assert.ok((await start(tab)).sub);
    return tab;
  }

  const withoutRefreshToken = (seconds) => (_, body) => ({
    ...body,
    refresh_token: undefined,
    expires_in: seconds,
  });

  test("a session without a refresh token is told to end, once, and then ends", async (t) => {
    const tab = await signedIn(t, withoutRefreshToken(4));
    assert.deepEqual(await heard(tab), ["expiring"]);
    const left = await tab.evaluate(() => window.left);
    assert.ok(left > 0 && left <= 4_000, `${left} ms`);
    await tab.waitFor(() => window.heard.length > 1);
    assert.deepEqual(await heard(tab), ["expiring", "expired"]);
  });

  test("a page that wakes in the last minute tells of the end at once, and a page that is loaded then does", async (t) => {
    const tab = await signedIn(t, withoutRefreshToken(3_600));
    assert.deepEqual(await heard(tab), []);
    await tab.evaluate(() => {
      window.skipTime(3_560_000);
      document.dispatchEvent(new Event("visibilitychange"));
    });
    assert.deepEqual(await heard(tab), ["expiring"]);
    const left = await tab.evaluate(() => window.left);
    assert.ok(left > 0 && left <= 40_000, `${left} ms`);
    await openBare(tab, `${scene.app.pages.origin}/bare/`, scene.app.clientOptions());
    await listen(tab);
    assert.ok((await start(tab)).sub);
    assert.deepEqual(await heard(tab), ["expiring"]);
  });

  test("a session that a refresh renews is told to end by nobody", async (t) => {
    const tab = await signedIn(t, (_, body) => ({ ...body, expires_in: 40 }));
    await tab.evaluate(() => {
      window.skipTime(20_000);
      document.dispatchEvent(new Event("visibilitychange"));
    });
    await tab.evaluate(() => client.accessToken({ minValiditySeconds: Infinity }).then(() => true));
    assert.deepEqual(await heard(tab), []);
  });

  test("an ID token that no refresh replaces is told to end where it is the bearer", async (t) => {
    const options = scene.app.clientOptions({ bearer: "id_token" });
    const withoutIdToken = ({ isRefresh }, { id_token: idToken, ...body }) =>
      isRefresh ? body : { ...body, id_token: idToken };
    const tab = await signedIn(t, withoutIdToken, options);
    await tab.evaluate(() => client.accessToken({ minValiditySeconds: Infinity }).then(() => true));
    assert.deepEqual(await heard(tab), []);
    await tab.evaluate(() => {
      window.skipTime(3_560_000);
      document.dispatchEvent(new Event("visibilitychange"));
    });
    await tab.waitFor(() => window.heard.length > 0);
    assert.deepEqual(await heard(tab), ["expiring"]);
  });
});
