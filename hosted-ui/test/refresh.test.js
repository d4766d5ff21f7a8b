import assert from "node:assert/strict";
import { test } from "node:test";

import { decodeJwt } from "jose";

import { authorizationRequest, refresh, startPool, Visitor } from "./visitor.js";

async function invalid(response) {
  assert.equal(response.status, 400);
  assert.deepEqual(await response.json(), { error: "invalid_grant" });
}

async function refreshed(ui, refreshToken) {
  const response = await refresh(ui, refreshToken);
  assert.equal(response.status, 200);
  return response.json();
}

test("without rotation a refresh returns no refresh token, and the old one stays good", async (t) => {
  const ui = await startPool(t);
  const { refresh_token: token } = await new Visitor(ui).tokens();
  for (const _time of [1, 2]) {
    assert.deepEqual(Object.keys(await refreshed(ui, token)), [
      "access_token",
      "id_token",
      "token_type",
      "expires_in",
    ]);
  }
});

test("a refreshed ID token keeps sub, aud, auth_time and origin_jti, and has no nonce", async (t) => {
  const ui = await startPool(t);
  const start = Date.now();
  t.mock.timers.enable({ apis: ["Date"], now: start });
  const tokens = await new Visitor(ui).tokens();
  t.mock.timers.setTime(start + 60_000);
  const before = decodeJwt(tokens.id_token);
  const after = decodeJwt((await refreshed(ui, tokens.refresh_token)).id_token);
  for (const claim of ["iss", "sub", "aud", "auth_time", "origin_jti"]) {
    assert.equal(after[claim], before[claim], claim);
  }
  assert.equal(after.iat, before.iat + 60);
  assert.equal(after.nonce, undefined);
  assert.notEqual(after.jti, before.jti);
  assert.notEqual(after.at_hash, before.at_hash);
});

test("rotation without grace invalidates the old refresh token at once, and only that", async (t) => {
  const ui = await startPool(t, { refreshTokenRotation: { graceSeconds: 0 } });
  const { refresh_token: first } = await new Visitor(ui).tokens();
  const { refresh_token: second } = await refreshed(ui, first);
  assert.notEqual(second, first);
  await invalid(await refresh(ui, first));
  await refreshed(ui, second);
});

test("of two refreshes at the same moment, rotation without grace answers one", async (t) => {
  const ui = await startPool(t, { refreshTokenRotation: { graceSeconds: 0 } });
  const { refresh_token: token } = await new Visitor(ui).tokens();
  const responses = await Promise.all([refresh(ui, token), refresh(ui, token)]);
  assert.deepEqual(responses.map(({ status }) => status).sort(), [200, 400]);
});

test("with a grace period the old refresh token works until it is over, counted once", async (t) => {
  const ui = await startPool(t, { refreshTokenRotation: { graceSeconds: 10 } });
  const start = Date.now();
  t.mock.timers.enable({ apis: ["Date"], now: start });
  const { refresh_token: first } = await new Visitor(ui).tokens();
  await refreshed(ui, first);
  t.mock.timers.setTime(start + 9_000);
  const { refresh_token: retried } = await refreshed(ui, first);
  t.mock.timers.setTime(start + 11_000);
  await invalid(await refresh(ui, first));
  await refreshed(ui, retried);
});

test("a rotated refresh token lives only as long as the original would have", async (t) => {
  const rotation = { refreshTokenRotation: { graceSeconds: 0 }, refreshTokenSeconds: 7200 };
  const ui = await startPool(t, rotation);
  const start = Date.now();
  t.mock.timers.enable({ apis: ["Date"], now: start });
  const { refresh_token: first } = await new Visitor(ui).tokens();
  t.mock.timers.setTime(start + 7_000_000);
  const { refresh_token: second } = await refreshed(ui, first);
  t.mock.timers.setTime(start + 7_201_000);
  await invalid(await refresh(ui, second));
});

test("a grace period is between 0 and 60 seconds", async (t) => {
  for (const graceSeconds of [-1, 61, undefined]) {
    await assert.rejects(startPool(t, { refreshTokenRotation: { graceSeconds } }), RangeError);
  }
});

test("a refresh token of another client, or an unknown one, is invalid_grant", async (t) => {
  const clients = ["one", "two"].map((clientId) => ({
    clientId,
    callbackUrls: ["http://localhost:8585/callback"],
  }));
  const ui = await startPool(t, { clients });
  const tokens = await new Visitor(ui).tokens(authorizationRequest({ client_id: "one" }));
  await invalid(await refresh(ui, tokens.refresh_token, { client_id: "two" }));
  await invalid(await refresh(ui, "unknown", { client_id: "one" }));
});
