import assert from "node:assert/strict";
import { test } from "node:test";

import { authorizationRequest, clientId, refresh, startPool, Visitor } from "./visitor.js";

const logoutUri = "http://localhost:8585/";

async function signedIn(ui) {
  const visitor = new Visitor(ui);
  const tokens = await visitor.tokens();
  return { visitor, tokens };
}

async function hasSession(visitor) {
  const { url } = await visitor.visit(authorizationRequest({ prompt: "none" }).path);
  return url.searchParams.has("code");
}

function logoutPath(parameters) {
  return `/logout?${new URLSearchParams(parameters)}`;
}

test("client_id and logout_uri end the session and lead back, without state", async (t) => {
  const ui = await startPool(t);
  const { visitor } = await signedIn(ui);
  assert.equal(await hasSession(visitor), true);
  const path = logoutPath({ client_id: clientId, logout_uri: logoutUri, state: "S" });
  const response = await visitor.request(path);
  assert.equal(response.status, 302);
  assert.equal(response.headers.get("location"), logoutUri);
  assert.equal(visitor.hasCookie(`cognito-${new URL(ui.domain).port}`), false);
  assert.equal(await hasSession(visitor), false);
});

test("signing out of the domain leaves the refresh token alone", async (t) => {
  const ui = await startPool(t);
  const { visitor, tokens } = await signedIn(ui);
  await visitor.request(logoutPath({ client_id: clientId, logout_uri: logoutUri }));
  assert.equal((await refresh(ui, tokens.refresh_token)).status, 200);
});

test("the parameters of an authorization request lead straight to the login page", async (t) => {
  const ui = await startPool(t);
  const { visitor } = await signedIn(ui);
  const request = authorizationRequest();
  const { url, html } = await visitor.visit(request.path.replace("/oauth2/authorize", "/logout"));
  assert.equal(url.pathname, "/login");
  const back = await visitor.submit(
    { url, html },
    { username: "user@example.com", password: "Passw0rd!" },
  );
  assert.equal(back.url.searchParams.get("state"), request.state);
});

test("logout_uri wins over redirect_uri", async (t) => {
  const ui = await startPool(t);
  const request = authorizationRequest();
  const path = request.path.replace("/oauth2/authorize", "/logout");
  const response = await new Visitor(ui).request(
    `${path}&logout_uri=${encodeURIComponent(logoutUri)}`,
  );
  assert.equal(response.headers.get("location"), logoutUri);
});

test("the standard's parameters end on an error page, and nobody is signed out", async (t) => {
  const ui = await startPool(t);
  const { visitor, tokens } = await signedIn(ui);
  const { url, status, html } = await visitor.visit(
    logoutPath({ id_token_hint: tokens.id_token, post_logout_redirect_uri: logoutUri }),
  );
  assert.equal(status, 400);
  assert.equal(url.pathname, "/error");
  assert.equal(
    url.searchParams.get("error"),
    "Required String parameter 'redirect_uri' is not present",
  );
  assert.ok(html.includes("Required String parameter &#39;redirect_uri&#39; is not present"));
  assert.equal(await hasSession(visitor), true);
});

test("an unregistered sign-out URL, or an unknown client, stays on the domain", async (t) => {
  const ui = await startPool(t);
  const { visitor } = await signedIn(ui);
  for (const parameters of [
    { client_id: clientId, logout_uri: "http://localhost:8585" },
    { client_id: "nobody", logout_uri: logoutUri },
    { client_id: clientId, redirect_uri: "http://evil.example/", response_type: "code" },
    { logout_uri: logoutUri },
  ]) {
    const { url } = await visitor.visit(logoutPath(parameters));
    assert.equal(url.searchParams.get("error"), "redirect_mismatch");
  }
  assert.equal(await hasSession(visitor), true);
});
