import assert from "node:assert/strict";
import { test } from "node:test";
import { serve } from "../../scripts/local.js";
import { until } from "./browsers/until.js";
import { inEveryEngine } from "./fixtures/scene.js";
import { leaveForLoginPage, logIn, signedIn, signIn } from "./fixtures/steps.js";

const refused = (error) => (_request, response) =>
  response
    .writeHead(400, { "Access-Control-Allow-Origin": "*", "Content-Type": "application/json" })
    .end(JSON.stringify({ error }));

/** The last step of the timeline: its words, and whether it has the colour of what went wrong. */
const lastStep = (tab) =>
  tab.evaluate(() => {
    const step = [...document.querySelectorAll("#chapters .step")].at(-1);
    const tone = (name) => getComputedStyle(step).getPropertyValue(name);
    return { words: step.innerText, isRed: tone("--tone") === tone("--wrong") };
  });

/** Waits for the timeline, which is drawn after the page has shown the error. */
const endsInRed = (tab, code) =>
  until(
    async () => {
      const { words, isRed } = await lastStep(tab);
      return isRed && words.includes(code);
    },
    async () =>
      `the last step should be ${code} in red, not ${JSON.stringify(await lastStep(tab))}`,
  );

test("the terminal of npm start says what its provider refuses, and why", async (t) => {
  const lines = [];
  const ports = { playgroundPort: 0, issuerPort: 0, domainPort: 0 };
  const running = await serve({ ...ports, tell: (line) => lines.push(line.trim()) });
  t.after(() => running.close());
  const asked = new URLSearchParams({
    response_type: "code",
    client_id: "local-playground-client",
    redirect_uri: `${running.playground}/callback/`,
    scope: "openid",
  });
  await fetch(`${running.domain}/oauth2/authorize?${asked}`);
  assert.deepEqual(lines, [
    "Refused, redirect_mismatch: This redirect_uri is no callback URL of the client local-playground-client. They are compared exactly: register it, or correct redirectUri in the app. " +
      `Sent: "${running.playground}/callback/". Registered: "http://localhost:8585/callback".`,
  ]);
});

inEveryEngine((scene) => {
  test("after a cancelled sign-in the last step of the timeline is red", async (t) => {
    const tab = await scene.newTab(t);
    await leaveForLoginPage(tab, scene.app);
    await tab.click({ role: "button", name: "Cancel" });
    await tab.waitForText({ role: "alert" }, "provider_denied");
    await endsInRed(tab, "provider_denied");
  });

  test("after a refused code the last step of the timeline is red", async (t) => {
    const tab = await scene.newTab(t);
    await leaveForLoginPage(tab, scene.app);
    t.after(scene.app.ui.fail("/oauth2/token", refused("invalid_grant")));
    let answer;
    const asked = new Promise((resolve) => (answer = resolve));
    const keys = "/us-east-1_Local0001/.well-known/jwks.json";
    t.after(scene.app.ui.fail(keys, () => asked.then(() => "continue")));
    await logIn(tab);
    await tab.waitForText({ role: "alert" }, "code_refused");
    await endsInRed(tab, "code_refused");
    // What was under way is none of another event's.
    answer();
    await tab.waitFor(() => document.querySelector("#chapters").innerText.includes("Key set"));
    await endsInRed(tab, "code_refused");
  });

  test("after a refused refresh the last step of the timeline is red", async (t) => {
    const tab = await scene.newTab(t);
    await signIn(tab, scene.app);
    assert.equal((await lastStep(tab)).isRed, false);
    t.after(scene.app.ui.fail("/oauth2/token", refused("invalid_grant")));
    await tab.click({ role: "button", name: "Refresh" });
    await tab.waitForText({ role: "alert" }, "session_ended");
    await endsInRed(tab, "session_ended");
  });

  test("a sign-in after a refused one has a timeline without red", async (t) => {
    const tab = await scene.newTab(t);
    await leaveForLoginPage(tab, scene.app);
    await tab.click({ role: "button", name: "Cancel" });
    await tab.waitForText({ role: "alert" }, "provider_denied");
    await tab.click({ role: "button", name: "Sign in" });
    await logIn(tab);
    await tab.waitForText({ role: "status" }, signedIn);
    assert.equal((await lastStep(tab)).isRed, false);
    assert.equal(await tab.evaluate(() => document.querySelectorAll(".step-failed").length), 0);
  });

  test("pasted settings are examined", async (t) => {
    const tab = await scene.newTab(t);
    await tab.goto(`${scene.app.playground.origin}/`);
    await tab.waitForText({ role: "status" }, "Signed out");
    await tab.evaluate(
      (text) => {
        document.getElementById("check-panel").open = true;
        document.getElementById("check-settings").value = text;
      },
      `VITE_OIDC_AUTHORITY=${scene.app.ui.issuer}
VITE_OIDC_CLIENT_ID=nobody
VITE_OIDC_REDIRECT_URI=${scene.app.playground.origin}/callback`,
    );
    await tab.click({ role: "button", name: "Check" });
    await until(
      () =>
        tab.evaluate(() =>
          document.querySelector('[data-verdict="failed"]')?.innerText.includes("nobody"),
        ),
      async () =>
        `the client should be named in ${await tab.evaluate(() => document.body.innerText)}`,
    );
  });
});
