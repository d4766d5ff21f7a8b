// Who gives no input is signed out: what input is, whom it keeps, and what no trick of time gets around.
import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "./browsers/until.js";
import { inEveryEngine } from "./fixtures/scene.js";
import {
  atCallback,
  leaveToSignIn,
  makeClient,
  openBare,
  signInBare,
  start,
  watchRequests,
} from "./fixtures/steps.js";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const idleSeconds = 15 * 60;

/** Notes what the client tells the page, and whom it shows. */
const listen = (tab) =>
  tab.evaluate(() => {
    window.heard = [];
    window.left = [];
    window.shown = [];
    client.addEventListener("idle", ({ detail }) => {
      window.heard.push("idle");
      window.left.push(detail.expiresAt - Date.now());
    });
    client.addEventListener("active", () => window.heard.push("active"));
    client.addEventListener("signedout", ({ detail }) =>
      window.heard.push(`over: ${detail.reason}`),
    );
    client.subscribe((session) => window.shown.push(session?.sub ?? null));
  });

const heard = (tab) => tab.evaluate(() => window.heard);

const hears = (tab, ...names) =>
  tab.waitFor((wanted) => JSON.stringify(window.heard) === wanted, JSON.stringify(names));

/** Makes it so much longer ago that there was input in any tab, and has this page look at the time. */
const age = (tab, millis) =>
  tab.evaluate((by) => {
    const key = Object.keys(localStorage).find((name) => name.startsWith("pkce-wasm/active/"));
    const kept = Object.entries(JSON.parse(localStorage.getItem(key)));
    const aged = Object.fromEntries(kept.map(([id, at]) => [id, at - by]));
    localStorage.setItem(key, JSON.stringify(aged));
    window.dispatchEvent(new Event("focus"));
  }, millis);

/** Gives a page a button that the user can press. */
const addButton = (tab) =>
  tab.evaluate(() => {
    document.body.innerHTML = '<button type="button">Go on</button>';
  });

const press = (tab) => tab.click({ role: "button", name: "Go on" });

const hasNoTokens = (tab) =>
  tab.waitFor(() => !JSON.stringify([{ ...localStorage }, { ...sessionStorage }]).includes("eyJ"));

const askForToken = (tab) =>
  tab.evaluate(async () => {
    const { value, code } = await outcomeOf(() => client.accessToken());
    return value ? "a token" : code;
  });

inEveryEngine((scene) => {
  const barePage = () => `${scene.app.pages.origin}/bare/`;
  const optionsOf = (changes) =>
    scene.app.clientOptions({ store: "local", idleSeconds, ...changes });

  async function signedIn(profile, options) {
    const tab = await profile.newTab();
    assert.ok((await signInBare(tab, scene.app, options)).result.sub);
    await listen(tab);
    return tab;
  }

  /** Another tab of the user who is signed in. */
  async function another(profile, options) {
    const tab = await profile.newTab();
    await openBare(tab, barePage(), options);
    await listen(tab);
    await start(tab);
    return tab;
  }

  test("who gives no input is told a minute ahead in all tabs, and then signed out of all", async (t) => {
    const profile = await scene.newProfile(t);
    const options = optionsOf();
    const tab = await signedIn(profile, options);
    const other = await another(profile, options);
    const requests = watchRequests(scene.app);
    await age(tab, 14 * MINUTE + 30_000);
    for (const each of [tab, other]) {
      await hears(each, "idle");
      const [left] = await each.evaluate(() => window.left);
      assert.ok(left > 0 && left <= 30_000, `${left} ms`);
    }
    await age(tab, MINUTE);
    for (const each of [tab, other]) {
      await hears(each, "idle", "over: idle");
      assert.equal(await each.evaluate(() => client.session), null);
      assert.equal(await askForToken(each), "login_required");
    }
    await hasNoTokens(tab);
    await until(
      () => requests("/oauth2/revoke").length > 0,
      () => "the refresh token should have been revoked",
    );
    // The provider's own session goes on: it lets the user in without a password.
    await leaveToSignIn(tab);
    await atCallback(tab, options);
    await makeClient(tab, options);
    assert.ok((await start(tab)).sub);
  });

  test("input in one tab keeps the user signed in in all of them", async (t) => {
    const profile = await scene.newProfile(t);
    const options = optionsOf();
    const other = await signedIn(profile, options);
    const tab = await another(profile, options);
    await addButton(tab);
    await age(tab, 14 * MINUTE + 30_000);
    for (const each of [tab, other]) await hears(each, "idle");
    await press(tab);
    for (const each of [tab, other]) await hears(each, "idle", "active");
    await age(tab, 14 * MINUTE);
    assert.equal(await askForToken(other), "a token");
  });

  test("a device that slept for too long has no token to give when it wakes", async (t) => {
    const tab = await signedIn(await scene.newProfile(t), optionsOf());
    await tab.evaluate((millis) => window.skipTime(millis), 60 * MINUTE);
    assert.equal(await askForToken(tab), "login_required");
    assert.deepEqual(await heard(tab), ["over: idle"]);
  });

  test("a page that is opened after a day shows nobody, and leaves no token behind", async (t) => {
    const profile = await scene.newProfile(t);
    const options = optionsOf();
    const before = await signedIn(profile, options);
    const tab = await profile.newTab();
    await before.close();
    await tab.goto(barePage());
    await tab.evaluate((millis) => window.skipTime(millis), DAY);
    const requests = watchRequests(scene.app);
    await openBare(tab, barePage(), options);
    await listen(tab);
    assert.equal((await start(tab)).sub, null);
    assert.deepEqual([...new Set(await tab.evaluate(() => window.shown))], [null]);
    assert.equal(await askForToken(tab), "login_required");
    await hasNoTokens(tab);
    await until(
      () => requests("/oauth2/revoke").length > 0,
      () => "the refresh token should have been revoked",
    );
    assert.deepEqual(requests("/oauth2/token"), []);
  });
});

