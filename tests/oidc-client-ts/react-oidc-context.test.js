import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { engines, launch } from "../e2e/browsers/index.js";
import { until } from "../e2e/browsers/until.js";
import { logIn, signedIn, user, watchRequests } from "../e2e/fixtures/steps.js";
import { reacts, startReactApp } from "../react/fixtures/app.js";

const chromium = engines.find(({ name }) => name === "chromium");
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const status = { role: "status" };
const isRefresh = ({ form }) => form.grant_type === "refresh_token";

/** An application on react-oidc-context as it is published, whose oidc-client-ts is this package. */
function inBrowser(hostedUi) {
  const scene = {
    async newProfile(t) {
      const profile = await scene.browser.newProfile();
      t.after(() => profile.close());
      return profile;
    },
    newTab: async (t) => (await scene.newProfile(t)).newTab(),
  };
  before(async () => {
    scene.app = await startReactApp({
      react: reacts[19],
      entry: here("page.jsx"),
      alias: { "oidc-client-ts": here("../../dist/oidc-client-ts.js") },
      hostedUi,
    });
    scene.browser = await launch(chromium);
  });
  after(async () => {
    await scene.browser?.close();
    await scene.app?.close();
  });
  return scene;
}

async function signIn(tab, { origin }) {
  await tab.goto(`${origin}/`);
  await tab.click({ role: "button", name: "Sign in" });
  await logIn(tab);
  await tab.waitForText(status, signedIn);
}

const answer = (status, body) => (_request, response) =>
  response
    .writeHead(status, {
      "Access-Control-Allow-Origin": "*",
      "Content-Type": "application/json",
    })
    .end(JSON.stringify(body));
/** The browser may ask for leave once more before each request past its cache. */
const unavailable = (request, response) =>
  request.method === "OPTIONS" ? "continue" : answer(503, {})(request, response);
const invalidGrant = answer(400, { error: "invalid_grant" });

const told = (tab, what) =>
  tab.evaluate((wanted) => window.told.filter(([event]) => event === wanted).length, what);

