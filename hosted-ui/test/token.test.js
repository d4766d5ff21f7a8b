import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";

import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";

import {
  authorizationRequest,
  callbackUrl,
  clientId,
  redeem,
  refresh,
  startPool,
  Visitor,
} from "./visitor.js";

async function codeFor(ui, request, visitor = new Visitor(ui)) {
  const { url } = await visitor.signIn(request);
  return url.searchParams.get("code");
}

async function refused(response, status, body) {
  assert.equal(response.status, status);
  assert.equal(response.headers.get("content-type"), "application/json;charset=UTF-8");
  assert.deepEqual(await response.json(), body);
}

test("the token response has Cognito's members and no scope", async (t) => {
  const ui = await startPool(t, { accessTokenSeconds: 300 });
  const request = authorizationRequest();
  const response = await redeem(ui, request, await codeFor(ui, request));
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "application/json;charset=UTF-8");
  const tokens = await response.json();
  assert.deepEqual(Object.keys(tokens), [
    "access_token",
    "id_token",
    "refresh_token",
    "token_type",
    "expires_in",
  ]);
  assert.equal(tokens.token_type, "Bearer");
  assert.equal(tokens.expires_in, 300);
  assert.equal(tokens.refresh_token.split(".").length, 5);
  assert.ok(tokens.refresh_token.startsWith("eyJj"));
});

test("each token verifies with its own key of the JWKS; the header is kid and alg alone", async (t) => {
  const ui = await startPool(t);
  const tokens = await new Visitor(ui).tokens();
  const jwks = createRemoteJWKSet(new URL(`${ui.issuer}/.well-known/jwks.json`));
  const headers = [];
  for (const [token, audience] of [
    [tokens.id_token, clientId],
    [tokens.access_token, undefined],
  ]) {
    await jwtVerify(token, jwks, { issuer: ui.issuer, audience, algorithms: ["RS256"] });
    const [header] = token.split(".");
    const { kid } = decodeProtectedHeader(token);
    assert.equal(
      Buffer.from(header, "base64url").toString(),
      JSON.stringify({ kid, alg: "RS256" }),
    );
    headers.push(kid);
  }
  assert.notEqual(headers[0], headers[1]);
});

test("the ID token has Cognito's claims", async (t) => {
  const users = [
    {
      username: "ada",
      password: "pw",
      attributes: { email: "ada@example.com", email_verified: false, "custom:team": "7" },
      groups: ["admins"],
    },
  ];
  const ui = await startPool(t, { users, idTokenSeconds: 600 });
  const request = authorizationRequest();
  const tokens = await new Visitor(ui).tokens(request, users[0]);
  const claims = decodeJwt(tokens.id_token);
  const { sub, origin_jti, event_id, jti, auth_time, iat, exp, at_hash, ...rest } = claims;
  assert.deepEqual(rest, {
    iss: ui.issuer,
    aud: clientId,
    token_use: "id",
    "cognito:username": "ada",
    "cognito:groups": ["admins"],
    nonce: request.nonce,
    email: "ada@example.com",
    email_verified: false,
    "custom:team": "7",
  });
  for (const id of [sub, origin_jti, event_id, jti]) assert.match(id, /^[0-9a-f-]{36}$/);
  assert.equal(exp - iat, 600);
  assert.ok(auth_time <= iat);
  const digest = createHash("sha256").update(tokens.access_token).digest();
  assert.equal(at_hash, digest.subarray(0, 16).toString("base64url"));
});

test("the access token has Cognito's claims and no audience", async (t) => {
  const ui = await startPool(t);
  const tokens = await new Visitor(ui).tokens();
  const id = decodeJwt(tokens.id_token);
  const { jti, iat, exp, ...rest } = decodeJwt(tokens.access_token);
  assert.deepEqual(rest, {
    iss: ui.issuer,
    sub: id.sub,
    token_use: "access",
    client_id: clientId,
    username: "user@example.com",
    scope: "openid email profile",
    version: 2,
    origin_jti: id.origin_jti,
    event_id: id.event_id,
    auth_time: id.auth_time,
  });
  assert.notEqual(jti, id.jti);
  assert.equal(exp - iat, 3600);
});

