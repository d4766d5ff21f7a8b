// Where a sign-in leads to when the provider, the host, the browser or the user has other plans.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inEveryEngine } from "./fixtures/scene.js";
import {
  atCallback,
  atLoginPage,
  defineApp,
  leaveToSignIn,
  logIn,
  makeClient,
  openApp,
  openBare,
  popupOutcome,
  signInBare,
  signInUpToCallback,
  start,
  started,
  watchRequests,
} from "./fixtures/steps.js";

/** Presses "Cancel" at the login page of a sign-in that began at this path, and stops at the callback. */
async function cancel(tab, app, path, options) {
  await openBare(tab, app.pages.origin + path, options);
  await leaveToSignIn(tab);
  await atLoginPage(tab);
  await tab.click({ role: "button", name: "Cancel" });
  await atCallback(tab, options);
  await makeClient(tab, options);
}

inEveryEngine((scene) => {
  for (const [store, end] of [
    ["session", "/"],
    ["local", "/"],
    ["memory", "//"],
  ]) {
    test(`an issuer with ${end} behind it signs in, and is the client without it: ${store}`, async (t) => {
      const tab = await scene.newTab(t);
      const plain = scene.app.clientOptions({ store });
      const options = { ...plain, issuer: plain.issuer + end };
      const callback = await signInUpToCallback(tab, scene.app, options);
      const { outcome, whileLoading } = await tab.evaluate(async () => {
        const starting = signInBy(() => client.start());
        const { href } = location;
        return { whileLoading: href, outcome: await starting };
      });
      assert.ok(outcome.sub, JSON.stringify(outcome));
      assert.equal(whileLoading, options.redirectUri, "the code is gone before the core is there");
      assert.ok(callback.searchParams.has("code"));
      assert.ok(await tab.evaluate(() => client.accessToken().then((token) => token.length > 0)));
      if (store === "memory") return;
      for (const settings of [plain, options]) {
        await openBare(tab, `${scene.app.pages.origin}/bare/`, settings);
        assert.equal((await start(tab)).sub, outcome.sub);
      }
    });
  }

  for (const [to, isFinished] of [
    ["/bare/callback/", true],
    ["/bare/callback/index.html", true],
    ["/bare/en/callback", false],
  ]) {
    test(`a host that leads the callback to ${to} is ${isFinished ? "no hindrance" : "named"}`, async (t) => {
      const tab = await scene.newTab(t);
      const options = scene.app.clientOptions();
      const callback = await signInUpToCallback(tab, scene.app, options);
      const requests = watchRequests(scene.app);
      await openBare(tab, scene.app.pages.origin + to + callback.search, options);
      const outcome = await start(tab);
      assert.equal(await tab.url(), options.redirectUri, "the code is out of the address");
      if (isFinished) {
        assert.ok(outcome.sub, JSON.stringify(outcome));
        return;
      }
      assert.deepEqual(requests("/oauth2/token"), []);
      assert.equal(outcome.code, "redirect_uri_mismatch");
      for (const path of [to, "/bare/callback"]) assert.ok(outcome.message.includes(path), path);
      // The answer still counts where it belongs.
      await openBare(tab, callback.href, options);
      assert.ok((await start(tab)).sub);
    });
  }

  test("who cancels is led back to where they began, now or by the next sign-in", async (t) => {
    const tab = await scene.newTab(t);
    const options = scene.app.clientOptions();
    await cancel(tab, scene.app, "/bare/orders/7?tab=2#notes", options);
    const { code, returnTo } = await start(tab);
    assert.deepEqual([code, returnTo], ["provider_denied", "/bare/orders/7?tab=2#notes"]);

    await leaveToSignIn(tab);
    await logIn(tab);
    await atCallback(tab, options);
    await makeClient(tab, options);
    assert.equal((await start(tab)).returnTo, "/bare/orders/7?tab=2#notes");
  });

  for (const place of ["#/orders/7", "?tab=2", "?tab=2#/orders/7"]) {
    test(`where the callback is the app's own page, ${place} is come back to`, async (t) => {
      const tab = await scene.newTab(t);
      const redirectUri = `${scene.app.pages.origin}/bare/`;
      const options = scene.app.clientOptions({ redirectUri });
      await openBare(tab, redirectUri + place, options);
      await leaveToSignIn(tab);
      await logIn(tab);
      await atCallback(tab, options);
      await makeClient(tab, options);
      assert.equal((await start(tab)).returnTo, `/bare/${place}`);
    });
  }

  test("a gate before the token endpoint leaves the sign-in pending, and the next try finishes it", async (t) => {
    const tab = await scene.newTab(t);
    const options = scene.app.clientOptions();
    await openBare(tab, `${scene.app.pages.origin}/bare/orders`, options);
    await leaveToSignIn(tab);
    await logIn(tab);
    await atCallback(tab, options);
    await makeClient(tab, options);
    scene.app.ui.fail("/oauth2/token", (request, response) =>
      response
        .writeHead(405, { "Access-Control-Allow-Origin": "*", "Content-Type": "text/html" })
        .end("<title>Are you a robot?</title>"),
    );
    const { code, kind, returnTo } = await start(tab);
    assert.deepEqual([code, kind, returnTo], ["provider_unavailable", "network", "/bare/orders"]);
    const again = await start(tab);
    assert.ok(again.sub);
    assert.equal(again.returnTo, "/bare/orders");
  });

  test("a new sign-in looks at few of many that are pending", async (t) => {
    const tab = await scene.newTab(t);
    const options = scene.app.clientOptions();
    await openBare(tab, `${scene.app.pages.origin}/bare/`, options);
    await tab.evaluate(() => {
      const pending = { record: "transaction/1", expires_at: Date.now() + 3_600_000 };
      for (let other = 0; other < 1_000; other += 1) {
        localStorage.setItem(`pkce-wasm/transaction/other-${other}`, JSON.stringify(pending));
      }
      const { getItem } = Storage.prototype;
      let looks = 0;
      Storage.prototype.getItem = function (key) {
        if (key.startsWith("pkce-wasm/transaction/other-")) looks += 1;
        return getItem.call(this, key);
      };
      addEventListener("pagehide", () => sessionStorage.setItem("looks", looks));
    });
    await leaveToSignIn(tab);
    await logIn(tab);
    await atCallback(tab, options);
    const looks = await tab.evaluate(() => Number(sessionStorage.getItem("looks")));
    assert.ok(looks > 0 && looks < 20, `${looks}`);
  });

  test("stale sign-ins go one after the other", async (t) => {
    const tab = await scene.newTab(t);
    const options = scene.app.clientOptions();
    await openBare(tab, `${scene.app.pages.origin}/bare/`, options);
    await tab.evaluate(() => {
      const stale = JSON.stringify({ record: "transaction/1", expires_at: 1 });
      for (const name of "abcdef") localStorage.setItem(`pkce-wasm/transaction/${name}`, stale);
    });
    await leaveToSignIn(tab);
    await logIn(tab);
    await atCallback(tab, options);
    const left = await tab.evaluate(() => Object.keys(localStorage).map((key) => key.length));
    assert.deepEqual(left, ["pkce-wasm/transaction/".length + 43]);
  });

  test("a storage that a stale sign-in has filled among many takes a new one", async (t) => {
    const tab = await scene.newTab(t);
    const options = scene.app.clientOptions();
    await openBare(tab, `${scene.app.pages.origin}/bare/`, options);
    await tab.evaluate(() => {
      const pending = { record: "transaction/1", expires_at: Date.now() + 3_600_000 };
      for (let other = 0; other < 100; other += 1) {
        localStorage.setItem(`pkce-wasm/transaction/other-${other}`, JSON.stringify(pending));
      }
      const stale = { record: "transaction/1", expires_at: 1, filler: "x".repeat(8_192) };
      localStorage.setItem("pkce-wasm/transaction/stale", JSON.stringify(stale));
      for (let size = 1 << 20, count = 0; size >= 1; count += 1) {
        try {
          localStorage.setItem(`fill${count}`, "x".repeat(size));
        } catch {
          size >>= 1;
        }
      }
    });
    await leaveToSignIn(tab);
    await atLoginPage(tab);
  });

  test("a client that is closed during signIn() does not leave the page", async (t) => {
    const tab = await scene.newTab(t);
    const options = scene.app.clientOptions();
    await openBare(tab, `${scene.app.pages.origin}/bare/`, options);
    const { code, href } = await tab.evaluate(async () => {
      const leaving = outcomeOf(() => client.signIn());
      client.close();
      const outcome = await leaving;
      return { code: outcome.code, href: location.href };
    });
    assert.equal(code, "client_closed");
    assert.equal(href, `${scene.app.pages.origin}/bare/`);
  });
});

