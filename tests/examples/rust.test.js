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

/** Changes members of the session's record, as another tab would that has written it anew; null takes one out. */
const change = (tab, members) =>
  tab.evaluate((changed) => {
    for (const [key, text] of Object.entries(localStorage)) {
      if (!key.startsWith("pkce-wasm/session/")) continue;
      const record = JSON.parse(text);
      const newer = { ...record, generation: record.generation + 1, ...changed };
      const members = Object.entries(newer).filter(([, value]) => value !== null);
      localStorage.setItem(key, JSON.stringify(Object.fromEntries(members)));
    }
  }, members);

const waitForGeneration = (tab, generation) =>
  tab.waitFor(
    (words) => Object.values(localStorage).some((record) => record.includes(words)),
    `"generation":${generation},`,
  );

/** The text of the session's record. */
const recordIn = (tab) =>
  tab.evaluate(
    () =>
      Object.entries(localStorage).find(([key]) => key.startsWith("pkce-wasm/session/"))?.[1] ?? "",
  );

const waitForNoRecord = (tab) =>
  tab.waitFor(() => !Object.keys(localStorage).some((key) => key.startsWith("pkce-wasm/session/")));

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
    // The change is one, the refresh writes two.
    await waitForGeneration(tab, 3 * count);
    await tab.waitForText({ role: "status" }, signedIn);
  }
  assert.ok(requests("/oauth2/token").every(({ form }) => form.grant_type === "refresh_token"));
  assert.equal(await tab.textOf({ role: "alert" }), "");
});