describe("react-oidc-context on pkce-wasm/oidc-client-ts", () => {
  describe("with tokens that live long", () => {
    const scene = inBrowser();

    test("signs in, with the state and the claims that the application asked for", async (t) => {
      const tab = await scene.newTab(t);
      const requests = watchRequests(scene.app);
      await signIn(tab, scene.app);
      const came = await tab.evaluate(() => window.came);
      assert.deepEqual(came.state, { cart: [1, 2] });
      assert.equal(await tab.url(), `${scene.app.origin}/`);
      assert.equal(requests("/oauth2/token").length, 1);
      assert.equal(requests("/oauth2/userInfo").length, 1);

      const found = await tab.evaluate(async () => {
        const found = await userManager.getUser();
        return { ...found, expired: found.expired, scopes: found.scopes };
      });
      assert.equal(found.profile.email, user.username);
      assert.equal(found.token_type, "Bearer");
      assert.deepEqual(found.scopes.sort(), ["email", "openid", "profile"]);
      assert.equal(found.expired, false);
      assert.ok(found.expires_at > Date.now() / 1000);
      assert.equal(found.access_token.split(".").length, 3);
    });

    test("finds the user again after a reload, without news", async (t) => {
      const tab = await scene.newTab(t);
      await signIn(tab, scene.app);
      await tab.goto(`${scene.app.origin}/`);
      await tab.waitForText(status, signedIn);
      assert.equal(await told(tab, "loaded"), 0);
    });

    test("renews silently when it is asked to, and says so", async (t) => {
      const tab = await scene.newTab(t);
      await signIn(tab, scene.app);
      const before = await tab.evaluate(() => auth.user.access_token);
      const requests = watchRequests(scene.app);
      await tab.click({ role: "button", name: "Renew" });
      await tab.waitFor((former) => auth.user && auth.user.access_token !== former, before);
      assert.equal(requests("/oauth2/token").filter(isRefresh).length, 1);
      const last = await tab.evaluate(() => window.told.at(-1));
      assert.deepEqual(last, ["loaded", await tab.evaluate(() => auth.user.access_token)]);
    });

    test("signs out at the provider, and is told what the sign-out was given", async (t) => {
      const tab = await scene.newTab(t);
      await signIn(tab, scene.app);
      await tab.evaluate(() => sessionStorage.setItem("leaving", "yes"));
      const requests = watchRequests(scene.app);
      await tab.click({ role: "button", name: "Sign out" });
      await tab.waitFor(() => window.back);
      assert.deepEqual(await tab.evaluate(() => window.back.userState), "goodbye");
      await tab.waitForText(status, "Signed out");
      assert.equal(requests("/oauth2/revoke").length, 1);
      assert.equal(requests("/logout").length, 1);
      const left = await tab.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
      assert.doesNotMatch(left, /eyJ|goodbye|cart/);
    });

    test("forgets the user without leaving the page, in every tab", async (t) => {
      const profile = await scene.newProfile(t);
      const [tab, other] = [await profile.newTab(), await profile.newTab()];
      await signIn(tab, scene.app);
      await other.goto(`${scene.app.origin}/`);
      await other.waitForText(status, signedIn);

      const requests = watchRequests(scene.app);
      await tab.click({ role: "button", name: "Forget" });
      for (const each of [tab, other]) await each.waitForText(status, "Signed out");
      assert.equal(await tab.url(), `${scene.app.origin}/`);
      assert.equal(requests("/logout").length, 0);
      assert.deepEqual([await told(tab, "unloaded"), await told(tab, "signed out")], [1, 0]);
      assert.deepEqual([await told(other, "unloaded"), await told(other, "signed out")], [1, 1]);
    });

    test("signs in by popup, whose page hands the answer over", async (t) => {
      const tab = await scene.newTab(t);
      await tab.goto(`${scene.app.origin}/`);
      const popup = await tab.popup(() => tab.click({ role: "button", name: "Sign in by popup" }));
      await logIn(popup);
      await tab.waitForText(status, signedIn);
      await popup.waitForClose();
    });

    test("what cannot be honoured is refused", async (t) => {
      const tab = await scene.newTab(t);
      await tab.goto(`${scene.app.origin}/`);
      const refusals = await tab.evaluate(() => {
        const changes = [
          { client_secret: "secret" },
          { response_type: "id_token token" },
          { response_mode: "fragment" },
          { disablePKCE: true },
          { monitorSession: true },
          { metadata: { issuer: "https://id.example" } },
        ];
        return changes.map((change) => {
          try {
            return new UserManager({ ...userManagerSettings, ...change }) && "taken";
          } catch ({ code, message }) {
            return `${code}: ${message.split(" ")[0]}`;
          }
        });
      });
      assert.deepEqual(refusals, [
        "invalid_config: client_secret",
        "invalid_config: response_type",
        "invalid_config: response_mode",
        "invalid_config: disablePKCE",
        "invalid_config: monitorSession",
        "invalid_config: metadata",
      ]);
    });

    test("a sign-out that cannot be had as it was asked for is refused, and nobody is signed out", async (t) => {
      const tab = await scene.newTab(t);
      await signIn(tab, scene.app);
      const requests = watchRequests(scene.app);
      const refusals = await tab.evaluate(() => {
        const asked = [
          { post_logout_redirect_uri: `${location.origin}/elsewhere` },
          { extraQueryParams: { federated: "yes" } },
        ];
        const refusal = ({ code, message }) => `${code}: ${message.split(" ")[0]}`;
        return Promise.all(
          asked.map((args) => userManager.signoutRedirect(args).then(() => "taken", refusal)),
        );
      });
      assert.deepEqual(refusals, [
        "invalid_config: post_logout_redirect_uri",
        "invalid_config: extraQueryParams",
      ]);
      assert.deepEqual(requests(), []);
      assert.equal(await tab.textOf(status), signedIn);
    });

    test("a user is there while UserInfo is not, and has its claims once it is", async (t) => {
      const tab = await scene.newTab(t);
      await signIn(tab, scene.app);
      const answerAgain = scene.app.ui.fail("/oauth2/userInfo", unavailable, { times: Infinity });
      t.after(answerAgain);
      const requests = watchRequests(scene.app);
      await tab.goto(`${scene.app.origin}/`);
      await tab.waitForText(status, signedIn);
      const users = await tab.evaluate(async () => {
        window.faults = [];
        addEventListener("unhandledrejection", ({ reason }) => faults.push(String(reason)));
        const found = await Promise.all([userManager.getUser(), userManager.getUser()]);
        return [...found, await userManager.getUser()].map(({ profile }) => profile.email);
      });
      assert.deepEqual(users, Array(3).fill(user.username));
      assert.equal(requests("/oauth2/userInfo").length, 1);

      answerAgain();
      await tab.evaluate(() => {
        const { now } = Date;
        Date.now = () => now() + 90_000;
      });
      await tab.waitFor(async () => (await userManager.getUser()).profile.username);
      assert.equal(requests("/oauth2/userInfo").length, 2);
      assert.deepEqual(await tab.evaluate(() => window.faults), []);
    });

    test("a sign-in is one, though UserInfo cannot be had", async (t) => {
      const tab = await scene.newTab(t);
      t.after(scene.app.ui.fail("/oauth2/userInfo", unavailable, { times: Infinity }));
      await signIn(tab, scene.app);
      assert.equal(await told(tab, "loaded"), 1);
    });

    test("a session that the provider ended is told as one that ended elsewhere", async (t) => {
      const tab = await scene.newTab(t);
      await signIn(tab, scene.app);
      t.after(scene.app.ui.fail("/oauth2/token", invalidGrant));
      const code = await tab.evaluate(() => userManager.signinSilent().catch(({ code }) => code));
      assert.equal(code, "session_ended");
      await tab.waitFor(() => window.told.some(([event]) => event === "unloaded"));
      const events = await tab.evaluate(() => window.told.map(([event]) => event));
      assert.deepEqual(events, ["loaded", "unloaded", "signed out", "error"]);
      assert.equal(await tab.evaluate(() => userManager.getUser()), null);
    });

    test("the wait for a popup ends with its signal", async (t) => {
      const tab = await scene.newTab(t);
      await tab.goto(`${scene.app.origin}/`);
      const reason = await tab.evaluate(() =>
        userManager.signinPopup({ popupSignal: AbortSignal.abort("enough") }).catch((why) => why),
      );
      assert.equal(reason, "enough");
    });
  });

  describe("with tokens of a few seconds", () => {
    const scene = inBrowser({ accessTokenSeconds: 4, idTokenSeconds: 4 });

    test("renews ahead of the end by itself, and stays signed in", async (t) => {
      const tab = await scene.newTab(t);
      const requests = watchRequests(scene.app);
      await signIn(tab, scene.app);
      await until(
        () => requests("/oauth2/token").filter(isRefresh).length >= 2,
        () => `the provider should have seen two refreshes: ${JSON.stringify(requests())}`,
      );
      await tab.waitFor(() => window.told.filter(([event]) => event === "loaded").length >= 3);
      assert.equal(await tab.textOf(status), signedIn);
      assert.deepEqual([await told(tab, "expired"), await told(tab, "error")], [0, 0]);
      assert.ok((await told(tab, "expiring")) >= 1);
    });
  });

  describe("with tokens of a few seconds, and none to renew them with", () => {
    const scene = inBrowser({ accessTokenSeconds: 4, idTokenSeconds: 4 });

    test("an end that nobody brought about is that of the access token", async (t) => {
      const tab = await scene.newTab(t);
      t.after(
        scene.app.ui.alter("/oauth2/token", ({ refresh_token: _, ...answer }) => answer, {
          times: Infinity,
        }),
      );
      await signIn(tab, scene.app);
      await tab.waitForText(status, "Signed out");
      const events = await tab.evaluate(() => window.told.map(([event]) => event));
      assert.deepEqual(events, ["loaded", "expiring", "expired", "unloaded"]);
      assert.equal(await tab.evaluate(() => userManager.getUser()), null);
    });
  });
});
