import assert from "node:assert/strict";
import { test } from "node:test";
import { inEveryEngine } from "./fixtures/scene.js";
import {
  atCallback,
  atLoginPage,
  leaveToSignIn,
  makeClient,
  openBare,
  signInBare,
  signInUpToCallback,
  start,
  watchRequests,
} from "./fixtures/steps.js";

inEveryEngine((scene) => {
  const loadedCore = (tab) =>
    tab.evaluate(() =>
      performance
        .getEntriesByType("resource")
        .map(({ name }) => new URL(name).pathname)
        .filter((path) => /^\/pkg\/(with-)?core\//.test(path)),
    );

  test("importing the library and making a client touch nothing", async (t) => {
    const tab = await scene.newTab(t);
    const requests = watchRequests(scene.app);
    await tab.goto(`${scene.app.pages.origin}/spied/`);
    const touched = await tab.evaluate(async (options) => {
      const { createClient } = await load();
      window.client = createClient(options);
      await new Promise(requestAnimationFrame);
      return window.touched;
    }, scene.app.clientOptions());

    assert.deepEqual(touched, []);
    assert.deepEqual(await loadedCore(tab), []);
    assert.deepEqual(requests(), []);

    // The spies do notice: restoring the session looks into its store.
    await tab.evaluate(() => client.start().then(() => true));
    assert.ok((await tab.evaluate(() => window.touched)).includes("sessionStorage"));
  });

  test("a page with a fresh session answers without loading the core", async (t) => {
    const tab = await scene.newTab(t);
    const options = scene.app.clientOptions();
    const { result } = await signInBare(tab, scene.app, options);
    assert.ok((await loadedCore(tab)).length > 0);
    const requests = watchRequests(scene.app);

    await openBare(tab, `${scene.app.pages.origin}/bare/`, options);
    const answers = await tab.evaluate(async () => {
      const { session } = await client.start();
      const tokens = [await client.accessToken(), await client.idToken()];
      return { sub: session.sub, same: client.session === session, tokens };
    });
    assert.equal(answers.sub, result.sub);
    assert.ok(answers.same);
    for (const token of answers.tokens) assert.equal(token.split(".").length, 3);
    assert.deepEqual(await loadedCore(tab), []);
    assert.deepEqual(requests(), []);
  });

  test("where nobody is signed in, what the click needs comes while the browser is idle", async (t) => {
    const tab = await scene.newTab(t);
    const requests = watchRequests(scene.app);
    await openBare(tab, `${scene.app.pages.origin}/bare/`, scene.app.clientOptions());
    assert.equal(await tab.evaluate(() => client.start().then(({ session }) => session)), null);
    // WebKitGTK does not say when it is idle.
    if (!(await tab.evaluate(() => "requestIdleCallback" in window))) return;
    await tab.waitFor(() => performance.getEntriesByName("pkce-wasm:discovery").length > 0);
    const before = requests();
    assert.deepEqual(
      before.map(({ path }) => path.split("/").at(-1)),
      ["openid-configuration"],
    );
    await leaveToSignIn(tab);
    await atLoginPage(tab);
    const [next] = requests().slice(before.length);
    assert.equal(next.path, "/oauth2/authorize", "the click asks for nothing more");
  });

  test("the page of a response connects to where it will ask while the core is on its way", async (t) => {
    const tab = await scene.newTab(t);
    const { pages, ui } = scene.app;
    const connected = () =>
      tab.evaluate(() =>
        [...document.querySelectorAll("link[rel=preconnect]")].map(({ href, crossOrigin }) => ({
          href,
          crossOrigin,
        })),
      );
    await tab.goto(`${pages.origin}/bare/callback?code=forged&state=unknown`);
    await makeClient(tab, scene.app.clientOptions());
    await start(tab);
    assert.deepEqual(await connected(), [], "a forged response leads nowhere");

    await signInUpToCallback(tab, scene.app, scene.app.clientOptions());
    pages.lost.add("/pkg/with-core/core.js");
    t.after(() => pages.lost.clear());
    assert.equal((await start(tab)).code, "network");
    const anonymous = { crossOrigin: "anonymous" };
    assert.deepEqual(await connected(), [
      { href: `${ui.domain}/oauth2/token`, ...anonymous },
      { href: `${ui.issuer}/.well-known/jwks.json`, ...anonymous },
    ]);
    const later = await tab.evaluate(() =>
      performance
        .getEntriesByType("resource")
        .map(({ name }) => name)
        .filter((name) => name.includes("/on-demand/")),
    );
    assert.deepEqual(later, [], "a script of its own would come as late as the core");
  });

  test("a page that has no head to connect ahead in signs in all the same", async (t) => {
    const tab = await scene.newTab(t);
    await signInUpToCallback(tab, scene.app, scene.app.clientOptions());
    await tab.evaluate(() => document.head.remove());
    assert.equal((await start(tab)).code, undefined);
    assert.ok(await tab.evaluate(() => client.session !== null));
  });

  test("a callback that the core is missing for shows the session that was there, and is kept", async (t) => {
    const tab = await scene.newTab(t);
    const { pages } = scene.app;
    const options = scene.app.clientOptions();
    const { result } = await signInBare(tab, scene.app, options);
    await openBare(tab, `${pages.origin}/bare/`, options);
    await leaveToSignIn(tab);
    const callback = await atCallback(tab, options);
    await makeClient(tab, options);
    pages.lost.add("/pkg/with-core/core.js");
    t.after(() => pages.lost.clear());
    assert.equal((await start(tab)).code, "network");
    assert.equal(await tab.evaluate(() => client.session?.sub), result.sub);
    assert.equal((await tab.waitForUrl(({ search }) => search !== "")).href, callback.href);
    pages.lost.clear();
    await tab.reload();
    await makeClient(tab, options);
    assert.equal((await start(tab)).returnTo, "/bare/", "the response was dealt with");
    assert.equal(await tab.url(), options.redirectUri);
  });

  test("where an application has gone on, a core that is missing brings no callback back", async (t) => {
    const tab = await scene.newTab(t);
    const { pages } = scene.app;
    await signInUpToCallback(tab, scene.app, scene.app.clientOptions());
    pages.lost.add("/pkg/with-core/core.js");
    t.after(() => pages.lost.clear());
    const { code } = await tab.evaluate(() =>
      outcomeOf(() => {
        const starting = client.start();
        history.replaceState(null, "", "/bare/home");
        return starting;
      }),
    );
    assert.equal(code, "network");
    assert.equal(await tab.url(), `${pages.origin}/bare/home`);
  });

  test("explicit endpoints: no request before the redirect", async (t) => {
    const tab = await scene.newTab(t);
    const { ui } = scene.app;
    const requests = watchRequests(scene.app);
    const endpoints = {
      issuer: ui.issuer,
      authorization: `${ui.domain}/oauth2/authorize`,
      token: `${ui.domain}/oauth2/token`,
      jwks: `${ui.issuer}/.well-known/jwks.json`,
    };
    const options = scene.app.clientOptions({ issuer: undefined, endpoints });
    await openBare(tab, `${scene.app.pages.origin}/bare/`, options);
    await leaveToSignIn(tab);
    await atLoginPage(tab);
    assert.equal(requests()[0].path, "/oauth2/authorize");
  });

  test("the code is exchanged while the keys are on their way", async (t) => {
    const tab = await scene.newTab(t);
    const { ui } = scene.app;
    const options = scene.app.clientOptions();
    await signInUpToCallback(tab, scene.app, options);

    // The token endpoint answers only after somebody has asked for the keys.
    const keysAsked = new Promise((asked) => {
      ui.fail(new URL(`${ui.issuer}/.well-known/jwks.json`).pathname, () => {
        asked();
        return "continue";
      });
    });
    ui.fail("/oauth2/token", async () => {
      await keysAsked;
      return "continue";
    });
    assert.ok((await start(tab)).sub);
  });

  test("start() called twice, as in React's StrictMode, exchanges the code once", async (t) => {
    const tab = await scene.newTab(t);
    const requests = watchRequests(scene.app);
    await signInUpToCallback(tab, scene.app, scene.app.clientOptions());
    const subjects = await tab.evaluate(async () => {
      const results = await Promise.all([client.start(), client.start()]);
      return results.map(({ session }) => session?.sub);
    });
    assert.ok(subjects[0]);
    assert.equal(subjects[0], subjects[1]);
    assert.equal(requests("/oauth2/token").length, 1);
  });

  test("two clients on the callback, as after a remount, exchange the code once", async (t) => {
    const tab = await scene.newTab(t);
    const requests = watchRequests(scene.app);
    const options = scene.app.clientOptions();
    await signInUpToCallback(tab, scene.app, options);
    const sub = await tab.evaluate(async (settings) => {
      const second = createClient(settings);
      const [{ session }] = await Promise.all([client.start(), second.start()]);
      return session?.sub;
    }, options);
    assert.ok(sub);
    assert.equal(requests("/oauth2/token").length, 1);
  });

  test("the callback is out of the address bar before start() gives way", async (t) => {
    const tab = await scene.newTab(t);
    const options = scene.app.clientOptions();
    await signInUpToCallback(tab, scene.app, options);
    const seen = await tab.evaluate(async () => {
      const before = history.length;
      const starting = client.start();
      const atOnce = location.href;
      await starting;
      return { atOnce, after: location.href, added: history.length - before };
    });
    const { redirectUri } = options;
    assert.deepEqual(seen, { atOnce: redirectUri, after: redirectUri, added: 0 });
  });

  test("a sign-in loads no part of the core that only a sign-out needs", async (t) => {
    const tab = await scene.newTab(t);
    await signInBare(tab, scene.app, scene.app.clientOptions());
    const loaded = await loadedCore(tab);
    assert.ok(loaded.includes("/pkg/core/core-inline.js"));
    assert.ok(!loaded.includes("/pkg/core/later-inline.js"));
  });

  test("signOut() without the script for it says so, and ends the session of this browser", async (t) => {
    const tab = await scene.newTab(t);
    const { pages } = scene.app;
    const options = scene.app.clientOptions();
    await signInBare(tab, scene.app, options);
    pages.lost.add("/pkg/core/later-inline.js");
    t.after(() => pages.lost.clear());
    const { code } = await tab.evaluate(() => outcomeOf(() => client.signOut()));
    assert.equal(code, "network");
    assert.equal(await tab.evaluate(() => client.session), null);
    await openBare(tab, `${pages.origin}/bare/`, options);
    assert.equal(await tab.evaluate(() => client.start().then(({ session }) => session)), null);
  });

  for (const [script, method, options] of [
    ["with-core/core.js", "signIn", {}],
    ["on-demand/windows.js", "signInPopup", {}],
    ["on-demand/windows.js", "signInSilent", {}],
    ["on-demand/proof-key.js", "signIn", { dpop: true }],
    ["core/later-inline.js", "signIn", { dpop: true }],
  ]) {
    test(`${method}() without ${script.split("/")[1]}, as the network was gone, says so`, async (t) => {
      const tab = await scene.newTab(t);
      const { pages } = scene.app;
      await openBare(tab, `${pages.origin}/bare/`, scene.app.clientOptions(options));
      pages.lost.add(`/pkg/${script}`);
      t.after(() => pages.lost.clear());
      const { code, kind } = await tab.evaluate((name) => signInBy(() => client[name]()), method);
      assert.deepEqual({ code, kind }, { code: "network", kind: "network" });
    });
  }
});
