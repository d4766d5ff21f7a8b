import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "./browsers/until.js";
import { inEveryEngine } from "./fixtures/scene.js";
import {
  atCallback,
  atLoginPage,
  leaveToSignIn,
  logIn,
  makeClient,
  openBare,
  signedIn,
  signIn,
  watchRequests,
} from "./fixtures/steps.js";

inEveryEngine((scene) => {
  test("the buttons sign a user in, call the API and sign out again", async (t) => {
    const tab = await scene.newTab(t);
    const requests = watchRequests(scene.app);
    await tab.goto(`${scene.app.playground.origin}/`);
    await tab.waitForText({ role: "status" }, "Signed out");

    await signIn(tab, scene.app);
    assert.equal(await tab.textOf({ role: "alert" }), "");
    assert.equal(await tab.url(), `${scene.app.playground.origin}/`);

    await tab.click({ role: "button", name: "Call API" });
    await tab.waitFor(() => document.body.innerText.includes("/loggedInUser → 200"));

    await tab.click({ role: "button", name: "Sign out" });
    await until(
      () => requests("/logout").length === 1,
      () => "the provider's logout page should have been visited",
    );
    await tab.waitForUrl(({ href }) => href === `${scene.app.playground.origin}/`);
    await tab.waitForText({ role: "status" }, "Signed out");

    await tab.click({ role: "button", name: "Sign in" });
    await atLoginPage(tab);
    assert.equal(requests("/oauth2/token").length, 1);
  });

  test("the button Refresh renews the tokens and the user stays signed in", async (t) => {
    const tab = await scene.newTab(t);
    await signIn(tab, scene.app);
    const requests = watchRequests(scene.app);

    await tab.click({ role: "button", name: "Refresh" });
    const request = await until(
      () => requests("/oauth2/token").find(({ status }) => status),
      () => "the token endpoint should have been asked",
    );
    assert.equal(request.form.grant_type, "refresh_token");
    assert.equal(request.status, 200);
    await tab.waitForText({ role: "status" }, signedIn);
    assert.equal(await tab.textOf({ role: "alert" }), "");
  });

  test("a reload keeps the user signed in without a request to the provider", async (t) => {
    const tab = await scene.newTab(t);
    await signIn(tab, scene.app);
    const requests = watchRequests(scene.app);

    await tab.reload();
    await tab.waitForText({ role: "status" }, signedIn);
    assert.deepEqual(requests(), []);
  });

  test("the user comes back to the place where the sign-in began", async (t) => {
    const tab = await scene.newTab(t);
    await signIn(tab, scene.app, "/reports?year=2026#totals");
    const place = `${scene.app.playground.origin}/reports?year=2026#totals`;
    await tab.waitForUrl(({ href }) => href === place);
  });

  test("what an application gives a sign-in it has back, in any tab, and the provider never sees", async (t) => {
    const profile = await scene.newProfile(t);
    const tab = await profile.newTab();
    const options = scene.app.clientOptions({ store: "local", extra: { lang: "en" } });
    await openBare(tab, `${scene.app.pages.origin}/bare/`, options);
    const appState = { basket: [1, { "a b": null }], text: "ä\u2028" };
    await leaveToSignIn(tab, { appState });
    await atLoginPage(tab);
    const { searchParams } = new URL(await tab.url());
    assert.equal(searchParams.get("lang"), "en");
    assert.ok(!String(searchParams).includes("basket"));
    await logIn(tab);
    const callback = await atCallback(tab, options);
    await makeClient(tab, options);

    const given = (page) => page.evaluate(() => client.start().then(({ appState }) => appState));
    assert.deepEqual(await given(tab), appState);
    const again = await profile.newTab();
    await openBare(again, callback.href, options);
    assert.deepEqual(await given(again), appState);
  });

  test("state of an application's own that JSON cannot say is refused before the page is left", async (t) => {
    const tab = await scene.newTab(t);
    await openBare(tab, `${scene.app.pages.origin}/bare/`, scene.app.clientOptions());
    const refused = await tab.evaluate(async () => {
      const appState = {};
      appState.itself = appState;
      const tooLong = "x".repeat(20_000);
      const codes = [];
      for (const each of [appState, tooLong]) {
        codes.push((await outcomeOf(() => client.signIn({ appState: each }))).code);
      }
      return codes;
    });
    assert.deepEqual(refused, ["invalid_config", "invalid_config"]);
  });

  test("who signed in at the provider already is not asked for the password again", async (t) => {
    const profile = await scene.newProfile(t);
    await signIn(await profile.newTab(), scene.app);

    const other = await profile.newTab();
    await other.goto(`${scene.app.playground.origin}/`);
    await other.click({ role: "button", name: "Sign in" });
    await other.waitForText({ role: "status" }, signedIn);
  });
});
