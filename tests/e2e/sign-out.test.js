import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { inEveryEngine } from "./fixtures/scene.js";
import { logInAtStandardProvider, startStandardProvider } from "./fixtures/standard-provider.js";
import {
  defineApp,
  everythingStored,
  logIn,
  openApp,
  openPopup,
  popupOutcome,
  start,
  started,
} from "./fixtures/steps.js";

const systems = [
  { name: "cognito", logInAt: logIn },
  { name: "standard", logInAt: logInAtStandardProvider },
  // Its callback is the page that the user comes back to from the logout page.
  { name: "single", logInAt: logInAtStandardProvider },
];

inEveryEngine((scene) => {
  let provider;
  before(async () => {
    const { origin } = scene.app.pages;
    const page = (name) => `${origin}/app/${name}/`;
    provider = await startStandardProvider({
      redirectUris: [`${page("standard")}callback`, page("single")],
      postLogoutRedirectUris: [page("standard"), page("single")],
      origins: [origin],
    });
    const { issuer, clientId } = provider;
    defineApp(scene.app, "cognito", [scene.app.clientOptions()]);
    defineApp(scene.app, "standard", [{ issuer, clientId }]);
    const [single] = defineApp(scene.app, "single", [{ issuer, clientId }]);
    single.redirectUri = single.postLogoutRedirectUri;
  });
  after(() => provider?.close());

  /** A page of an application whose user has signed in there. */
  async function openSignedIn(t, { name, logInAt }) {
    const tab = await scene.newTab(t);
    await openApp(tab, scene.app, name);
    await logInAt(await openPopup(tab));
    assert.ok((await popupOutcome(tab)).sub);
    return tab;
  }

  /** Leaves for the logout page, and says yes there where it asks. */
  async function signOut(tab, { name }, options = {}) {
    await tab.evaluate((settings) => {
      window.isLeaving = true;
      outcomeOf(() => client.signOut(settings)).then((outcome) => (window.outcome = outcome));
    }, options);
    if (name !== "cognito") await tab.click({ role: "button", name: "Yes, sign me out" });
  }

  const homeOf = ({ name }) => `${scene.app.pages.origin}/app/${name}/`;
  const isHome = (system) => (url) => url.origin + url.pathname === homeOf(system);

  /** Back from the logout page: what start() came to. */
  async function backFrom(tab, system) {
    // It begins there, too.
    await tab.waitFor(() => !window.isLeaving);
    await tab.waitForUrl(isHome(system));
    return started(tab);
  }

  /** What of this library is left in the tab. */
  const left = (tab) =>
    tab.evaluate(() =>
      [localStorage, sessionStorage].flatMap((storage) =>
        Object.entries(storage)
          .filter(([key]) => key.startsWith("pkce-wasm/") && !key.includes("/signed-out/"))
          .map(([key, value]) => [key.split("/")[1], JSON.parse(value).record]),
      ),
    );

  for (const system of systems) {
    test(`${system.name}: a sign-out comes back to the page that it asked for`, async (t) => {
      const tab = await openSignedIn(t, system);
      await signOut(tab, system, { returnTo: "/goodbye?reason=asked" });
      assert.deepEqual(await backFrom(tab, system), {
        sub: null,
        returnTo: "/goodbye?reason=asked",
      });
      assert.equal(await tab.url(), homeOf(system), "the address is clean");
      assert.deepEqual(await start(tab), { sub: null, returnTo: null }, "it is said once");
      // Of the sign-in, that it was answered: a repeated callback is to be known.
      assert.deepEqual(await left(tab), [["transaction", "answered/1"]]);
      assert.doesNotMatch(await everythingStored(tab), /eyJ[\w-]{8,}|goodbye/);
    });
  }

  for (const system of systems.slice(0, 2)) {
    test(`${system.name}: a sign-out without a returnTo comes back with none`, async (t) => {
      const tab = await openSignedIn(t, system);
      await signOut(tab, system);
      assert.deepEqual(await backFrom(tab, system), { sub: null, returnTo: null });
      assert.equal(await tab.url(), homeOf(system));
      assert.deepEqual(await left(tab), [["transaction", "answered/1"]]);
    });

    test(`${system.name}: a user who turns back at the logout page is waited for`, async (t) => {
      const tab = await openSignedIn(t, system);
      // Another page of the application comes first.
      const elsewhere = `${homeOf(system)}help`;
      if (system.name === "cognito") {
        t.after(
          scene.app.ui.fail("/logout", (_request, response) =>
            response.writeHead(302, { Location: elsewhere }).end(),
          ),
        );
        await signOut(tab, system, { returnTo: "/goodbye" });
        await tab.waitForUrl(({ href }) => href === elsewhere);
      } else {
        await tab.evaluate(() => {
          client.signOut({ returnTo: "/goodbye" });
        });
        await tab.waitForUrl(({ pathname }) => pathname === "/session/end");
        await tab.goto(elsewhere);
      }
      assert.deepEqual(await started(tab), { sub: null, returnTo: null });
      assert.deepEqual(
        (await left(tab)).filter(([kind]) => kind === "logout"),
        [["logout", "logout/1"]],
      );
    });
  }

  test("a state of another sign-out is refused once, and the page works on", async (t) => {
    const [, system] = systems;
    const tab = await openSignedIn(t, system);
    await tab.evaluate(() => {
      client.signOut({ returnTo: "/goodbye" });
    });
    await tab.waitForUrl(({ pathname }) => pathname === "/session/end");
    await tab.goto(`${homeOf(system)}?state=${"f".repeat(43)}`);
    const { code, kind } = await started(tab);
    assert.deepEqual({ code, kind }, { code: "sign_out_state_mismatch", kind: "callback" });

    assert.deepEqual(await start(tab), { sub: null, returnTo: null });
    const again = await tab.evaluate(() => signInBy(() => client.signInSilent()));
    assert.equal(again.sub, "alice");
  });

  test("a state that no sign-out of this tab sent is none of its business", async (t) => {
    const tab = await scene.newTab(t);
    const address = `${homeOf(systems[1])}?state=somebody&page=2`;
    await tab.goto(address);
    assert.deepEqual(await started(tab), { sub: null, returnTo: null });
    assert.equal(await tab.url(), address, "the address is left alone");
    assert.deepEqual(await left(tab), []);
  });

  test("a state of the application's own is none of a sign-out's business", async (t) => {
    const [, system] = systems;
    const tab = await openSignedIn(t, system);
    await tab.evaluate(() => {
      client.signOut({ returnTo: "/goodbye" });
    });
    await tab.waitForUrl(({ pathname }) => pathname === "/session/end");
    await tab.goto(`${homeOf(system)}?state=opened`);
    assert.deepEqual(await started(tab), { sub: null, returnTo: null });
  });

  test("a returnTo of another origin is refused, and the user is signed out all the same", async (t) => {
    const tab = await openSignedIn(t, systems[0]);
    const outcome = await tab.evaluate(async () => {
      const { code } = await outcomeOf(() => client.signOut({ returnTo: "//evil.example/" }));
      return { code, isSignedIn: client.session !== null };
    });
    assert.deepEqual(outcome, { code: "return_to_refused", isSignedIn: false });
    assert.equal(await tab.url(), homeOf(systems[0]));
  });
});
