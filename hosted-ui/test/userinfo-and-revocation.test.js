import assert from "node:assert/strict";
import { test } from "node:test";

import {
  authorizationRequest,
  callbackUrl,
  clientId,
  post,
  refresh,
  startPool,
  Visitor,
} from "./visitor.js";

const expired =
  'error="invalid_token", error_description="Access token is expired, disabled, or deleted, or the user has globally signed out."';

function userInfo(ui, token) {
  return fetch(`${ui.domain}/oauth2/userInfo`, {
    headers: token ? { Authorization: `Bearer ${token}` } : {},
  });
}

async function refused(response, status, wwwAuthenticate) {
  assert.equal(response.status, status);
  assert.equal(response.headers.get("www-authenticate"), wwwAuthenticate);
  assert.equal(response.headers.get("access-control-allow-origin"), "*");
}

test("userInfo has the username, and booleans as strings", async (t) => {
  const ui = await startPool(t);
  const tokens = await new Visitor(ui).tokens();
  const { sub, ...rest } = await (await userInfo(ui, tokens.access_token)).json();
  assert.equal(typeof sub, "string");
  assert.deepEqual(rest, {
    email: "user@example.com",
    email_verified: "true",
    name: "Local User",
    phone_number: "+12065551212",
    phone_number_verified: "true",
    username: "user@example.com",
  });
});

test("userInfo has what the client may read alone", async (t) => {
  const client = { clientId, callbackUrls: [callbackUrl], readAttributes: ["name"] };
  const ui = await startPool(t, { clients: [client] });
  const tokens = await new Visitor(ui).tokens(authorizationRequest({ scope: "openid profile" }));
  const { sub: _sub, ...rest } = await (await userInfo(ui, tokens.access_token)).json();
  assert.deepEqual(rest, { name: "Local User", username: "user@example.com" });
});

test("userInfo refuses ID tokens, forged tokens and expired ones, without the word Bearer", async (t) => {
  const ui = await startPool(t, { accessTokenSeconds: 300 });
  const start = Date.now();
  t.mock.timers.enable({ apis: ["Date"], now: start });
  const tokens = await new Visitor(ui).tokens();
  await refused(await userInfo(ui, tokens.id_token), 401, expired);
  await refused(await userInfo(ui, `${tokens.access_token}x`), 401, expired);
  t.mock.timers.setTime(start + 301_000);
  await refused(await userInfo(ui, tokens.access_token), 401, expired);
});

test("userInfo without a token is a bad request", async (t) => {
  const ui = await startPool(t);
  const description = "Bad OAuth2 request at UserInfo Endpoint";
  const header = `error="invalid_request", error_description="${description}"`;
  await refused(await userInfo(ui), 400, header);
});

test("revoking the refresh token ends it and the access tokens of that sign-in only", async (t) => {
  const ui = await startPool(t);
  const [mine, other] = [await new Visitor(ui).tokens(), await new Visitor(ui).tokens()];
  const response = await post(ui, "/oauth2/revoke", {
    token: mine.refresh_token,
    client_id: clientId,
  });
  assert.equal(response.status, 200);
  assert.equal(await response.text(), "");
  assert.equal((await refresh(ui, mine.refresh_token)).status, 400);
  await refused(await userInfo(ui, mine.access_token), 401, expired);
  assert.equal((await refresh(ui, other.refresh_token)).status, 200);
  assert.equal((await userInfo(ui, other.access_token)).status, 200);
});

test("revoking ends every token of a rotated family", async (t) => {
  const ui = await startPool(t, { refreshTokenRotation: { graceSeconds: 60 } });
  const { refresh_token: first } = await new Visitor(ui).tokens();
  const { refresh_token: second } = await (await refresh(ui, first)).json();
  await post(ui, "/oauth2/revoke", { token: second, client_id: clientId });
  for (const token of [first, second]) assert.equal((await refresh(ui, token)).status, 400);
});

test("revoking an invalid or already revoked token is a success", async (t) => {
  const ui = await startPool(t);
  const { refresh_token: token } = await new Visitor(ui).tokens();
  for (const value of [token, token, "unknown"]) {
    const response = await post(ui, "/oauth2/revoke", { token: value, client_id: clientId });
    assert.equal(response.status, 200);
  }
});

test("revocation takes refresh tokens only, by POST only, from a client that may", async (t) => {
  const clients = [
    { clientId, callbackUrls: [callbackUrl] },
    { clientId: "secret", clientSecret: "s3cret", callbackUrls: [callbackUrl] },
  ];
  const ui = await startPool(t, { clients });
  const tokens = await new Visitor(ui).tokens();
  const cases = [
    [{ token: tokens.access_token, client_id: clientId }, 400, "unsupported_token_type"],
    [{ token: tokens.id_token, client_id: clientId }, 400, "unsupported_token_type"],
    [{ client_id: clientId }, 400, "invalid_request"],
    [{ token: tokens.refresh_token, client_id: "nobody" }, 401, "invalid_client"],
    [{ token: tokens.refresh_token, client_id: "secret" }, 401, "invalid_client"],
  ];
  for (const [fields, status, error] of cases) {
    const response = await post(ui, "/oauth2/revoke", fields);
    assert.equal(response.status, status);
    assert.deepEqual(await response.json(), { error });
  }
  assert.equal((await fetch(`${ui.domain}/oauth2/revoke`)).status, 405);
  assert.equal((await refresh(ui, tokens.refresh_token)).status, 200);
});
