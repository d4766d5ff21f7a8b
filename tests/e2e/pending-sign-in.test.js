import assert from "node:assert/strict";
import { test } from "node:test";
import { inEveryEngine } from "./fixtures/scene.js";
import {
  ageStorage,
  atLoginPage,
  leaveForLoginPage,
  leaveToSignIn,
  logIn,
  openBare,
  signedIn,
  signIn,
  watchRequests,
} from "./fixtures/steps.js";

inEveryEngine((scene) => {
  test("two tabs sign in at once", async (t) => {
    const profile = await scene.newProfile(t);
    const [one, other] = [await profile.newTab(), await profile.newTab()];
    await leaveForLoginPage(one, scene.app, "/one");
    await leaveForLoginPage(other, scene.app, "/other");

    await logIn(one);
    await one.waitForText({ role: "status" }, signedIn);
    await logIn(other);
    await other.waitForText({ role: "status" }, signedIn);

    assert.equal(new URL(await one.url()).pathname, "/one");
    assert.equal(new URL(await other.url()).pathname, "/other");
    assert.equal(await one.textOf({ role: "alert" }), "");
    assert.equal(await other.textOf({ role: "alert" }), "");
  });

  test("a sign-in begun in one tab is finished in another", async (t) => {
    const profile = await scene.newProfile(t);
    const begun = await profile.newTab();
    await leaveForLoginPage(begun, scene.app, "/reports");
    const loginPage = await begun.url();

    const other = await profile.newTab();
    await other.goto(loginPage);
    await logIn(other);
    await other.waitForText({ role: "status" }, signedIn);
    assert.equal(new URL(await other.url()).pathname, "/reports");
  });

  test("a sign-in cancelled by the back button can be tried again", async (t) => {
    const tab = await scene.newTab(t);
    await leaveForLoginPage(tab, scene.app);
    await tab.back();
    await tab.waitForUrl(({ origin }) => origin === scene.app.playground.origin);
    await tab.waitForText({ role: "status" }, "Signed out");

    await tab.click({ role: "button", name: "Sign in" });
    await logIn(tab);
    await tab.waitForText({ role: "status" }, signedIn);
    assert.equal(await tab.textOf({ role: "alert" }), "");
  });

  test("the back button after the sign-in does not end the session", async (t) => {
    const tab = await scene.newTab(t);
    await signIn(tab, scene.app);
    const requests = watchRequests(scene.app);

    await tab.evaluate(() => {
      window.left = true;
    });
    await tab.back();
    await tab.waitFor(() => !window.left && document.readyState === "complete");
    await tab.goto(`${scene.app.playground.origin}/`);
    await tab.waitForText({ role: "status" }, signedIn);
    assert.equal(await tab.textOf({ role: "alert" }), "");
    assert.deepEqual(requests("/oauth2/token"), []);
  });

  test("a sign-in that took too long is refused, and the next one works", async (t) => {
    const profile = await scene.newProfile(t);
    const tab = await profile.newTab();
    await leaveForLoginPage(tab, scene.app);
    const requests = watchRequests(scene.app);

    const other = await profile.newTab();
    await other.goto(`${scene.app.playground.origin}/`);
    await other.waitForText({ role: "status" }, "Signed out");
    await ageStorage(other, { hours: 24 });

    await logIn(tab);
    await tab.waitForText({ role: "alert" }, "sign_in_expired");
    assert.deepEqual(requests("/oauth2/token"), []);

    await tab.click({ role: "button", name: "Sign in" });
    await tab.waitForText({ role: "status" }, signedIn);
    assert.equal(await tab.textOf({ role: "alert" }), "");
  });

  test("a callback URL that is not registered stays at the provider; back works", async (t) => {
    const tab = await scene.newTab(t);
    const page = `${scene.app.pages.origin}/bare/`;
    const redirectUri = `${scene.app.pages.origin}/bare/not-registered`;
    await openBare(tab, page, scene.app.clientOptions({ redirectUri }));
    await leaveToSignIn(tab);
    await tab.waitForText({ role: "heading" }, "Something went wrong");
    const { searchParams } = new URL(await tab.url());
    assert.equal(searchParams.get("error"), "redirect_mismatch");

    await tab.back();
    await tab.waitForUrl(({ href }) => href === page);
    await openBare(tab, page, scene.app.clientOptions());
    await leaveToSignIn(tab);
    await atLoginPage(tab);
  });
});
