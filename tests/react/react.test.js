import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { engines, launch } from "../e2e/browsers/index.js";
import { until } from "../e2e/browsers/until.js";
import { atLoginPage, logIn, signedIn, user, watchRequests } from "../e2e/fixtures/steps.js";
import { reacts, startReactApp } from "./fixtures/app.js";

const chromium = engines.find(({ name }) => name === "chromium");
const status = { role: "status" };
const alert = { role: "alert" };
const privatePage = { role: "heading", name: "Private page" };

/** An app, and new tabs of profiles that end with their test. */
function inBrowser(options) {
  const scene = {
    async newProfile(t) {
      const profile = await scene.browser.newProfile();
      t.after(() => profile.close());
      return profile;
    },
    newTab: async (t) => (await scene.newProfile(t)).newTab(),
  };
  before(async () => {
    scene.app = await startReactApp(options);
    scene.browser = await launch(chromium);
  });
  after(async () => {
    await scene.browser?.close();
    await scene.app?.close();
  });
  return scene;
}

async function signIn(tab, { origin }, path = "/") {
  await tab.goto(origin + path);
  if (path === "/") await tab.click({ role: "button", name: "Sign in" });
  await logIn(tab);
  await tab.waitForText(status, signedIn);
}

/** As an application's router goes to another page. */
const goTo = (tab, path) =>
  tab.evaluate((to) => {
    history.pushState(null, "", to);
    dispatchEvent(new PopStateEvent("popstate"));
  }, path);

const complaints = (tab) => tab.evaluate(() => window.complaints);

const invalidGrant = (_request, response) =>
  response
    .writeHead(400, { "Access-Control-Allow-Origin": "*", "Content-Type": "application/json" })
    .end('{"error":"invalid_grant"}');

/** What a provider answers that has no page for the user: the browser stays where it is. */
const nothingToShow = (_request, response) => response.writeHead(204).end();

const asked = (requests, times) =>
  until(
    () => requests("/oauth2/authorize").length === times,
    () => `the provider should have been asked ${times} times`,
  );