test("a resource becomes the access token's audience, also after a refresh", async (t) => {
  const ui = await startPool(t);
  const request = authorizationRequest({ resource: "https://api.example/" });
  const tokens = await new Visitor(ui).tokens(request);
  const claims = decodeJwt(tokens.access_token);
  assert.equal(claims.aud, "https://api.example/");
  assert.equal(claims.scope, "openid email profile");
  const again = await (await refresh(ui, tokens.refresh_token)).json();
  assert.equal(decodeJwt(again.access_token).aud, "https://api.example/");
  assert.equal(decodeJwt(again.id_token).aud, clientId);
});

test("scopes decide which attributes the ID token carries", async (t) => {
  const ui = await startPool(t);
  const attributesFor = async (scope) => {
    const tokens = await new Visitor(ui).tokens(authorizationRequest({ scope }));
    const { email, phone_number, name } = decodeJwt(tokens.id_token);
    return [email, phone_number, name].filter(Boolean).length;
  };
  assert.equal(await attributesFor("openid"), 3);
  assert.equal(await attributesFor("openid email"), 1);
  assert.equal(await attributesFor("openid email phone"), 2);
  assert.equal(await attributesFor("openid profile"), 3);
});

test("without the scope openid there is no ID token", async (t) => {
  const scope = "aws.cognito.signin.user.admin";
  const clients = [{ clientId, callbackUrls: [callbackUrl], scopes: ["openid", scope] }];
  const ui = await startPool(t, { clients });
  const request = authorizationRequest({ scope, nonce: undefined });
  const tokens = await new Visitor(ui).tokens(request);
  assert.equal(tokens.id_token, undefined);
  assert.equal(decodeJwt(tokens.access_token).scope, scope);
});

test("a code works once, also when it comes twice at the same moment", async (t) => {
  const ui = await startPool(t);
  const request = authorizationRequest();
  const code = await codeFor(ui, request);
  const responses = await Promise.all([redeem(ui, request, code), redeem(ui, request, code)]);
  assert.deepEqual(responses.map(({ status }) => status).sort(), [200, 400]);
  await refused(await redeem(ui, request, code), 400, { error: "invalid_grant" });
});

test("a code is worth nothing after five minutes", async (t) => {
  const ui = await startPool(t);
  const visitor = new Visitor(ui);
  const [early, late] = [authorizationRequest(), authorizationRequest()];
  const start = Date.now();
  t.mock.timers.enable({ apis: ["Date"], now: start });
  const codes = [await codeFor(ui, early, visitor)];
  codes.push((await visitor.visit(late.path)).url.searchParams.get("code"));
  t.mock.timers.setTime(start + 299_000);
  assert.equal((await redeem(ui, early, codes[0])).status, 200);
  t.mock.timers.setTime(start + 301_000);
  await refused(await redeem(ui, late, codes[1]), 400, { error: "invalid_grant" });
});

test("a wrong or missing code_verifier is invalid_grant", async (t) => {
  const ui = await startPool(t);
  const request = authorizationRequest();
  const code = await codeFor(ui, request);
  for (const verifier of ["x".repeat(43), undefined]) {
    const response = await redeem(ui, request, code, { code_verifier: verifier });
    await refused(response, 400, { error: "invalid_grant" });
  }
});

test("another redirect_uri is unauthorized_client, invalid_redirect", async (t) => {
  const ui = await startPool(t);
  const request = authorizationRequest();
  const code = await codeFor(ui, request);
  const response = await redeem(ui, request, code, { redirect_uri: `${callbackUrl}/` });
  await refused(response, 400, {
    error: "unauthorized_client",
    error_description: "invalid_redirect",
  });
});

