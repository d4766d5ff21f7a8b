import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startPagesServer } from "./fixtures/pages-server.js";
import { inEveryEngine } from "./fixtures/scene.js";
import { logInAtStandardProvider, startStandardProvider } from "./fixtures/standard-provider.js";
import {
  atLoginPage,
  defineApp,
  logIn,
  openApp,
  openBare,
  openPopup,
  popupOutcome,
  start,
  started,
} from "./fixtures/steps.js";

const isolation = { "Cross-Origin-Opener-Policy": "same-origin" };

inEveryEngine((scene, engine) => {
  const providers = {};
  before(async () => {
    const { origin } = scene.app.pages;
    defineApp(scene.app, "cognito", [scene.app.clientOptions()]);
    for (const [name, headers] of Object.entries({ standard: {}, isolated: isolation })) {
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

  /** A page of an application, and a popup that it has opened. */
  async function openBoth(t, name, options) {
    const profile = await scene.newProfile(t);
    const tab = await profile.newTab();
    await openApp(tab, scene.app, name);
    await tab.evaluate(() => (window.before = [location.href, history.length]));
    const popup = await openPopup(tab, options);
    return { profile, tab, popup };
  }

  async function assertSignedIn(tab, popup) {
    const outcome = await popupOutcome(tab);
    assert.ok(outcome.sub, JSON.stringify(outcome));
    assert.deepEqual(
      await tab.evaluate(() => [client.session.sub, [location.href, history.length]]),
      [outcome.sub, await tab.evaluate(() => window.before)],
      "the page that opened the popup was never left",
    );
    await popup.waitForClose();
  }

  const isPending = (tab) => tab.evaluate(() => window.outcome === undefined);

  test("a popup signs in at the hosted UI, and the page stays where it is", async (t) => {
    const { tab, popup } = await openBoth(t, "cognito");
    await logIn(popup);
    await assertSignedIn(tab, popup);
  });

  test("a popup signs in at a standard provider, and the page stays where it is", async (t) => {
    const { tab, popup } = await openBoth(t, "standard");
    await logInAtStandardProvider(popup);
    await assertSignedIn(tab, popup);
  });

  test("a provider that cuts the popup off from its opener hands over all the same", async (t) => {
    const { tab, popup } = await openBoth(t, "isolated");
    await logInAtStandardProvider(popup);
    await assertSignedIn(tab, popup);
  });

  // Cut off on a later page, a popup looks closed, and only the focus tells that it is not. Driven
  // Chromium says of every page that it has the focus, as does WebKitGTK without a window manager.
  if (engine.name === "firefox") {
    test("a provider that cuts the popup off on its second page hands over all the same", async (t) => {
      const isolate = ({ method }, response) => {
        if (method === "POST") response.setHeader(...Object.entries(isolation)[0]);
        return "continue";
      };
      t.after(scene.app.ui.fail("/login", isolate, { times: Infinity }));
      const { tab, popup } = await openBoth(t, "cognito");
      await popup.fill("Username", "nobody");
      await popup.fill("Password", "wrong");
      await popup.click({ role: "button", name: "Sign in" });
      await popup.waitForText({ role: "alert" }, "ncorrect");
      assert.equal(await isPending(tab), true);
      await logIn(popup);
      await assertSignedIn(tab, popup);
    });
  }

  test("a popup that the user closes ends the sign-in, and the next one works", async (t) => {
    const { tab, popup } = await openBoth(t, "cognito");
    await atLoginPage(popup);
    assert.equal(await isPending(tab), true);
    // A user sees the page before closing it: the opener's timers, of 100 ms, have run meanwhile.
    await tab.evaluate(() => new Promise((run) => setTimeout(run, 600)));
    await popup.close();
    const { code, kind } = await popupOutcome(tab);
    assert.deepEqual({ code, kind }, { code: "popup_closed", kind: "callback" });

    const next = await openPopup(tab);
    await logIn(next);
    await assertSignedIn(tab, next);
  });

  test("a popup that is closed before the provider's page is there ends the sign-in", async (t) => {
    const tab = await scene.newTab(t);
    let release;
    const held = new Promise((resolve) => (release = resolve));
    t.after(release);
    const path = new URL(`${scene.app.ui.issuer}/.well-known/openid-configuration`).pathname;
    t.after(scene.app.ui.fail(path, () => held.then(() => "continue"), { times: Infinity }));
    await openApp(tab, scene.app, "cognito");
    await tab.evaluate(() => {
      const { open } = window;
      window.open = (...how) => (window.opened = open(...how));
    });
    const popup = await openPopup(tab);
    await popup.close();
    // The driver is told before the page is.
    await tab.waitFor(() => window.opened.closed);
    release();
    assert.equal((await popupOutcome(tab)).code, "popup_closed");
  });

  test("a popup that the browser blocks is said to be", async (t) => {
    const tab = await scene.newTab(t);
    await openBare(tab, `${scene.app.pages.origin}/without-popups/`, scene.app.clientOptions());
    const outcome = await tab.evaluate(() => signInBy(() => client.signInPopup()));
    const { code, kind } = outcome;
    assert.deepEqual({ code, kind }, { code: "popup_blocked", kind: "environment" });
  });

  test("the provider's refusal is the outcome, and closes the popup", async (t) => {
    const { tab, popup } = await openBoth(t, "cognito");
    await atLoginPage(popup);
    await popup.click({ role: "button", name: "Cancel" });
    assert.equal((await popupOutcome(tab)).code, "provider_denied");
    await popup.waitForClose();
  });

  test("an aborted sign-in closes the popup", async (t) => {
    const tab = await scene.newTab(t);
    await openApp(tab, scene.app, "cognito");
    const popup = await tab.popup(async () => {
      await tab.evaluate(() => {
        window.controller = new AbortController();
        document.querySelector("button").onclick = async () => {
          const { signal } = window.controller;
          window.outcome = await outcomeOf(() => client.signInPopup({ signal }));
        };
      });
      await tab.click({ role: "button", name: "Go" });
    });
    await atLoginPage(popup);
    await tab.evaluate(() => window.controller.abort());
    assert.equal((await popupOutcome(tab)).name, "AbortError");
    await popup.waitForClose();
  });

  test("a response with another state leaves the sign-in pending", async (t) => {
    const { profile, tab, popup } = await openBoth(t, "cognito");
    await atLoginPage(popup);
    const forger = await profile.newTab();
    for (const state of ["forged.popup", "forged"]) {
      await forger.goto(
        `${scene.app.pages.origin}/app/cognito/callback?code=forged&state=${state}`,
      );
      assert.equal((await started(forger)).code, "state_mismatch");
      assert.equal(await isPending(tab), true);
    }
    await logIn(popup);
    await assertSignedIn(tab, popup);
  });

  test("messages from another origin neither end nor forge the sign-in", async (t) => {
    const elsewhere = await startPagesServer();
    t.after(() => elsewhere.close());
    const attacker = await scene.newTab(t);
    await attacker.goto(`${elsewhere.origin}/bare/`);
    await attacker.evaluate((url) => {
      document.body.innerHTML = "<button>Go</button>";
      document.querySelector("button").onclick = () => (window.victim = open(url));
    }, `${scene.app.pages.origin}/app/cognito/`);
    const tab = await attacker.popup(() => attacker.click({ role: "button", name: "Go" }));
    await started(tab);
    await tab.evaluate(() => (window.before = [location.href, history.length]));
    const popup = await openPopup(tab);
    await atLoginPage(popup);
    const state = await tab.evaluate(() => {
      const key = Object.keys(localStorage).find((name) => name.includes("/transaction/"));
      return JSON.parse(localStorage.getItem(key)).state;
    });
    assert.match(state, /\.popup$/);

    // What the window of the response would say, from an origin that has learnt the state.
    await attacker.evaluate(
      (callback, stateOfSignIn) => {
        const channel = new BroadcastChannel("pkce-wasm/hand-over");
        const response = { response: callback, state: stateOfSignIn };
        for (const message of [response, { taken: stateOfSignIn }, callback]) {
          window.victim.postMessage(message, "*");
          channel.postMessage(message);
        }
        channel.close();
      },
      `${scene.app.pages.origin}/app/cognito/callback?code=forged&state=${state}`,
      state,
    );
    // A message of its own comes after those.
    await tab.evaluate(
      () =>
        new Promise((resolve) => {
          addEventListener("message", ({ data }) => data === "last" && resolve());
          postMessage("last", "*");
        }),
    );
    assert.equal(await isPending(tab), true);
    await logIn(popup);
    await assertSignedIn(tab, popup);
  });

  test("a popup whose opener is gone finishes the sign-in itself", async (t) => {
    const { tab, popup } = await openBoth(t, "cognito");
    await atLoginPage(popup);
    await tab.goto("about:blank");
    await logIn(popup);
    const { redirectUri } = scene.app.pages.apps.get("cognito")[0];
    await popup.waitForUrl(({ href }) => href === redirectUri);
    const { sub } = await started(popup);
    assert.ok(sub);
    assert.equal(await popup.evaluate(() => client.session.sub), sub);
  });
});
