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
  watchRequests,
} from "./fixtures/steps.js";

const noGrace = { refreshTokenRotation: { graceSeconds: 0 } };
const shortLived = { ...noGrace, accessTokenSeconds: 5, idTokenSeconds: 5 };

/** The rotated refresh token is stored before the tokens that it came with are checked. */
const GENERATIONS_PER_REFRESH = 2;

const isRefresh = ({ form }) => form.grant_type === "refresh_token";

/** Notes what the client tells the page, and each record that it then finds in its store. */
const listen = (tab) =>
  tab.evaluate(() => {
    window.heard = [];
    window.records = [];
    const note = () => {
      const key = Object.keys(localStorage).find((name) => name.startsWith("pkce-wasm/session/"));
      if (!key) return;
      const { generation, refresh_at: refreshAt } = JSON.parse(localStorage.getItem(key));
      window.records.push({ generation, refreshAt });
    };
    client.addEventListener("signedout", () => window.heard.push("signedout"));
    client.addEventListener("sessionchange", ({ detail }) => {
      window.heard.push(detail.session ? "session" : "no session");
      note();
    });
    note();
  });

/** A page that stands open, and what start() came to. */
async function openStarted(profile, url, options) {
  const tab = await profile.newTab();
  await openBare(tab, url, options);
  const result = await start(tab);
  await listen(tab);
  return { tab, result };
}

const hasSession = (tab) => tab.evaluate(() => client.session !== null);
const heardBy = (tab) => tab.evaluate(() => window.heard);

/** Signs out; the page is left meanwhile. */
const leaveToSignOut = (tab) =>
  tab.evaluate(() => {
    outcomeOf(() => client.signOut());
  });

/** Lets the provider answer requests to a path only once it is told to. */
function hold(t, { ui }, path) {
  let release;
  const released = new Promise((resolve) => (release = resolve));
  const end = ui.fail(path, () => released.then(() => "continue"), { times: Infinity });
  const letGo = () => {
    end();
    release();
  };
  t.after(letGo);
  return letGo;
}

inEveryEngine(
  (scene) => {
    const barePage = () => `${scene.app.pages.origin}/bare/`;
    const inStore = (store) => scene.app.clientOptions({ store });

    for (const { endpoint, path } of [
      { endpoint: "logout page", path: "/logout" },
      { endpoint: "revocation endpoint", path: "/oauth2/revoke" },
    ]) {
      test(`a sign-out ends the other tabs' session before the ${endpoint} answers`, async (t) => {
        const options = inStore("local");
        const profile = await scene.newProfile(t);
        const tab = await profile.newTab();
        await signInBare(tab, scene.app, options);
        const others = [];
        for (let count = 0; count < 2; count += 1) {
          const { tab: other, result } = await openStarted(profile, barePage(), options);
          assert.ok(result.sub);
          others.push(other);
        }

        const letGo = hold(t, scene.app, path);
        await leaveToSignOut(tab);
        for (const other of others) {
          await other.waitFor(() => window.heard.includes("signedout"));
          assert.deepEqual(await heardBy(other), ["no session", "signedout"]);
          assert.equal(await hasSession(other), false);
        }
        letGo();
        await tab.waitForUrl(({ href }) => href === barePage());
        assert.equal((await openStarted(profile, barePage(), options)).result.sub, null);
      });
    }

    test("a sign-in is seen by the tabs that stand open", async (t) => {
      const options = inStore("local");
      const profile = await scene.newProfile(t);
      const { tab: other, result: before } = await openStarted(profile, barePage(), options);
      assert.equal(before.sub, null);

      const tab = await profile.newTab();
      const { result } = await signInBare(tab, scene.app, options);
      await other.waitFor(() => client.session !== null);
      assert.equal(await other.evaluate(() => client.session.sub), result.sub);
      assert.deepEqual(await heardBy(other), ["session"]);
    });

    test("who signs in again after a sign-out stays signed in, in every tab", async (t) => {
      const options = inStore("local");
      const profile = await scene.newProfile(t);
      const tab = await profile.newTab();
      await signInBare(tab, scene.app, options);
      const { tab: other, result } = await openStarted(profile, barePage(), options);
      assert.ok(result.sub);

      await leaveToSignOut(tab);
      await other.waitFor(() => window.heard.includes("signedout"));
      await tab.waitForUrl(({ href }) => href === barePage());
      await makeClient(tab, options);
      await leaveToSignIn(tab);
      await logIn(tab);
      await atCallback(tab, options);
      await makeClient(tab, options);
      assert.ok((await start(tab)).sub);
      await other.waitFor(() => client.session !== null);
      assert.deepEqual(await heardBy(other), ["no session", "signedout", "session"]);
    });

    test("a duplicated tab does not use up the refresh token of its original", async (t) => {
      const options = inStore("session");
      const profile = await scene.newProfile(t);
      const original = await profile.newTab();
      const { result } = await signInBare(original, scene.app, options);
      const copied = await original.evaluate(() => ({ ...sessionStorage }));
      const duplicate = await profile.newTab();
      await duplicate.goto(barePage());
      await duplicate.evaluate((items) => Object.assign(sessionStorage, items), copied);
      await makeClient(duplicate, options);
      assert.equal((await start(duplicate)).sub, result.sub);

      const requests = watchRequests(scene.app);
      const renew = (tab) =>
        tab.evaluate(async () => {
          const { code } = await outcomeOf(() =>
            client.accessToken({ minValiditySeconds: Infinity }),
          );
          return code ?? "renewed";
        });
      for (const tab of [original, duplicate, original, duplicate, duplicate, original]) {
        assert.equal(await renew(tab), "renewed");
      }
      for (const tab of [original, duplicate]) assert.equal(await hasSession(tab), true);
      const refreshes = requests("/oauth2/token").filter(isRefresh);
      assert.ok(refreshes.length > 0);
      assertEachTokenUsedOnce(refreshes);
    });
  },
  { app: { hostedUi: noGrace } },
);

