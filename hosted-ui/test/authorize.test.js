import assert from "node:assert/strict";
import { test } from "node:test";

import { authorizationRequest, callbackUrl, clientId, startPool, Visitor } from "./visitor.js";

/** Where the first answer to an authorization request points. */
async function locationOf(ui, changes) {
  const request = authorizationRequest({ state: "S", ...changes });
  const response = await new Visitor(ui).request(request.path);
  assert.equal(response.status, 302);
  return response.headers.get("location");
}

test("a good request goes to the login page with the same parameters", async (t) => {
  const ui = await startPool(t);
  const changes = { lang: "de", login_hint: "ada", identity_provider: "COGNITO" };
  const request = authorizationRequest(changes);
  const { url, status } = await new Visitor(ui).visit(request.path);
  assert.equal(status, 200);
  assert.equal(url.pathname, "/login");
  const { verifier: _verifier, path: _path, ...sent } = request;
  assert.deepEqual(
    Object.fromEntries([...url.searchParams].sort()),
    Object.fromEntries(Object.entries(sent).sort()),
  );
});

test("an unregistered callback stays on the domain, at the error page", async (t) => {
  const ui = await startPool(t);
  for (const redirectUri of [
    "http://localhost:9999/callback",
    `${callbackUrl}/`,
    `${callbackUrl}?x=1`,
    "http://127.0.0.1:8585/callback",
  ]) {
    const location = await locationOf(ui, { redirect_uri: redirectUri });
    assert.equal(location, `/error?error=redirect_mismatch&client_id=${clientId}`);
  }
});

test("an unknown client and missing parameters stay on the domain", async (t) => {
  const ui = await startPool(t);
  assert.equal(
    await locationOf(ui, { client_id: "nobody" }),
    "/error?error=redirect_mismatch&client_id=nobody",
  );
  for (const missing of ["client_id", "redirect_uri"]) {
    const location = await locationOf(ui, { [missing]: undefined });
    assert.equal(location, "/error?error=Required+parameters+missing");
  }
});

test("an identity provider that is not enabled stays on the domain", async (t) => {
  const clients = [
    { clientId, callbackUrls: [callbackUrl], identityProviders: ["COGNITO", "Google"] },
    { clientId: "none", callbackUrls: [callbackUrl], identityProviders: [] },
  ];
  const ui = await startPool(t, { clients });
  assert.match(
    await locationOf(ui, { identity_provider: "Facebook" }),
    /^\/error\?error=Login\+opt/,
  );
  assert.match(
    await locationOf(ui, { idp_identifier: "acme.example" }),
    /^\/error\?error=Login\+opt/,
  );
  assert.match(await locationOf(ui, { client_id: "none" }), /^\/error\?error=Login\+option/);
  assert.match(await locationOf(ui, { identity_provider: "Google" }), /^\/login\?/);
});

test("the error page answers 400 with Cognito's sentence and escapes what it shows", async (t) => {
  const ui = await startPool(t);
  const response = await fetch(`${ui.domain}/error?error=${encodeURIComponent("<script>")}`);
  assert.equal(response.status, 400);
  assert.equal(response.headers.get("x-frame-options"), "DENY");
  const html = await response.text();
  assert.ok(html.includes("An error was encountered with the requested page."));
  assert.ok(html.includes("&lt;script&gt;") && !html.includes("<script>"));
});

test("a scope that is not enabled fails the whole request, parameters in the live order", async (t) => {
  const ui = await startPool(t);
  for (const scope of ["openid offline_access", "openid aws.cognito.signin.user.admin", "email"]) {
    assert.equal(
      await locationOf(ui, { scope }),
      `${callbackUrl}?error_description=invalid_scope&state=S&error=invalid_request`,
      scope,
    );
  }
});

test("a request without a scope takes every scope of the client", async (t) => {
  const ui = await startPool(t);
  const tokens = await new Visitor(ui).tokens(authorizationRequest({ scope: undefined }));
  const [, payload] = tokens.access_token.split(".");
  const { scope } = JSON.parse(Buffer.from(payload, "base64url"));
  assert.equal(scope, "openid email profile phone");
});

test("malformed requests come back as invalid_request, `token` as unauthorized_client", async (t) => {
  const ui = await startPool(t);
  const malformed = [
    { response_type: undefined },
    { response_type: "id_token" },
    { response_type: "code id_token" },
    { code_challenge_method: "plain" },
    { code_challenge_method: undefined },
    { code_challenge: undefined },
    { code_challenge: "short" },
    { resource: "not a URL" },
  ];
  for (const changes of malformed) {
    const expected = `${callbackUrl}?error=invalid_request&state=S`;
    assert.equal(await locationOf(ui, changes), expected, JSON.stringify(changes));
  }
  assert.equal(
    await locationOf(ui, { response_type: "token" }),
    `${callbackUrl}?error=unauthorized_client&state=S`,
  );
});

test("a client without the code grant is told so at its callback", async (t) => {
  const clients = [{ clientId, callbackUrls: [callbackUrl], flows: ["implicit"] }];
  const ui = await startPool(t, { clients });
  assert.equal(await locationOf(ui, {}), `${callbackUrl}?error=unauthorized_client&state=S`);
});

test("a parameter sent twice is refused", async (t) => {
  const ui = await startPool(t);
  const { path } = authorizationRequest({ state: "S", resource: "https://api.example" });
  for (const twice of ["nonce=again", "resource=https://other.example"]) {
    const response = await new Visitor(ui).request(`${path}&${twice}`);
    const expected = `${callbackUrl}?error=invalid_request&state=S`;
    assert.equal(response.headers.get("location"), expected);
  }
  const response = await new Visitor(ui).request(`${path}&redirect_uri=http://evil.example/`);
  assert.match(response.headers.get("location"), /^\/error\?/);
});

test("errors keep a query that the registered callback already has", async (t) => {
  const registered = "http://localhost:8585/callback?tenant=a";
  const ui = await startPool(t, { clients: [{ clientId, callbackUrls: [registered] }] });
  const location = await locationOf(ui, { redirect_uri: registered, response_type: undefined });
  assert.equal(location, `${registered}&error=invalid_request&state=S`);
});

test("PKCE stays optional", async (t) => {
  const ui = await startPool(t);
  const without = { code_challenge: undefined, code_challenge_method: undefined };
  const request = { ...authorizationRequest(without), verifier: undefined };
  const tokens = await new Visitor(ui).tokens(request);
  assert.equal(tokens.token_type, "Bearer");
});

test("prompt=none without a session answers login_required", async (t) => {
  const ui = await startPool(t);
  assert.equal(
    await locationOf(ui, { prompt: "none" }),
    `${callbackUrl}?error=login_required&state=S`,
  );
});

test("prompt=none with a session returns a code at once, prompt=login asks again", async (t) => {
  const ui = await startPool(t);
  const visitor = new Visitor(ui);
  await visitor.signIn(authorizationRequest());
  const silent = await visitor.visit(authorizationRequest({ prompt: "none" }).path);
  assert.ok(silent.url.searchParams.has("code"));
  const again = await visitor.visit(authorizationRequest({ prompt: "login" }).path);
  assert.equal(again.url.pathname, "/login");
});

test("prompts for other providers are accepted and change nothing", async (t) => {
  const ui = await startPool(t);
  assert.match(await locationOf(ui, { prompt: "select_account consent" }), /^\/login\?/);
});

test("authorize answers GET only", async (t) => {
  const ui = await startPool(t);
  const { path } = authorizationRequest();
  const response = await fetch(`${ui.domain}${path}`, { method: "POST" });
  assert.equal(response.status, 405);
});