// The driver of the other engines presses no button in another site's frame, without which they block popups.
inEveryEngine(
  (scene) => {
    test("a popup of a frame in another site's page hands its response over to it", async (t) => {
      const tab = await scene.newTab(t);
      const client = scene.app.clientOptions();
      defineApp(scene.app, "cognito", [client]);
      const site = scene.app.pages.origin.replace("localhost", "127.0.0.1");
      await tab.goto(`${site}/bare/`);
      await tab.evaluate(async (url) => {
        window.frame = document.createElement("iframe");
        window.frame.src = url;
        document.body.append(window.frame);
        await new Promise((loaded) => (window.frame.onload = loaded));
        addEventListener("message", ({ data }) => (window.outcome = data));
      }, `${scene.app.pages.origin}/app/cognito/`);
      const popup = await tab.popup(() =>
        tab.waitFor(() => {
          // It listens once its script has run.
          window.frame.contentWindow.postMessage("sign in", "*");
          return true;
        }),
      );
      await logIn(popup);
      const { sub, code } = await popupOutcome(tab);
      assert.ok(sub, code);
      await popup.waitForClose();
    });
  },
  // The driver turns the partitions of storage off; of such lists the last one counts.
  { only: ["chromium"], browser: { args: ["--disable-features=MediaRouter"] } },
);