test("who asks for more refreshes than a page makes at once gets the later ones in their turn", async (t) => {
  const tab = await openTab(t);
  await signIn(tab);
  const requests = watchRequests({ ui });
  await tab.evaluate(async () => {
    const key = Object.keys(localStorage).find((each) => each.startsWith("pkce-wasm/session/"));
    const buttons = [...document.querySelectorAll("button")];
    const button = buttons.find(({ textContent }) => textContent === "Access token");
    const read = () => JSON.parse(localStorage.getItem(key));
    for (let count = 0; count < 5; count += 1) {
      const generation = read().generation + 1;
      const due = { ...read(), generation, refresh_at: 0, expires_at: 0 };
      localStorage.setItem(key, JSON.stringify(due));
      button.click();
      while (read().generation < generation + 2)
        await new Promise((resolve) => setTimeout(resolve));
    }
  });
  assert.equal(requests("/oauth2/token").length, 5);
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
    await waitForGeneration(tab, 3);
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

test("a provider that wants to be left alone is not asked again, whoever asks for a token", async (t) => {
  const tab = await openTab(t);
  await signIn(tab);
  const requests = watchRequests({ ui });
  await change(tab, { refresh_at: 0, expires_at: 0 });
  ui.fail("/oauth2/token", (request, response) => {
    const headers = {
      "Access-Control-Allow-Origin": "*",
      "Access-Control-Expose-Headers": "Retry-After",
      "Retry-After": "600",
    };
    response.writeHead(503, headers).end();
  });
  await askForToken(tab);
  await tab.waitForText({ role: "alert" }, "provider_unavailable: ");

  await change(tab, { expires_at: Date.now() + 60_000 });
  await askForToken(tab);
  await tab.waitFor(() => document.querySelector("[role=alert]").textContent === "");
  await tab.waitForText({ role: "status" }, signedIn);
  assert.equal(requests("/oauth2/token").length, 1);
});

test("whatever the provider refuses a refresh with ends the session, and nothing more is sent", async (t) => {
  const headers = { "Access-Control-Allow-Origin": "*", "Content-Type": "application/json" };
  const refusals = [
    [400, "unauthorized_client", "session_ended"],
    [401, "token_inactive", "session_ended"],
    [200, "invalid_token", "session_ended"],
    [400, "interaction_required", "interaction_required"],
  ];
  for (const [status, word, code] of refusals) {
    const tab = await openTab(t);
    await signIn(tab);
    await change(tab, { refresh_at: 0 });
    const requests = watchRequests({ ui });
    ui.fail("/oauth2/token", (request, response) => {
      response.writeHead(status, headers).end(JSON.stringify({ error: word }));
    });
    await askForToken(tab);
    await tab.waitForText({ role: "alert" }, `${code}: `);
    await tab.waitForText({ role: "status" }, "Signed out");
    await askForToken(tab);
    await tab.waitForText({ role: "alert" }, "login_required: ");
    assert.equal(requests("/oauth2/token").length, 1);
    await waitForNoRecord(tab);
  }
});

test("a session that cannot be renewed ends at its time", async (t) => {
  const tab = await openTab(t);
  await signIn(tab);
  const requests = watchRequests({ ui });
  await change(tab, { refresh_token: null, refresh_at: 0 });
  await askForToken(tab);
  await tab.waitForText({ role: "status" }, signedIn);
  assert.equal(await tab.textOf({ role: "alert" }), "");

  await change(tab, { obtained_at: 0, expires_at: 1 });
  await askForToken(tab);
  await tab.waitForText({ role: "alert" }, "login_required: ");
  await tab.waitForText({ role: "status" }, "Signed out");
  await waitForNoRecord(tab);
  assert.deepEqual(requests("/oauth2/token"), []);
});

test("a sign-out in another tab is seen by its mark, whatever a store has kept of the session", async (t) => {
  const profile = await browser.newProfile();
  t.after(() => profile.close());
  const tabs = [await profile.newTab(), await profile.newTab()];
  await tabs[0].goto(`${origin}/`);
  await signIn(tabs[0]);
  await tabs[1].goto(`${origin}/`);
  await tabs[1].waitForText({ role: "status" }, signedIn);
  const kept = await recordIn(tabs[0]);
  const { id, client_id, issuer } = JSON.parse(kept);

  await tabs[0].click({ role: "button", name: "Sign out" });
  await tabs[0].waitForText({ role: "status" }, "Signed out");
  const marked = `pkce-wasm/signed-out/${client_id}/${issuer}`;
  assert.deepEqual(await tabs[1].evaluate((key) => JSON.parse(localStorage[key]), marked), [id]);
  await tabs[1].evaluate(
    (key, text) => localStorage.setItem(key, text),
    `pkce-wasm/session/${client_id}/${issuer}`,
    kept,
  );
  await askForToken(tabs[1]);
  await tabs[1].waitForText({ role: "alert" }, "login_required: ");
  await tabs[1].waitForText({ role: "status" }, "Signed out");
  await waitForNoRecord(tabs[1]);

  await signIn(tabs[1]);
  await askForToken(tabs[1]);
  await tabs[1].waitForText({ role: "status" }, signedIn);
});

/** Lets UserInfo refuse the tokens of so many requests, and of another one after `again`. */
const refuseUserInfo = (t, times) => {
  let left = times;
  const refuse = (request, response) => {
    if (left === 0 || request.method === "OPTIONS") return "continue";
    left -= 1;
    response.writeHead(401, { "Access-Control-Allow-Origin": "*" }).end();
  };
  t.after(ui.fail("/oauth2/userInfo", refuse, { times: Infinity }));
  return { again: () => (left = 1) };
};

test("a token that UserInfo refuses is renewed, unless it has just come of a refresh", async (t) => {
  const tab = await openTab(t);
  await signIn(tab);
  const requests = watchRequests({ ui });
  const answered = (path) => requests(path).map(({ status }) => status);
  const refusal = refuseUserInfo(t, 1);
  await tab.click({ role: "button", name: "User info" });
  await until(
    () => answered("/oauth2/userInfo").at(-1) === 200,
    () => `UserInfo should have answered: ${answered("/oauth2/userInfo")}`,
  );
  assert.deepEqual(answered("/oauth2/userInfo"), [401, 200]);
  assert.equal(await tab.textOf({ role: "alert" }), "");

  refusal.again();
  await tab.click({ role: "button", name: "User info" });
  await tab.waitForText({ role: "alert" }, "token_refused: ");
  assert.deepEqual(answered("/oauth2/userInfo"), [401, 200, 401]);
  assert.deepEqual(answered("/oauth2/token"), [200]);
});

test("who asks for a token that is due gets it while the provider takes its time", async (t) => {
  const tab = await openTab(t);
  await signIn(tab);
  refuseUserInfo(t, 2);
  await tab.click({ role: "button", name: "User info" });
  await tab.waitForText({ role: "alert" }, "token_refused: ");

  const held = new Promise((resolve) => {
    ui.fail("/oauth2/token", (request, response) => resolve(response));
  });
  await change(tab, { refresh_at: 0 });
  await askForToken(tab);
  const response = await held;
  await tab.waitFor(() => document.querySelector("[role=alert]").textContent === "");
  assert.equal(response.writableEnded, false);
  response.writeHead(503, { "Access-Control-Allow-Origin": "*" }).end();
});

test("a renewed session that the store does not take stays in the page, which writes it when it can", async (t) => {
  const tab = await openTab(t);
  await signIn(tab);
  const requests = watchRequests({ ui });
  const answered = () => requests("/oauth2/token").map(({ status }) => status);
  await change(tab, { refresh_at: 0, expires_at: 0 });
  await tab.evaluate(() => {
    const { setItem } = Storage.prototype;
    Storage.prototype.setItem = () => {
      throw new DOMException("It is full.", "QuotaExceededError");
    };
    window.makeRoom = () => (Storage.prototype.setItem = setItem);
  });
  for (const _ of ["renewed", "from memory"]) {
    await askForToken(tab);
    await until(
      () => answered().length === 1,
      () => `the session should have been renewed: ${answered()}`,
    );
    assert.equal(await tab.textOf({ role: "alert" }), "");
    await tab.waitForText({ role: "status" }, signedIn);
  }
  assert.equal(JSON.parse(await recordIn(tab)).generation, 1);

  await tab.evaluate(() => void window.makeRoom());
  await askForToken(tab);
  await waitForGeneration(tab, 3);
  assert.deepEqual(answered(), [200]);
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