inEveryEngine(
  (scene) => {
    const barePage = () => `${scene.app.pages.origin}/bare/`;

    async function signedIn(t, changes) {
      const options = scene.app.clientOptions({ idleSeconds, ...changes });
      const tab = await scene.newTab(t);
      assert.ok((await signInBare(tab, scene.app, options)).result.sub);
      await listen(tab);
      return { tab, options };
    }

    test("a reload is no input", async (t) => {
      const { tab, options } = await signedIn(t);
      await age(tab, 14 * MINUTE + 30_000);
      await openBare(tab, barePage(), options);
      await listen(tab);
      assert.ok((await start(tab)).sub);
      await hears(tab, "idle");
      await age(tab, MINUTE);
      await openBare(tab, barePage(), options);
      assert.equal((await start(tab)).sub, null);
    });

    test("a refresh is no input", async (t) => {
      const { tab } = await signedIn(t);
      await age(tab, 14 * MINUTE + 30_000);
      await hears(tab, "idle");
      const work = () => client.accessToken({ minValiditySeconds: Infinity }).then(Boolean);
      assert.equal(await tab.evaluate(work), true);
      await age(tab, MINUTE);
      await hears(tab, "idle", "over: idle");
    });

    test("a clock that is set back by more than the time wins nobody any", async (t) => {
      const { tab } = await signedIn(t);
      await tab.evaluate((millis) => window.skipTime(millis), -60 * MINUTE);
      assert.equal(await askForToken(tab), "login_required");
    });

    test("input that comes too late keeps nobody, and the next sign-in is good", async (t) => {
      const { tab, options } = await signedIn(t);
      await tab.evaluate((millis) => {
        window.skipTime(millis);
        window.dispatchEvent(new Event("pointerdown"));
      }, 16 * MINUTE);
      await hears(tab, "over: idle");
      await leaveToSignIn(tab);
      await atCallback(tab, options);
      await makeClient(tab, options);
      assert.ok((await start(tab)).sub);
      assert.equal(await askForToken(tab), "a token");
    });

    for (const name of ["keydown", "input", "wheel", "touchmove", "click"]) {
      test(`${name} is input, also where the application stops it`, async (t) => {
        const { tab } = await signedIn(t);
        await age(tab, 14 * MINUTE + 30_000);
        await hears(tab, "idle");
        await tab.evaluate((type) => {
          document.body.addEventListener(type, (event) => event.stopImmediatePropagation());
          document.body.dispatchEvent(new Event(type, { bubbles: true }));
        }, name);
        await hears(tab, "idle", "active");
      });
    }

    test("a pointer that moves is input, and neither one that lies still is, nor a page that scrolls", async (t) => {
      const { tab } = await signedIn(t);
      await age(tab, 14 * MINUTE + 30_000);
      await hears(tab, "idle");
      await tab.evaluate(async () => {
        window.point = (screenX) =>
          window.dispatchEvent(new PointerEvent("pointermove", { screenX, screenY: 1 }));
        window.point(1);
        window.point(1);
        document.body.style.height = "5000px";
        const scrolled = new Promise((resolve) => addEventListener("scroll", resolve));
        window.scrollTo(0, 1000);
        await scrolled;
      });
      assert.deepEqual(await heard(tab), ["idle"]);
      await tab.evaluate(() => window.point(2));
      await hears(tab, "idle", "active");
    });

    test("a session in another tab that slept through its end is not woken by the next sign-in", async (t) => {
      const profile = await scene.newProfile(t);
      const options = scene.app.clientOptions({ idleSeconds });
      const asleep = await profile.newTab();
      assert.ok((await signInBare(asleep, scene.app, options)).result.sub);
      // It has gone elsewhere, and its session stays in its own storage.
      await asleep.goto(`${scene.app.ui.domain}/login`);
      const tab = await profile.newTab();
      await tab.goto(barePage());
      await tab.evaluate((millis) => {
        const key = Object.keys(localStorage).find((name) => name.startsWith("pkce-wasm/active/"));
        const kept = Object.entries(JSON.parse(localStorage.getItem(key)));
        const aged = Object.fromEntries(kept.map(([id, at]) => [id, at - millis]));
        localStorage.setItem(key, JSON.stringify(aged));
      }, 16 * MINUTE);
      await makeClient(tab, options);
      await leaveToSignIn(tab);
      await atCallback(tab, options);
      await makeClient(tab, options);
      assert.ok((await start(tab)).sub);
      await tab.evaluate(() => window.dispatchEvent(new Event("pointerdown")));
      await openBare(asleep, barePage(), options);
      assert.equal((await start(asleep)).sub, null);
    });

    test("without the option nothing is kept of what the user does", async (t) => {
      const { tab } = await signedIn(t, { idleSeconds: undefined });
      await tab.evaluate(() => window.dispatchEvent(new Event("pointerdown")));
      const keys = await tab.evaluate(() => Object.keys(localStorage));
      assert.deepEqual(
        keys.filter((name) => name.startsWith("pkce-wasm/active/")),
        [],
      );
    });

    test("a time that is none is refused by name", async (t) => {
      const tab = await scene.newTab(t);
      await openBare(tab, barePage(), scene.app.clientOptions({ idleSeconds: "15 minutes" }));
      const { code, message } = await tab.evaluate(() => outcomeOf(() => client.signIn()));
      assert.equal(code, "invalid_config");
      assert.match(message, /idleSeconds/);
    });
  },
  { only: ["chromium"] },
);
