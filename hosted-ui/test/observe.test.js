import assert from "node:assert/strict";
import { test } from "node:test";

import { authorizationRequest, redeem, refresh, startPool, Visitor } from "./visitor.js";

test("the log names every request, in order, with no secret in it", async (t) => {
  const ui = await startPool(t);
  const visitor = new Visitor(ui);
  const request = authorizationRequest();
  const { url } = await visitor.signIn(request);
  const code = url.searchParams.get("code");
  const tokens = await (await redeem(ui, request, code)).json();
  await fetch(`${ui.issuer}/.well-known/jwks.json`);

  const resumed = ui.requests[3].path;
  assert.match(resumed, /^\/oauth2\/authorize\/./);
  assert.deepEqual(
    ui.requests.map(({ origin, method, path, status }) => [origin, method, path, status]),
    [
      ["domain", "GET", "/oauth2/authorize", 302],
      ["domain", "GET", "/login", 200],
      ["domain", "POST", "/login", 302],
      ["domain", "GET", resumed, 302],
      ["domain", "POST", "/oauth2/token", 200],
      ["issuer", "GET", "/us-east-1_Local0001/.well-known/jwks.json", 200],
    ],
  );
  const { form } = ui.requests[4];
  assert.equal(form.grant_type, "authorization_code");
  for (const name of ["code", "code_verifier"]) assert.match(form[name], /^sha256:[0-9a-f]{12}$/);
  const log = JSON.stringify(ui.requests);
  for (const secret of [code, request.verifier, tokens.refresh_token, "Passw0rd!"]) {
    assert.ok(!log.includes(secret));
  }
});

test("the same refresh token has the same fingerprint, so that reuse shows", async (t) => {
  const ui = await startPool(t);
  const { refresh_token: token } = await new Visitor(ui).tokens();
  await refresh(ui, token);
  await refresh(ui, token);
  const [first, second] = ui.requests.filter(({ form }) => form.grant_type === "refresh_token");
  assert.equal(first.form.refresh_token, second.form.refresh_token);
});

test("fail answers the next request in place of the provider, once or as often as asked", async (t) => {
  const ui = await startPool(t);
  const statusOf = async () => (await refresh(ui, "unknown")).status;
  const unavailable = (_request, response) => response.writeHead(503).end("<h1>Sorry</h1>");

  ui.fail("/oauth2/token", unavailable);
  assert.deepEqual([await statusOf(), await statusOf()], [503, 400]);
  ui.fail("/oauth2/token", unavailable, { times: 2 });
  assert.deepEqual([await statusOf(), await statusOf(), await statusOf()], [503, 503, 400]);
  const { form, status } = ui.requests[0];
  assert.deepEqual([form.grant_type, status], ["refresh_token", 503]);
});

test("fail works on both origins, and ends when told", async (t) => {
  const ui = await startPool(t);
  const path = "/us-east-1_Local0001/.well-known/jwks.json";
  const unavailable = (_request, response) => response.writeHead(500).end();
  const end = ui.fail(path, unavailable, { times: Infinity });
  const statusOf = async () => (await fetch(`${ui.issuer}/.well-known/jwks.json`)).status;
  assert.deepEqual([await statusOf(), await statusOf()], [500, 500]);
  end();
  assert.equal(await statusOf(), 200);
});

test("fail may cut the connection, or hold a request and let the provider answer it", async (t) => {
  const ui = await startPool(t);
  const { refresh_token: token } = await new Visitor(ui).tokens();
  ui.fail("/oauth2/token", (request) => request.socket.destroy());
  await assert.rejects(refresh(ui, token), TypeError);

  let letGo;
  const held = new Promise((resolve) => {
    letGo = resolve;
  });
  ui.fail("/oauth2/token", () => held);
  const answer = refresh(ui, token);
  letGo("continue");
  assert.equal((await answer).status, 200);
});