for (const [version, react] of Object.entries(reacts)) {
  describe(`React ${version}`, () => {
    const scene = inBrowser({ react });

    test("a guarded page sends to sign in, once, and comes back to its address", async (t) => {
      const tab = await scene.newTab(t);
      const requests = watchRequests(scene.app);
      const place = `${scene.app.origin}/private?year=2026#totals`;
      await tab.goto(place);
      await logIn(tab);
      await tab.waitForText(privatePage, "Private page");

      assert.equal(await tab.url(), place);
      assert.equal(await tab.textOf(status), signedIn);
      assert.equal(await tab.textOf({ role: "note" }), "/private?year=2026#totals");
      assert.equal(requests("/oauth2/authorize").length, 1);
      assert.equal(requests("/oauth2/token").length, 1);
      assert.deepEqual(await complaints(tab), []);
      assert.match(await tab.evaluate(() => reactVersion), new RegExp(`^${version}\\.`));
    });

    test("a guard that is mounted later begins one sign-in, although StrictMode asks twice", async (t) => {
      const tab = await scene.newTab(t);
      await tab.goto(`${scene.app.origin}/`);
      await tab.waitForText(status, "Signed out");
      await goTo(tab, "/private");
      await atLoginPage(tab);
      await tab.goto(`${scene.app.origin}/`);
      const pending = await tab.evaluate(() =>
        Object.keys(localStorage).filter((key) => key.startsWith("pkce-wasm/transaction/")),
      );
      assert.equal(pending.length, 1);
    });

    test("a first render that suspends above the provider loses nothing", async (t) => {
      const tab = await scene.newTab(t);
      const requests = watchRequests(scene.app);
      await tab.goto(`${scene.app.origin}/`);
      await tab.evaluate(() => sessionStorage.setItem("suspends", ""));
      await signIn(tab, scene.app, "/private");
      assert.equal(await tab.textOf({ role: "log" }), "Late");
      assert.equal(await tab.textOf(privatePage), "Private page");
      assert.equal(requests("/oauth2/token").length, 1);
      assert.deepEqual(await complaints(tab), []);
    });

    test("what is mounted anew knows at once who is signed in", async (t) => {
      const tab = await scene.newTab(t);
      await signIn(tab, scene.app, "/private");
      const [before, timesShown] = await tab.evaluate(() => [renders.provider, shown.length]);
      await tab.click({ role: "button", name: "Mount again" });
      await tab.waitFor((earlier) => renders.provider > earlier, before);
      await tab.waitFor((earlier) => shown.length > earlier, timesShown);
      const later = await tab.evaluate((from) => shown.slice(from), timesShown);
      assert.deepEqual([...new Set(later)], ["signed_in"]);
    });

    test("a refresh renders only what shows something of it", async (t) => {
      const tab = await scene.newTab(t);
      await signIn(tab, scene.app, "/private");
      const earlier = await tab.evaluate(() => ({ ...renders, at: client.session.expiresAt }));
      await tab.evaluate(() => client.accessToken({ minValiditySeconds: Infinity }));
      await tab.waitForText(
        { role: "timer" },
        String(await tab.evaluate(() => client.session.expiresAt)),
      );

      const later = await tab.evaluate(() => ({ ...renders, at: client.session.expiresAt }));
      assert.notEqual(later.at, earlier.at);
      const { who, provider, private: inside } = later;
      assert.deepEqual(
        { who, provider, inside },
        { who: earlier.who, provider: earlier.provider, inside: earlier.private },
      );
      assert.ok(later.expiry > earlier.expiry);
    });

    test("who signs out on a guarded page is not signed in again", async (t) => {
      const tab = await scene.newTab(t);
      await signIn(tab, scene.app, "/private");
      const requests = watchRequests(scene.app);
      await tab.click({ role: "button", name: "Sign out" });
      await tab.waitForUrl(({ pathname }) => pathname === "/");
      await tab.waitForText(status, "Signed out");
      assert.equal(requests("/logout").length, 1);
      assert.deepEqual(requests("/oauth2/authorize"), []);

      await goTo(tab, "/private");
      await atLoginPage(tab);
    });

    test("a sign-out in another tab leaves a guarded page to its user", async (t) => {
      const profile = await scene.newProfile(t);
      const [tab, other] = [await profile.newTab(), await profile.newTab()];
      await signIn(tab, scene.app, "/private");
      await other.goto(`${scene.app.origin}/`);
      await other.waitForText(status, signedIn);
      const requests = watchRequests(scene.app);
      await other.click({ role: "button", name: "Sign out" });
      await tab.waitForText(alert, "You have signed out.");
      await other.waitForText(status, "Signed out");
      assert.deepEqual(requests("/oauth2/authorize"), []);

      await tab.click({ role: "button", name: "Sign in again" });
      await logIn(tab);
      await tab.waitForText(privatePage, "Private page");
    });

    test("a session that the provider ended is told to the guard's fallback", async (t) => {
      const tab = await scene.newTab(t);
      await signIn(tab, scene.app, "/private");
      const requests = watchRequests(scene.app);
      t.after(scene.app.ui.fail("/oauth2/token", invalidGrant));
      await tab.evaluate(() =>
        client.accessToken({ minValiditySeconds: Infinity }).catch(() => true),
      );
      await tab.waitForText(alert, "session_ended");
      assert.equal(await tab.textOf(status), "Signed out");
      assert.equal(await tab.textOf(privatePage), "");
      assert.deepEqual(requests("/oauth2/authorize"), []);
    });

    test("a callback that fails is shown, and no guard hides it by signing in", async (t) => {
      const tab = await scene.newTab(t);
      const requests = watchRequests(scene.app);
      await tab.goto(`${scene.app.origin}/callback?code=forged&state=forged`);
      await tab.waitForText(status, "Signed out");
      await goTo(tab, "/private");
      await tab.waitForText(alert, "state_mismatch");
      assert.deepEqual(requests(), []);

      await tab.click({ role: "button", name: "Sign in again" });
      await logIn(tab);
      await tab.waitForText(privatePage, "Private page");
    });

    const guarded = () => document.querySelector("main").innerText.trim();
    const signInByGuard = (tab) =>
      tab.evaluate(() => document.querySelector("main button").click());

    for (const [what, path] of [
      ["an element", "/element"],
      ["no fallback", "/plain"],
    ]) {
      test(`a guard with ${what} shows an error, and a button that signs in`, async (t) => {
        const tab = await scene.newTab(t);
        await tab.goto(`${scene.app.origin}/callback?code=forged&state=forged`);
        await tab.waitForText(status, "Signed out");
        await goTo(tab, path);
        await tab.waitForText(alert, "state_mismatch: ");
        assert.match(await tab.evaluate(guarded), /^state_mismatch: .*\n+Sign in$/, "no one waits");

        await signInByGuard(tab);
        await logIn(tab);
        await tab.waitForText(privatePage, "Private page");
      });
    }

    test("a guard without a fallback offers to sign in where it does not do so itself", async (t) => {
      const tab = await scene.newTab(t);
      await signIn(tab, scene.app, "/plain");
      await tab.evaluate(() => client.signOut({ stay: true }));
      await tab.waitForText(status, "Signed out");
      assert.equal(await tab.evaluate(guarded), "Sign in");
      await signInByGuard(tab);
      await tab.waitForText(privatePage, "Private page");
    });

    test("the back button from the login page leads on to it again", async (t) => {
      const tab = await scene.newTab(t);
      await tab.goto(`${scene.app.origin}/private`);
      await atLoginPage(tab);
      const requests = watchRequests(scene.app);
      await tab.back();
      await until(
        () => requests("/oauth2/authorize").length === 1,
        () => "the guard should have asked to sign in again",
      );
      await logIn(tab);
      await tab.waitForText(privatePage, "Private page");
    });

    test("who stays on the page is asked no second time by the guard, and can sign in", async (t) => {
      const tab = await scene.newTab(t);
      const requests = watchRequests(scene.app);
      const answerAgain = scene.app.ui.fail("/oauth2/authorize", nothingToShow, {
        times: Infinity,
      });
      t.after(answerAgain);
      await tab.goto(`${scene.app.origin}/private`);
      await asked(requests, 1);
      assert.equal(await tab.textOf(status), "Wait");
      await tab.click({ role: "heading", name: "App" });
      await tab.waitForText(alert, "You have signed out.");
      await tab.click({ role: "button", name: "Sign in again" });
      await asked(requests, 2);
      answerAgain();
      await tab.click({ role: "heading", name: "App" });
      await tab.click({ role: "button", name: "Sign in again" });
      await logIn(tab);
      await tab.waitForText(privatePage, "Private page");
      assert.equal(requests("/oauth2/authorize").length, 3);
    });

    test("a page that was not left comes back to life, although its user does nothing", async (t) => {
      const tab = await scene.newTab(t);
      const requests = watchRequests(scene.app);
      t.after(scene.app.ui.fail("/oauth2/authorize", nothingToShow, { times: Infinity }));
      await tab.goto(`${scene.app.origin}/`);
      await tab.waitForText(status, "Signed out");
      await tab.evaluate(() => {
        const { setTimeout } = window;
        window.timers = [];
        window.setTimeout = (work, millis, ...given) => {
          if (millis >= 5_000 && millis < 30_000) window.timers.push(work);
          return setTimeout(work, millis, ...given);
        };
      });
      await tab.click({ role: "button", name: "Sign in" });
      await asked(requests, 1);
      assert.equal(await tab.textOf(status), "Wait");
      await tab.evaluate(() => {
        for (const work of window.timers) work();
      });
      await tab.waitForText(status, "Signed out");
    });

    test("a sign-in that is asked for while the page is being left begins anew", async (t) => {
      const tab = await scene.newTab(t);
      const requests = watchRequests(scene.app);
      const answerAgain = scene.app.ui.fail("/oauth2/authorize", nothingToShow, {
        times: Infinity,
      });
      t.after(answerAgain);
      await tab.goto(`${scene.app.origin}/`);
      await tab.waitForText(status, "Signed out");
      const press = () =>
        tab.evaluate(() => {
          for (const button of document.querySelectorAll("button")) {
            if (button.innerText === "Sign in") button.click();
          }
        });
      await press();
      await asked(requests, 1);
      answerAgain();
      await press();
      await atLoginPage(tab);
    });

    test("who signs out while a popup is open is signed out, and the popup closes", async (t) => {
      const tab = await scene.newTab(t);
      await signIn(tab, scene.app);
      const popup = await tab.popup(() => tab.click({ role: "button", name: "Step up" }));
      await atLoginPage(popup);
      const requests = watchRequests(scene.app);
      await tab.evaluate(() => document.querySelector("[name=sign-out]").click());
      await tab.waitForText(status, "Signed out");
      await popup.waitForClose();
      assert.equal(requests("/logout").length, 1);
      assert.equal(await tab.textOf(alert), "");
      assert.deepEqual(await complaints(tab), []);
    });

    test("a popup that is asked for again takes the place of the first", async (t) => {
      const tab = await scene.newTab(t);
      await tab.goto(`${scene.app.origin}/`);
      await tab.waitForText(status, "Signed out");
      const stepUp = () => tab.popup(() => tab.click({ role: "button", name: "Step up" }));
      const first = await stepUp();
      await atLoginPage(first);
      const second = await stepUp();
      await first.waitForClose();
      await logIn(second);
      await tab.waitForText(status, signedIn);
      assert.equal(await tab.textOf(alert), "");
    });

    test("a start that the network failed can be tried again", async (t) => {
      const tab = await scene.newTab(t);
      t.after(scene.app.ui.fail("/oauth2/token", (request) => request.socket.destroy()));
      await tab.goto(`${scene.app.origin}/private`);
      await logIn(tab);
      await tab.waitForText(alert, "network");
      await tab.click({ role: "button", name: "Try again" });
      await tab.waitForText(privatePage, "Private page");
    });
  });

  describe(`React ${version}, rendered on a server`, () => {
    const scene = inBrowser({ react, rendered: true });

    test("the server's page waits, and hydrates without a complaint", async (t) => {
      assert.match(scene.app.page, /role="status">Wait</);
      const tab = await scene.newTab(t);
      await signIn(tab, scene.app);
      await tab.reload();
      await tab.waitForText(status, `Signed in as ${user.username}`);
      assert.deepEqual(await complaints(tab), []);
    });
  });
}
