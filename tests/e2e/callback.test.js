import assert from "node:assert/strict";
import { test } from "node:test";
import { inEveryEngine } from "./fixtures/scene.js";
import {
  atCallback,
  comeBack,
  leaveForLoginPage,
  leaveToSignIn,
  logIn,
  makeClient,
  openBare,
  signedIn,
  signIn,
  signInBare,
  signInUpToCallback,
  start,
  watchRequests,
} from "./fixtures/steps.js";

const forgeries = [
  { what: "a wrong state", query: "?code=forged&state=nobodys", code: "state_mismatch" },
  { what: "no state", query: "?code=forged", code: "state_missing" },
  { what: "an error and no state", query: "?error=access_denied", code: "provider_denied" },
  {
    what: "an error and a wrong state",
    query: "?error=access_denied&state=nobodys",
    code: "state_mismatch",
  },
];

inEveryEngine((scene) => {
  for (const { what, query, code } of forgeries) {
    test(`a callback with ${what} is refused and the pending sign-in completes`, async (t) => {
      const profile = await scene.newProfile(t);
      const pending = await profile.newTab();
      await leaveForLoginPage(pending, scene.app);
      const requests = watchRequests(scene.app);

      const forged = await profile.newTab();
      await forged.goto(`${scene.app.playground.origin}/callback${query}`);
      await forged.waitForText({ role: "alert" }, code);
      await forged.waitForText({ role: "status" }, "Signed out");
      assert.deepEqual(requests("/oauth2/token"), []);

      await logIn(pending);
      await pending.waitForText({ role: "status" }, signedIn);
    });

    test(`a callback with ${what} leaves a session as it is`, async (t) => {
      const tab = await scene.newTab(t);
      await signIn(tab, scene.app);
      const requests = watchRequests(scene.app);

      await tab.goto(`${scene.app.playground.origin}/callback${query}`);
      await tab.waitForText({ role: "status" }, signedIn);
      assert.equal(await tab.textOf({ role: "alert" }), "");
      assert.deepEqual(requests("/oauth2/token"), []);
    });
  }

  test("a listener that throws neither fails a sign-in nor ends a session", async (t) => {
    const tab = await scene.newTab(t);
    const options = scene.app.clientOptions();
    await signInUpToCallback(tab, scene.app, options);
    const startWithFaultyListener = () =>
      tab.evaluate(async (settings) => {
        const client = createClient(settings);
        const [reported, heard] = [[], []];
        addEventListener("error", ({ message }) => reported.push(message), { once: true });
        client.subscribe((session) => {
          if (session !== null) throw new Error("a fault of the application");
        });
        client.subscribe((session) => heard.push(session?.claims.email));
        await client.start();
        client.close();
        return { heard: heard.at(-1), isReported: /a fault of the application/.test(reported) };
      }, options);
    const expected = { heard: "user@example.com", isReported: true };
    assert.deepEqual(await startWithFaultyListener(), expected, "at the callback");
    assert.deepEqual(await startWithFaultyListener(), expected, "from the store");
  });

  test("where a listener goes on to is where the page stays", async (t) => {
    const tab = await scene.newTab(t);
    await signInUpToCallback(tab, scene.app, scene.app.clientOptions());
    await tab.evaluate(async () => {
      client.subscribe((session) => session && history.replaceState(null, "", "/bare/home"));
      await client.start();
    });
    assert.equal(await tab.url(), `${scene.app.pages.origin}/bare/home`);
  });

  test("a route with a state in it is no callback", async (t) => {
    const tab = await scene.newTab(t);
    const address = `${scene.app.pages.origin}/bare/`;
    const options = scene.app.clientOptions({ redirectUri: address });
    await signInBare(tab, scene.app, options);
    await openBare(tab, `${address}#/orders?state=open`, options);
    scene.app.pages.lost.add("/pkg/with-core/core.js");
    t.after(() => scene.app.pages.lost.clear());
    const { sub } = await start(tab);
    assert.ok(sub, "the session, without the core");
    assert.equal(await tab.url(), `${address}#/orders?state=open`);
  });

  /** What two clients come to that an effect makes and starts one after the other, as in StrictMode. */
  const startTwo = (tab, options, closesFirst) =>
    tab.evaluate(
      async (settings, closes) => {
        const one = createClient(settings);
        const first = one.start();
        if (closes) one.close();
        const both = [first, createClient(settings).start()];
        const results = await Promise.allSettled(both);
        return results.map(({ value, reason }) =>
          reason ? reason.code : [value.session?.claims.email, value.returnTo],
        );
      },
      options,
      closesFirst,
    );

  for (const store of ["session", "memory", "worker"]) {
    for (const isClosed of [false, true]) {
      test(`a second client waits for the callback of the first, ${isClosed ? "closed" : "open"}, store ${store}`, async (t) => {
        const tab = await scene.newTab(t);
        const requests = watchRequests(scene.app);
        const options = scene.app.clientOptions({ store });
        await signInUpToCallback(tab, scene.app, options);
        const [first, second] = await startTwo(tab, options, isClosed);
        assert.equal(first[0], "user@example.com");
        assert.deepEqual(second, first);
        assert.equal(requests("/oauth2/token").length, 1);
      });
    }
  }

  for (const [status, code] of [
    [400, "code_refused"],
    [503, "provider_unavailable"],
  ]) {
    test(`a second client fails as the first one does, and sends no code again: ${code}`, async (t) => {
      const tab = await scene.newTab(t);
      const options = scene.app.clientOptions();
      await signInUpToCallback(tab, scene.app, options);
      const requests = watchRequests(scene.app);
      scene.app.ui.fail("/oauth2/token", (request, response) =>
        response
          .writeHead(status, {
            "Access-Control-Allow-Origin": "*",
            "Content-Type": "application/json",
          })
          .end(JSON.stringify({ error: "invalid_grant" })),
      );
      assert.deepEqual(await startTwo(tab, options, false), [code, code]);
      assert.equal(requests("/oauth2/token").length, 1);
    });
  }

  test("code and state of somebody else are left alone", async (t) => {
    const tab = await scene.newTab(t);
    const requests = watchRequests(scene.app);
    const options = scene.app.clientOptions({ redirectUri: `${scene.app.pages.origin}/bare/` });
    const url = `${scene.app.pages.origin}/bare/?code=theirs&state=theirs`;

    await openBare(tab, url, options);
    assert.deepEqual(await start(tab), { sub: null, returnTo: null });
    assert.equal(await tab.url(), url);
    assert.deepEqual(requests("/oauth2/token"), []);
  });

  test("code and state on a page that is no redirect URI are left alone", async (t) => {
    const tab = await scene.newTab(t);
    const requests = watchRequests(scene.app);
    const url = `${scene.app.playground.origin}/reports?code=theirs&state=theirs`;

    await tab.goto(url);
    await tab.waitForText({ role: "status" }, "Signed out");
    assert.equal(await tab.textOf({ role: "alert" }), "");
    assert.equal(await tab.url(), url);
    assert.deepEqual(requests("/oauth2/token"), []);
  });

  test("who cancels at the provider is told so and can sign in after all", async (t) => {
    const tab = await scene.newTab(t);
    await leaveForLoginPage(tab, scene.app);
    await tab.click({ role: "button", name: "Cancel" });
    await tab.waitForText({ role: "alert" }, "provider_denied");
    await tab.waitForText({ role: "status" }, "Signed out");

    await signIn(tab, scene.app);
    assert.equal(await tab.textOf({ role: "alert" }), "");
  });

  test("handleCallback() alone finishes a sign-in, and listeners hear of it", async (t) => {
    const tab = await scene.newTab(t);
    const options = scene.app.clientOptions();
    await openBare(tab, `${scene.app.pages.origin}/bare/`, options);
    await comeBack(tab, options);
    const { returned, heard, events } = await tab.evaluate(async () => {
      const [heard, events] = [[], []];
      client.subscribe((session) => heard.push(session?.sub ?? null));
      client.addEventListener("sessionchange", ({ detail }) => events.push(detail.session.sub));
      const { session } = await client.handleCallback(location.href);
      return { returned: session.sub, heard, events };
    });
    assert.ok(returned);
    assert.deepEqual(heard, [null, returned]);
    assert.deepEqual(events, [returned]);
    assert.equal(await tab.url(), options.redirectUri);
  });

  test("a callback opened twice is answered with the session, in any tab", async (t) => {
    const profile = await scene.newProfile(t);
    const tab = await profile.newTab();
    const requests = watchRequests(scene.app);
    const options = scene.app.clientOptions({ store: "local" });
    const { callback, result } = await signInBare(tab, scene.app, options);
    assert.ok(result.sub);

    for (const again of [tab, await profile.newTab()]) {
      await openBare(again, callback.href, options);
      assert.equal((await start(again)).sub, result.sub);
      assert.equal(await again.url(), options.redirectUri);
    }
    assert.equal(requests("/oauth2/token").length, 1);
  });

  test("a callback opened in a second tab while the first still answers it signs in", async (t) => {
    const profile = await scene.newProfile(t);
    const [one, other] = [await profile.newTab(), await profile.newTab()];
    const requests = watchRequests(scene.app);
    const options = scene.app.clientOptions({ store: "local" });
    await openBare(one, `${scene.app.pages.origin}/bare/`, options);
    const callback = await comeBack(one, options);
    await openBare(other, callback.href, options);
    // Refused, but now the second tab has loaded what it needs to be quick.
    const forged = `${options.redirectUri}?code=forged&state=nobodys`;
    await other.evaluate((url) => outcomeOf(() => client.handleCallback(url)), forged);

    scene.app.ui.fail("/oauth2/token", async () => {
      await other.evaluate(() => {
        window.outcome = outcomeOf(() => client.start());
      });
      return "continue";
    });
    const { code } = await start(one);
    const second = await other.evaluate(async () => (await window.outcome).code ?? null);

    assert.deepEqual([code ?? null, second], [null, null]);
    for (const tab of [one, other]) await tab.waitFor(() => client.session !== null);
    assert.equal(requests("/oauth2/token").length, 1);
  });

  for (const { what, millis, isAnswered } of [
    { what: "at once waits for no lock", millis: 0, isAnswered: true },
    {
      what: "late leaves it to who holds the mark, as others do",
      millis: 5_000,
      isAnswered: false,
    },
  ]) {
    test(`the tab that began a sign-in and answers it ${what}`, async (t) => {
      const profile = await scene.newProfile(t);
      const [one, other, holder] = [
        await profile.newTab(),
        await profile.newTab(),
        await profile.newTab(),
      ];
      const requests = watchRequests(scene.app);
      const options = scene.app.clientOptions();
      const callback = await signInUpToCallback(one, scene.app, options);
      await holder.goto(`${scene.app.pages.origin}/bare/`);
      const mark = `pkce-wasm/transaction/${callback.searchParams.get("state")}/answered`;
      await holder.evaluate(async (name) => {
        await new Promise((held) => {
          navigator.locks.request(name, () => new Promise(() => held()));
        });
      }, mark);

      await openBare(other, callback.href, options);
      assert.equal((await start(other)).sub, null);
      assert.deepEqual(requests("/oauth2/token"), []);
      // How long this page has been here is the test's to say, not the machine's.
      await one.evaluate((ago) => {
        const [{ type }] = performance.getEntriesByType("navigation");
        const responseStart = performance.now() - ago;
        performance.getEntriesByType = () => [{ type, responseStart }];
        performance.now = () => responseStart + ago;
      }, millis);
      assert.equal((await start(one)).sub !== null, isAnswered);
      assert.equal(requests("/oauth2/token").length, isAnswered ? 1 : 0);
    });
  }

  test("a page that stands still as it answers without a lock signs in all the same", async (t) => {
    const tab = await scene.newTab(t);
    const requests = watchRequests(scene.app);
    await signInUpToCallback(tab, scene.app, scene.app.clientOptions());
    await tab.evaluate(() => {
      const [{ type }] = performance.getEntriesByType("navigation");
      const responseStart = performance.now();
      performance.getEntriesByType = () => [{ type, responseStart }];
      const isAnswered = () => JSON.stringify(localStorage).includes("answered/1");
      performance.now = () => responseStart + (isAnswered() ? 5_000 : 0);
    });
    assert.ok((await start(tab)).sub);
    assert.equal(requests("/oauth2/token").length, 1);
  });

  test("a storage that fails before the code is sent leaves the sign-in to the next try", async (t) => {
    const profile = await scene.newProfile(t);
    const [one, other] = [await profile.newTab(), await profile.newTab()];
    const requests = watchRequests(scene.app);
    const options = scene.app.clientOptions();
    const callback = await signInUpToCallback(one, scene.app, options);
    await openBare(other, callback.href, options);
    await other.evaluate(() => {
      const { setItem } = Storage.prototype;
      Storage.prototype.setItem = function (...given) {
        if (!given[0].endsWith("/sent")) return setItem.apply(this, given);
        Storage.prototype.setItem = setItem;
        throw new DOMException("It is full.", "QuotaExceededError");
      };
    });
    assert.equal((await start(other)).code, "storage_blocked");
    assert.deepEqual(requests("/oauth2/token"), []);
    assert.ok((await start(other)).sub);
    assert.equal(requests("/oauth2/token").length, 1);
  });

  test("two tabs that open one callback at the same moment share one exchange", async (t) => {
    const profile = await scene.newProfile(t);
    const [one, other] = [await profile.newTab(), await profile.newTab()];
    const options = scene.app.clientOptions({ store: "local" });
    await signInBare(one, scene.app, options);

    // What the tabs read of each other's writes is a matter of timing, so not one try will do.
    for (let round = 0; round < 5; round += 1) {
      const requests = watchRequests(scene.app);
      await one.evaluate(() => localStorage.clear());
      await leaveToSignIn(one);
      const callback = await atCallback(one, options);
      await makeClient(one, options);
      await openBare(other, callback.href, options);
      for (const tab of [one, other]) {
        await tab.evaluate(async (forged) => {
          await outcomeOf(() => client.handleCallback(forged));
          window.outcome = new Promise((resolve) => {
            new BroadcastChannel("go").onmessage = () => resolve(outcomeOf(() => client.start()));
          });
        }, `${options.redirectUri}?code=forged&state=nobodys`);
      }
      const starter = await profile.newTab();
      await starter.goto(`${scene.app.pages.origin}/bare/`);
      await starter.evaluate(() => new BroadcastChannel("go").postMessage("now"));
      for (const tab of [one, other]) {
        assert.equal(
          await tab.evaluate(() => window.outcome.then(({ code }) => code ?? null)),
          null,
        );
        await tab.waitFor(() => client.session !== null);
      }
      assert.equal(requests("/oauth2/token").length, 1);
      await starter.close();
    }
  });
});
