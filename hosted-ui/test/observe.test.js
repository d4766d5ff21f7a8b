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

test("a responder sees the form, so that refreshes alone can be failed", async (t) => {
  const ui = await startPool(t);
  const unavailable = (request, response) =>
    request.form.get("grant_type") === "refresh_token" ? response.writeHead(503).end() : "continue";
  ui.fail("/oauth2/token", unavailable, { times: Infinity });
  const { refresh_token: token } = await new Visitor(ui).tokens();
  assert.equal((await refresh(ui, token)).status, 503);
});

test("alter changes the next answer to a path, once or as often as asked, until told", async (t) => {
  const ui = await startPool(t);
  const { refresh_token: token } = await new Visitor(ui).tokens();
  const answer = async () => (await refresh(ui, token)).json();
  ui.alter("/oauth2/token", ({ expires_in: _expiresIn, ...others }) => others);
  assert.deepEqual(Object.keys(await answer()), ["access_token", "id_token", "token_type"]);
  assert.equal((await answer()).expires_in, 3600);

  const over = (answered) => ({ ...answered, expires_in: 0 });
  const end = ui.alter("/oauth2/token", over, { times: Infinity });
  assert.deepEqual([(await answer()).expires_in, (await answer()).expires_in], [0, 0]);
  const response = await refresh(ui, token);
  assert.equal(response.headers.get("content-type"), "application/json;charset=UTF-8");
  end();
  assert.equal((await answer()).expires_in, 3600);
});

test("alter leaves refusals alone, and what it gives no answer for, and counts neither", async (t) => {
  const ui = await startPool(t);
  const seen = [];
  ui.alter("/oauth2/token", (answer, { form }) => {
    seen.push(form.get("grant_type"));
    return form.get("grant_type") === "refresh_token" ? { ...answer, id_token: "x" } : undefined;
  });
  const { id_token: idToken, refresh_token: token } = await new Visitor(ui).tokens();
  assert.notEqual(idToken, "x");
  assert.equal((await refresh(ui, "unknown")).status, 400);
  assert.equal((await (await refresh(ui, token)).json()).id_token, "x");
  assert.deepEqual(seen, ["authorization_code", "refresh_token"]);
});

test("alter works on both origins: discovery, keys and UserInfo too", async (t) => {
  const ui = await startPool(t);
  const json = async (url, init) => (await fetch(url, init)).json();
  const { access_token: token } = await new Visitor(ui).tokens();
  const pool = new URL(ui.issuer).pathname;
  const jwks = `${pool}/.well-known/jwks.json`;
  ui.alter(jwks, ({ keys }) => ({ keys: keys.slice(1) }));
  assert.equal((await json(`${ui.issuer}/.well-known/jwks.json`)).keys.length, 1);
  ui.alter("/oauth2/userInfo", (answer) => ({ ...answer, sub: "other" }));
  const headers = { Authorization: `Bearer ${token}` };
  assert.equal((await json(`${ui.domain}/oauth2/userInfo`, { headers })).sub, "other");
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
