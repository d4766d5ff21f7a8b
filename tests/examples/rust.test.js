// What `web::Client`, the crate's client for single-page apps, does beside signing in and out.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startHostedUi } from "hosted-ui";
import { freePort, serve } from "../consumers/serve.js";
import { engines, launch } from "../e2e/browsers/index.js";
import { until } from "../e2e/browsers/until.js";
import { everythingStored, logIn, signedIn, watchRequests } from "../e2e/fixtures/steps.js";
import { examples } from "./examples.js";
import { prepare } from "./prepare.js";

const clientId = "rust";
let folder, origin, ui, browser, end;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "pkce-wasm-rust-"));
  const port = await freePort();
  origin = `http://localhost:${port}`;
  const client = { clientId, callbackUrls: [`${origin}/callback`], logoutUrls: [`${origin}/`] };
  ui = await startHostedUi({
    issuerPort: 0,
    domainPort: 0,
    clients: [client],
    refreshTokenRotation: { graceSeconds: 0 },
  });
  const example = examples.find((each) => each.folder === "yew");
  const settings = { issuer: ui.issuer, clientId };
  end = await serve(example, { app: await prepare(example, { folder, settings }), port });
  browser = await launch(engines.find(({ name }) => name === "chromium"));
});
after(async () => {
  await browser?.close();
  await end?.();
  await ui?.close();
  await rm(folder, { recursive: true });
});

async function openTab(t) {
  const profile = await browser.newProfile();
  t.after(() => profile.close());
  const tab = await profile.newTab();
  await tab.goto(`${origin}/`);
  await tab.waitForText({ role: "status" }, "Signed out");
  return tab;
}

async function signIn(tab) {
  await tab.click({ role: "button", name: "Sign in" });
  await logIn(tab);
  await tab.waitForText({ role: "status" }, signedIn);
}

/** Changes members of the session's record. */
const change = (tab, members) =>
  tab.evaluate((changed) => {
    for (const [key, record] of Object.entries(localStorage)) {
      if (!key.startsWith("pkce-wasm/session/")) continue;
      localStorage.setItem(key, JSON.stringify({ ...JSON.parse(record), ...changed }));
    }
  }, members);

const askForToken = (tab) => tab.click({ role: "button", name: "Access token" });

test("a token that is due is refreshed when it is asked for, each time with the newest refresh token", async (t) => {
  const tab = await openTab(t);
  await signIn(tab);
  const requests = watchRequests({ ui });
  await askForToken(tab);

  for (const count of [1, 2]) {
    await change(tab, { refresh_at: 0 });
    await askForToken(tab);
    await until(
      () => requests("/oauth2/token").filter(({ status }) => status === 200).length === count,
      () => `the provider should have been asked for tokens ${count} times`,
    );
    await tab.waitFor(
      (words) => Object.values(localStorage).some((record) => record.includes(words)),
      `"generation":${count}`,
    );
    await tab.waitForText({ role: "status" }, signedIn);
  }
  assert.ok(requests("/oauth2/token").every(({ form }) => form.grant_type === "refresh_token"));
  assert.equal(await tab.textOf({ role: "alert" }), "");
});

test("two tabs that share a session renew it once, and are signed out together", async (t) => {
  const profile = await browser.newProfile();
  t.after(() => profile.close());
  const tabs = [await profile.newTab(), await profile.newTab()];
  await tabs[0].goto(`${origin}/`);
  await signIn(tabs[0]);
  await tabs[1].goto(`${origin}/`);
  await tabs[1].waitForText({ role: "status" }, signedIn);

  const requests = watchRequests({ ui });
  await change(tabs[0], { refresh_at: 0, expires_at: 0 });
  await Promise.all(tabs.map(askForToken));
  for (const tab of tabs) {
    await tab.waitFor(() =>
      Object.values(localStorage).some((record) => record.includes('"generation":1')),
    );
    await askForToken(tab);
    await tab.waitForText({ role: "status" }, signedIn);
    assert.equal(await tab.textOf({ role: "alert" }), "");
  }
  assert.equal(requests("/oauth2/token").length, 1);

  await tabs[0].click({ role: "button", name: "Sign out" });
  await tabs[0].waitForText({ role: "status" }, "Signed out");
  await askForToken(tabs[1]);
  await tabs[1].waitForText({ role: "alert" }, "login_required: ");
  await tabs[1].waitForText({ role: "status" }, "Signed out");
});

test("a passing fault keeps the session, and a refresh token that is refused ends it, each with its code", async (t) => {
  const tab = await openTab(t);
  await signIn(tab);
  await change(tab, { refresh_at: 0, expires_at: 0 });
  const headers = { "Access-Control-Allow-Origin": "*", "Content-Type": "application/json" };
  ui.fail("/oauth2/token", (request, response) => response.writeHead(503, headers).end());
  await askForToken(tab);
  await tab.waitForText({ role: "alert" }, "provider_unavailable: ");
  await tab.waitForText({ role: "status" }, signedIn);

  ui.fail("/oauth2/token", (request, response) => {
    response.writeHead(400, headers);
    response.end('{"error":"invalid_grant"}');
  });
  await askForToken(tab);
  await tab.waitForText({ role: "alert" }, "session_ended: ");
  await tab.waitForText({ role: "status" }, "Signed out");
});

test("a token that UserInfo refuses is renewed, once", async (t) => {
  const tab = await openTab(t);
  await signIn(tab);
  const requests = watchRequests({ ui });
  const answered = (path) => requests(path).map(({ status }) => status);
  let refused = false;
  const refuseOnce = (request, response) => {
    if (refused || request.method === "OPTIONS") return "continue";
    refused = true;
    response.writeHead(401, { "Access-Control-Allow-Origin": "*" }).end();
  };
  t.after(ui.fail("/oauth2/userInfo", refuseOnce, { times: Infinity }));

  await tab.click({ role: "button", name: "User info" });
  await until(
    () => answered("/oauth2/userInfo").at(-1) === 200,
    () => `UserInfo should have answered: ${answered("/oauth2/userInfo")}`,
  );
  assert.deepEqual(answered("/oauth2/userInfo"), [401, 200]);
  assert.deepEqual(answered("/oauth2/token"), [200]);
  assert.equal(await tab.textOf({ role: "alert" }), "");
});

test("a response that no sign-in asked for is refused with its code", async (t) => {
  const tab = await openTab(t);
  await tab.goto(`${origin}/callback?code=forged&state=forged`);
  await tab.waitForText({ role: "alert" }, "state_mismatch: ");
  await tab.waitForText({ role: "status" }, "Signed out");
});

test("after a sign-out nothing of the session is left in the browser", async (t) => {
  const tab = await openTab(t);
  await signIn(tab);
  assert.match(await everythingStored(tab), /access_token/);
  await tab.click({ role: "button", name: "Sign out" });
  await tab.waitForUrl(({ href }) => href === `${origin}/`);
  await tab.waitForText({ role: "status" }, "Signed out");
  assert.doesNotMatch(await everythingStored(tab), /access_token|id_token|refresh_token|logout/);
});