inEveryEngine(
  (scene) => {
    const tabs = 8;

    test(`${tabs} tabs renew their session once per expiry`, async (t) => {
      const options = scene.app.clientOptions({ store: "local" });
      const requests = watchRequests(scene.app);
      const profile = await scene.newProfile(t);
      const first = await profile.newTab();
      await signInBare(first, scene.app, options);
      await listen(first);
      const open = [first];
      while (open.length < tabs) {
        const { tab, result } = await openStarted(
          profile,
          `${scene.app.pages.origin}/bare/`,
          options,
        );
        assert.ok(result.sub);
        open.push(tab);
      }
      const newest = (tab) => tab.evaluate(() => window.records.at(-1).generation);
      const wanted = (await newest(first)) + 2 * GENERATIONS_PER_REFRESH;
      for (const tab of open) {
        await until(
          async () => (await newest(tab)) >= wanted,
          async () => `the tab should know generation ${wanted}, not only ${await newest(tab)}`,
        );
      }

      const due = new Map();
      for (const tab of open) {
        assert.ok(!(await heardBy(tab)).includes("signedout"));
        assert.equal(await hasSession(tab), true);
        for (const { generation, refreshAt } of await tab.evaluate(() => window.records)) {
          due.set(generation, refreshAt);
        }
      }
      await profile.close();
      console.log(
        "DUE",
        JSON.stringify([...due]),
        JSON.stringify(
          requests("/oauth2/token").map((r) => [
            r.time,
            r.status,
            r.form.grant_type,
            (r.form.refresh_token ?? "").slice(0, 6),
          ]),
        ),
      );

      const refreshes = requests("/oauth2/token").filter(isRefresh);
      assert.ok(refreshes.length >= wanted / GENERATIONS_PER_REFRESH);
      assertEachTokenUsedOnce(refreshes);
      for (const [earlier, refresh] of refreshes.entries()) {
        const generation = earlier * GENERATIONS_PER_REFRESH;
        if (!due.has(generation)) continue;
        const early = due.get(generation) - refresh.time;
        assert.ok(early <= 0, `the refresh of generation ${generation} came ${early} ms early`);
      }
    });
  },
  { app: { hostedUi: shortLived } },
);

function assertEachTokenUsedOnce(refreshes) {
  const used = refreshes.map(({ form }) => form.refresh_token);
  assert.equal(new Set(used).size, used.length, "a refresh token was used twice");
  for (const { status = 200 } of refreshes) assert.equal(status, 200);
}
