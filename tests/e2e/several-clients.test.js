import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { secondClientId } from "./fixtures/app.js";
import { inEveryEngine } from "./fixtures/scene.js";
import { logInAtStandardProvider, startStandardProvider } from "./fixtures/standard-provider.js";
import { defineApp, logIn, openApp, signInUpToCallback, watchRequests } from "./fixtures/steps.js";

inEveryEngine((scene) => {
  let provider;
  before(async () => {
    const page = (path) => `${scene.app.pages.origin}/app/cognito/${path}`;
    provider = await startStandardProvider({
      redirectUris: [page("callback")],
      postLogoutRedirectUris: [page("")],
      origins: [scene.app.pages.origin],
    });
    const { issuer, clientId } = provider;
    defineApp(scene.app, "cognito", [
      scene.app.clientOptions({ store: "local" }),
      scene.app.clientOptions({ store: "local", clientId: secondClientId }),
      { issuer, clientId, store: "local" },
    ]);
  });
  after(() => provider?.close());

  const isAtProvider = [
    ({ pathname, searchParams }) =>
      pathname === "/login" && searchParams.get("client_id") !== secondClientId,
    ({ pathname, searchParams }) =>
      pathname === "/login" && searchParams.get("client_id") === secondClientId,
    ({ origin }) => origin === provider.issuer,
  ];
  const logInAt = [logIn, logIn, logInAtStandardProvider];

  /** Leaves for the login page of one of the page's clients. */
  async function leave(tab, client) {
    await tab.evaluate((index) => {
      outcomeOf(() => clients[index].signIn({ returnTo: `/for-${index}` }));
    }, client);
    await tab.waitForUrl(isAtProvider[client]);
  }

  /** What start() came to for each client of the callback's page. */
  async function backAtCallback(tab) {
    await tab.waitForUrl(({ pathname }) => pathname === "/app/cognito/callback");
    await tab.waitFor(() => Boolean(window.started));
    return tab.evaluate(() => window.started);
  }

  async function signIn(tab, client) {
    await leave(tab, client);
    await logInAt[client](tab);
    return backAtCallback(tab);
  }

  /** Which of the clients have a session, on a page that was opened anew. */
  async function signedIn(tab) {
    await openApp(tab, scene.app, "cognito");
    return (await tab.evaluate(() => window.started)).map(({ sub }) => sub !== null);
  }

  test("each client answers its own callback and leaves the others' alone", async (t) => {
    const tab = await scene.newTab(t);
    await openApp(tab, scene.app, "cognito");
    for (const [client, expected] of [
      [1, [false, true, false]],
      [2, [false, true, true]],
    ]) {
      const outcomes = await signIn(tab, client);
      assert.equal(outcomes[client].returnTo, `/for-${client}`);
      assert.deepEqual(
        outcomes.map(({ sub, returnTo }, index) => sub !== null && index === client && returnTo),
        outcomes.map((_, index) => index === client && `/for-${client}`),
      );
      assert.deepEqual(await signedIn(tab), expected);
    }
  });

  test("sign-ins of two clients may be under way at once, and end in either order", async (t) => {
    const profile = await scene.newProfile(t);
    const [one, other] = [await profile.newTab(), await profile.newTab()];
    for (const [tab, client] of [
      [one, 0],
      [other, 2],
    ]) {
      await openApp(tab, scene.app, "cognito");
      await leave(tab, client);
    }
    for (const [tab, client] of [
      [other, 2],
      [one, 0],
    ]) {
      await logInAt[client](tab);
      const outcomes = await backAtCallback(tab);
      assert.equal(outcomes[client].returnTo, `/for-${client}`);
    }
    assert.deepEqual(await signedIn(one), [true, false, true]);
  });

  test("who signs out of one client stays signed in to the others", async (t) => {
    const profile = await scene.newProfile(t);
    const [tab, witness] = [await profile.newTab(), await profile.newTab()];
    await openApp(tab, scene.app, "cognito");
    await signIn(tab, 0);
    await openApp(tab, scene.app, "cognito");
    await signIn(tab, 2);
    assert.deepEqual(await signedIn(witness), [true, false, true]);

    await openApp(tab, scene.app, "cognito");
    await tab.evaluate(() => {
      clients[0].signOut();
    });
    await witness.waitFor(() => window.clients[0].session === null);
    assert.equal(await witness.evaluate(() => clients[2].session.sub), "alice");
    assert.deepEqual(await signedIn(witness), [false, false, true]);
    const renewed = await witness.evaluate(async () =>
      Boolean(await clients[2].accessToken().catch(() => "")),
    );
    assert.equal(renewed, true);
  });

  /** What clients of two copies of the library come to on one callback, and what the copies share then. */
  const startCopies = (tab, options, isLate) =>
    tab.evaluate(
      async (settings, isSecondLate) => {
        const copy = await import("/copy/index.js");
        const clients = [createClient(settings), copy.createClient(settings)];
        const first = clients[0].start();
        if (isSecondLate) await first;
        const outcomes = await Promise.all([first, clients[1].start()]);
        const tokens = await Promise.all(clients.map((client) => client.accessToken()));
        return {
          areCopies: copy.createClient !== createClient,
          emails: outcomes.map(({ session }) => session?.claims.email),
          returnTo: outcomes.map(({ returnTo }) => returnTo),
          sameToken: tokens[0] === tokens[1],
          tokens,
          shared: JSON.stringify(globalThis[Symbol.for("pkce-wasm")]),
          left: location.search,
        };
      },
      options,
      isLate,
    );

  for (const store of ["session", "local", "memory"]) {
    for (const isLate of [false, true]) {
      const when = isLate ? "after the first has finished" : "at once";
      test(`two copies of the library sign in by one callback, store ${store}, the second ${when}`, async (t) => {
        const tab = await scene.newTab(t);
        const requests = watchRequests(scene.app);
        const options = scene.app.clientOptions({ store });
        const callback = await signInUpToCallback(tab, scene.app, options);
        const { tokens, shared, ...came } = await startCopies(tab, options, isLate);
        assert.deepEqual(came, {
          areCopies: true,
          emails: ["user@example.com", "user@example.com"],
          returnTo: ["/bare/", isLate ? null : "/bare/"],
          sameToken: true,
          left: "",
        });
        assert.equal(requests("/oauth2/token").length, 1);
        for (const secret of [callback.searchParams.get("code"), ...tokens]) {
          assert.ok(!shared.includes(secret));
        }
      });
    }
  }

  test("of two clients that ask a finished sign-in at once, the one that is closed takes nothing away", async (t) => {
    const tab = await scene.newTab(t);
    const options = scene.app.clientOptions({ store: "memory" });
    await signInUpToCallback(tab, scene.app, options);
    const emails = await tab.evaluate(async (settings) => {
      const copy = await import("/copy/index.js");
      const { session } = await createClient(settings).start();
      const [closed, other] = [copy.createClient(settings), copy.createClient(settings)];
      closed.start().catch(() => undefined);
      closed.close();
      const { session: taken } = await other.start();
      return [session, taken].map((each) => each?.claims.email);
    }, options);
    assert.deepEqual(emails, ["user@example.com", "user@example.com"]);
  });
});
