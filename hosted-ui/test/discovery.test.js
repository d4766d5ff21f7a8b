import assert from "node:assert/strict";
import { test } from "node:test";

import { decodeProtectedHeader } from "jose";

import { authorizationRequest, startPool, Visitor } from "./visitor.js";

const json = async (url) => (await fetch(url)).json();

test("discovery holds only Cognito's fields, in Cognito's order", async (t) => {
  const ui = await startPool(t);
  assert.match(ui.issuer, /^http:\/\/localhost:\d+\/us-east-1_Local0001$/);
  assert.notEqual(new URL(ui.domain).origin, new URL(ui.issuer).origin);

  const response = await fetch(`${ui.issuer}/.well-known/openid-configuration`);
  assert.equal(
    await response.text(),
    JSON.stringify({
      authorization_endpoint: `${ui.domain}/oauth2/authorize`,
      end_session_endpoint: `${ui.domain}/logout`,
      id_token_signing_alg_values_supported: ["RS256"],
      issuer: ui.issuer,
      jwks_uri: `${ui.issuer}/.well-known/jwks.json`,
      response_types_supported: ["code", "token"],
      revocation_endpoint: `${ui.domain}/oauth2/revoke`,
      scopes_supported: ["openid", "email", "phone", "profile"],
      subject_types_supported: ["public"],
      token_endpoint: `${ui.domain}/oauth2/token`,
      token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
      userinfo_endpoint: `${ui.domain}/oauth2/userInfo`,
    }),
  );
});

test("discovery is not served at the domain, and says so without CORS", async (t) => {
  const ui = await startPool(t);
  for (const path of ["openid-configuration", "oauth-authorization-server", "jwks.json"]) {
    const response = await fetch(`${ui.domain}/.well-known/${path}`);
    assert.equal(response.status, 404, path);
    assert.equal(response.headers.get("access-control-allow-origin"), null, path);
  }
});

test("a pool without a domain points to endpoints at the issuer that understand nothing", async (t) => {
  const ui = await startPool(t, { noDomain: true });
  assert.equal(ui.domain, undefined);
  const document = await json(`${ui.issuer}/.well-known/openid-configuration`);
  assert.equal(document.authorization_endpoint, `${ui.issuer}/authorize`);
  assert.equal(document.token_endpoint, `${ui.issuer}/token`);
  assert.equal(document.end_session_endpoint, undefined);
  for (const endpoint of [document.authorization_endpoint, document.token_endpoint]) {
    const response = await fetch(endpoint);
    assert.equal(response.status, 400);
    assert.deepEqual(await response.json(), {
      code: "BadRequest",
      message: "The server did not understand the operation that was requested.",
    });
  }
});

test("the JWKS has two RSA-2048 keys with standard-base64 key ids", async (t) => {
  const ui = await startPool(t);
  const { keys } = await json(`${ui.issuer}/.well-known/jwks.json`);
  assert.equal(keys.length, 2);
  for (const key of keys) {
    assert.deepEqual(Object.keys(key), ["alg", "e", "kid", "kty", "n", "use"]);
    assert.equal(key.alg, "RS256");
    assert.equal(key.use, "sig");
    assert.equal(Buffer.from(key.n, "base64url").length, 256);
    for (const character of "+/=") assert.ok(key.kid.includes(character), key.kid);
    assert.equal(Buffer.from(key.kid, "base64").toString("base64"), key.kid);
  }
  assert.notEqual(keys[0].kid, keys[1].kid);
});

test("rotateKeys replaces the JWKS and signs with the new keys from then on", async (t) => {
  const ui = await startPool(t);
  const kidsOf = async () =>
    (await json(`${ui.issuer}/.well-known/jwks.json`)).keys.map(({ kid }) => kid);
  const headersOf = ({ id_token, access_token }) =>
    [id_token, access_token].map((token) => decodeProtectedHeader(token).kid);
  const visitor = new Visitor(ui);

  const before = await kidsOf();
  assert.deepEqual(headersOf(await visitor.tokens()), before);
  await ui.rotateKeys();
  const after = await kidsOf();
  assert.ok(after.every((kid) => !before.includes(kid)));
  const request = authorizationRequest({ prompt: "login" });
  assert.deepEqual(headersOf(await visitor.tokens(request)), after);
});