test("a client with a secret that sends none is invalid_client, and the code survives", async (t) => {
  const clients = [{ clientId, clientSecret: "s3cret", callbackUrls: [callbackUrl] }];
  const ui = await startPool(t, { clients });
  const request = authorizationRequest();
  const code = await codeFor(ui, request);
  await refused(await redeem(ui, request, code), 400, { error: "invalid_client" });
  const wrong = await redeem(ui, request, code, { client_secret: "guess" });
  await refused(wrong, 400, { error: "invalid_client" });
  const basic = Buffer.from(`${clientId}:s3cret`).toString("base64");
  const headers = { Authorization: `Basic ${basic}` };
  assert.equal((await redeem(ui, request, code, {}, headers)).status, 200);

  const next = authorizationRequest();
  const posted = { client_secret: "s3cret" };
  assert.equal((await redeem(ui, next, await codeFor(ui, next), posted)).status, 200);
});

test("a client that may not read an attribute of a scope is invalid_grant", async (t) => {
  const client = { clientId, callbackUrls: [callbackUrl], readAttributes: ["email", "name"] };
  const ui = await startPool(t, { clients: [client] });
  const request = authorizationRequest({ scope: "openid email" });
  const response = await redeem(ui, request, await codeFor(ui, request));
  await refused(response, 400, { error: "invalid_grant" });

  const tokens = await new Visitor(ui).tokens(authorizationRequest({ scope: "openid profile" }));
  const { email, name, email_verified, phone_number } = decodeJwt(tokens.id_token);
  assert.deepEqual({ email, name }, { email: "user@example.com", name: "Local User" });
  assert.deepEqual(
    { email_verified, phone_number },
    {
      email_verified: undefined,
      phone_number: undefined,
    },
  );
});

test("an unknown client, grant type or code, and missing parameters, have their errors", async (t) => {
  const ui = await startPool(t);
  const request = authorizationRequest();
  const cases = [
    [{ client_id: "nobody" }, "invalid_client"],
    [{ client_secret: "unexpected" }, "invalid_client"],
    [{ code: "unknown" }, "invalid_grant"],
    [{ grant_type: "password" }, "unsupported_grant_type"],
    [{ grant_type: undefined }, "invalid_request"],
    [{ code: undefined }, "invalid_request"],
    [{ redirect_uri: undefined }, "invalid_request"],
  ];
  for (const [changes, error] of cases) {
    await refused(await redeem(ui, request, "code", changes), 400, { error });
  }
});

test("errors are JSON for a client that would rather have HTML", async (t) => {
  const ui = await startPool(t);
  const headers = { Accept: "text/html" };
  const response = await redeem(ui, authorizationRequest(), "unknown", {}, headers);
  await refused(response, 400, { error: "invalid_grant" });
});

test("several clients with several callback paths sign in side by side", async (t) => {
  const paths = ["/callback", "/verify-auth", "/oauth2/callback", "/oauth/login/aws/callback"];
  const clients = [
    { clientId: "one", callbackUrls: paths.slice(0, 2).map((p) => `http://localhost:3000${p}`) },
    { clientId: "two", callbackUrls: paths.slice(2).map((p) => `http://localhost:3000${p}`) },
  ];
  const ui = await startPool(t, { clients });
  for (const { clientId: id, callbackUrls } of clients) {
    for (const redirectUri of callbackUrls) {
      const request = authorizationRequest({ client_id: id, redirect_uri: redirectUri });
      const tokens = await new Visitor(ui).tokens(request);
      assert.equal(decodeJwt(tokens.id_token).aud, id);
    }
  }
  const request = authorizationRequest({
    client_id: "one",
    redirect_uri: clients[0].callbackUrls[0],
  });
  const code = await codeFor(ui, request);
  const stolen = await redeem(ui, request, code, { client_id: "two" });
  await refused(stolen, 400, { error: "invalid_grant" });
});
