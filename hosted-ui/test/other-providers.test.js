import assert from "node:assert/strict";
import { test } from "node:test";

import { createRemoteJWKSet, decodeJwt, jwtVerify } from "jose";

import { clientId, refresh, startPool, Visitor } from "./visitor.js";

const json = async (response) => (await response).json();
const discoveryAt = (issuer) => json(fetch(`${issuer}/.well-known/openid-configuration`));

test("authTimeOfRefresh: a refreshed ID token has its own time as auth_time", async (t) => {
  const ui = await startPool(t, { authTimeOfRefresh: true });
  const start = Date.now();
  t.mock.timers.enable({ apis: ["Date"], now: start });
  const tokens = await new Visitor(ui).tokens();
  t.mock.timers.setTime(start + 60_000);
  const before = decodeJwt(tokens.id_token);
  const { id_token: after, access_token: access } = await json(refresh(ui, tokens.refresh_token));
  assert.equal(before.auth_time, before.iat);
  for (const token of [after, access]) {
    assert.equal(decodeJwt(token).auth_time, before.auth_time + 60);
  }
});

test("secondIssuer: each name has its own discovery, the same domain and the same keys", async (t) => {
  const ui = await startPool(t, { secondIssuer: "discovery" });
  assert.equal(ui.secondIssuer, ui.issuer.replace("localhost", "127.0.0.1"));
  const [first, second] = await Promise.all([discoveryAt(ui.issuer), discoveryAt(ui.secondIssuer)]);
  assert.deepEqual([first.issuer, second.issuer], [ui.issuer, ui.secondIssuer]);
  assert.equal(second.jwks_uri, `${ui.secondIssuer}/.well-known/jwks.json`);
  const { issuer: _issuer, jwks_uri: _keys, ...others } = second;
  for (const [name, value] of Object.entries(others)) assert.deepEqual(first[name], value, name);
  assert.deepEqual(await json(fetch(first.jwks_uri)), await json(fetch(second.jwks_uri)));
});

test("secondIssuer: which tokens carry it is chosen, and each is good at userInfo", async (t) => {
  for (const [secondIssuer, expected] of [
    ["discovery", ["issuer", "issuer"]],
    ["refresh", ["issuer", "secondIssuer"]],
    ["all", ["secondIssuer", "secondIssuer"]],
  ]) {
    const ui = await startPool(t, { secondIssuer });
    const tokens = await new Visitor(ui).tokens();
    const refreshed = await json(refresh(ui, tokens.refresh_token));
    for (const [index, answer] of [tokens, refreshed].entries()) {
      const issuer = ui[expected[index]];
      const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
      await jwtVerify(answer.id_token, keys, { issuer, audience: clientId });
      assert.equal(decodeJwt(answer.access_token).iss, issuer);
      const headers = { Authorization: `Bearer ${answer.access_token}` };
      assert.equal((await fetch(`${ui.domain}/oauth2/userInfo`, { headers })).status, 200);
    }
  }
});

test("without secondIssuer the pool has one name, by whichever host it is asked", async (t) => {
  const ui = await startPool(t);
  assert.equal(ui.secondIssuer, undefined);
  const { issuer } = await discoveryAt(ui.issuer.replace("localhost", "127.0.0.1"));
  assert.equal(issuer, ui.issuer);
  await assert.rejects(startPool(t, { secondIssuer: true }), RangeError);
});

test("clockOffsetSeconds: tokens have the provider's time, and live as long as ever", async (t) => {
  const now = Date.now();
  t.mock.timers.enable({ apis: ["Date"], now });
  for (const clockOffsetSeconds of [7200, -7200]) {
    const ui = await startPool(t, { clockOffsetSeconds });
    const tokens = await new Visitor(ui).tokens();
    const expected = Math.floor(now / 1000) + clockOffsetSeconds;
    for (const token of [tokens.id_token, tokens.access_token]) {
      const { auth_time: authTime, exp, iat } = decodeJwt(token);
      assert.deepEqual([authTime, iat, exp], [expected, expected, expected + 3600]);
    }
    const headers = { Authorization: `Bearer ${tokens.access_token}` };
    assert.equal((await fetch(`${ui.domain}/oauth2/userInfo`, { headers })).status, 200);
    assert.equal((await refresh(ui, tokens.refresh_token)).status, 200);
  }
});
