import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { decodeJwt } from "jose";
import { inEveryEngine } from "./fixtures/scene.js";
import { logInAtStandardProvider, startStandardProvider } from "./fixtures/standard-provider.js";
import {
  atCallback,
  defineApp,
  leaveToSignIn,
  logIn,
  makeClient,
  openApp,
  openBare,
  openPopup,
  popupOutcome,
  start,
  watchRequests,
} from "./fixtures/steps.js";

inEveryEngine((scene, engine) => {
  const providers = {};
  before(async () => {
    const { origin } = scene.app.pages;
    defineApp(scene.app, "cognito", [scene.app.clientOptions()]);
    const unframed = { "X-Frame-Options": "DENY" };
    for (const [name, headers] of Object.entries({ standard: {}, unframed })) {
      const { issuer, clientId } = (providers[name] = await startStandardProvider({
        redirectUris: [`${origin}/app/${name}/callback`],
        postLogoutRedirectUris: [`${origin}/app/${name}/`],
        origins: [origin],
        headers,
      }));
      defineApp(scene.app, name, [{ issuer, clientId }]);
    }
  });
  after(() => Promise.all(Object.values(providers).map((provider) => provider.close())));

  /** What a sign-in in a frame comes to; the page must be none the wiser. */
  async function signInSilently(tab, options = {}) {
    const { outcome, stayed } = await tab.evaluate(async (settings) => {
      const page = () => JSON.stringify([location.href, history.length, frames.length]);
      const earlier = page();
      const signIn = () => client.signInSilent(settings);
      return { outcome: await signInBy(signIn), stayed: page() === earlier };
    }, options);
    assert.ok(stayed, "the page should be as it was, without a frame");
    return outcome;
  }

  test("with a session at the provider, a frame signs in without leaving the page", async (t) => {
    const profile = await scene.newProfile(t);
    const tab = await profile.newTab();
    await openApp(tab, scene.app, "standard");
    const popup = await openPopup(tab);
    await logInAtStandardProvider(popup);
    const { sub } = await popupOutcome(tab);
    assert.equal(sub, "alice");

    const other = await profile.newTab();
    assert.equal((await openApp(other, scene.app, "standard")).sub, null);
    assert.deepEqual(await signInSilently(other), { sub, returnTo: null });
    assert.equal(await other.evaluate(() => client.session.sub), sub);
    assert.equal((await openApp(other, scene.app, "standard")).sub, sub, "it is kept");
  });

  test("with a session on the page, a frame says whose it is", async (t) => {
    const tab = await scene.newTab(t);
    await openApp(tab, scene.app, "standard");
    const popup = await openPopup(tab);
    await logInAtStandardProvider(popup);
    const { sub } = await popupOutcome(tab);
    const requests = providers.standard.watch();
    assert.equal((await signInSilently(tab)).sub, sub);
    // The provider takes requests beforehand, so that the token is in no address.
    const [{ form }] = requests("/request");
    assert.equal(decodeJwt(form.id_token_hint).sub, sub);
  });

  test("without a session at the provider, a frame asks for the user", async (t) => {
    const tab = await scene.newTab(t);
    await openApp(tab, scene.app, "standard");
    const { code, kind } = await signInSilently(tab);
    assert.deepEqual({ code, kind }, { code: "login_required", kind: "session" });
  });

  test("Cognito is not asked in a frame, which it refuses", async (t) => {
    const tab = await scene.newTab(t);
    await openApp(tab, scene.app, "cognito");
    const requests = watchRequests(scene.app);
    const { code, kind, message } = await signInSilently(tab);
    assert.deepEqual({ code, kind }, { code: "silent_unsupported", kind: "config" });
    assert.match(message, /refresh tokens/);
    assert.deepEqual(requests("/oauth2/authorize"), []);
  });

  test("an aborted sign-in takes its frame away", async (t) => {
    const tab = await scene.newTab(t);
    await openApp(tab, scene.app, "unframed");
    await tab.evaluate(() => {
      window.controller = new AbortController();
      const { signal } = window.controller;
      outcomeOf(() => client.signInSilent({ prompt: "login", signal })).then(
        (outcome) => (window.outcome = outcome),
      );
    });
    await tab.waitFor(() => frames.length === 1);
    await tab.evaluate(() => window.controller.abort());
    assert.equal((await tab.waitFor(() => window.outcome)).name, "AbortError");
    assert.equal(await tab.evaluate(() => frames.length), 0);
  });

  // It takes ten seconds, and waiting is the same in every engine.
  if (engine.name === "chromium") {
    test("a provider whose pages refuse to be framed is not waited for for ever", async (t) => {
      const tab = await scene.newTab(t);
      await openApp(tab, scene.app, "unframed");
      const { code, kind } = await signInSilently(tab, { prompt: "login" });
      assert.deepEqual({ code, kind }, { code: "timeout", kind: "network" });
    });
  }

  const barePage = () => `${scene.app.pages.origin}/bare/`;

  /** Leaves with these options, and resolves to what the provider was asked. */
  async function leaveWith(t, tab, options) {
    const asked = new Promise((resolve) => {
      const note = ({ url }) => {
        resolve(new URL(url, "http://localhost").searchParams);
        return "continue";
      };
      t.after(scene.app.ui.fail("/oauth2/authorize", note));
    });
    await leaveToSignIn(tab, options);
    return asked;
  }

  test('prompt "none" on the whole page, without a session at Cognito, comes back', async (t) => {
    const tab = await scene.newTab(t);
    const options = scene.app.clientOptions();
    await openBare(tab, barePage(), options);
    const asked = await leaveWith(t, tab, { prompt: "none" });
    assert.equal(asked.get("prompt"), "none");
    await atCallback(tab, options);
    await makeClient(tab, options);
    const { code, kind, error } = await start(tab);
    assert.deepEqual(
      { code, kind, error },
      { code: "login_required", kind: "session", error: "login_required" },
    );
    assert.equal(await tab.url(), options.redirectUri);
  });

  test('with prompt "none", Cognito is not told that it is the identity provider itself', async (t) => {
    const tab = await scene.newTab(t);
    const options = scene.app.clientOptions();
    const extra = { identity_provider: "COGNITO", lang: "en" };
    await openBare(tab, barePage(), options);
    const first = await leaveWith(t, tab, { extra });
    assert.equal(first.get("identity_provider"), "COGNITO");
    assert.equal(first.get("lang"), "en");
    await logIn(tab);
    await atCallback(tab, options);
    await makeClient(tab, options);
    const { sub } = await start(tab);
    assert.ok(sub);

    await openBare(tab, barePage(), options);
    const silent = await leaveWith(t, tab, { prompt: "none", extra });
    assert.equal(silent.get("identity_provider"), null);
    assert.equal(silent.get("lang"), "en");
    await atCallback(tab, options);
    await makeClient(tab, options);
    assert.equal((await start(tab)).sub, sub);
  });
});
