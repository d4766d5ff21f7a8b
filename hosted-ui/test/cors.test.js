import assert from "node:assert/strict";
import { test } from "node:test";

import { authorizationRequest, clientId, post, startPool } from "./visitor.js";

const origin = "http://localhost:8585";

test("token, revoke, userInfo, discovery and JWKS are open to every origin", async (t) => {
  const ui = await startPool(t);
  const headers = { Origin: origin };
  const responses = await Promise.all([
    post(ui, "/oauth2/token", {}, headers),
    post(ui, "/oauth2/revoke", { token: "x", client_id: clientId }, headers),
    fetch(`${ui.domain}/oauth2/userInfo`, { headers }),
    fetch(`${ui.issuer}/.well-known/openid-configuration`, { headers }),
    fetch(`${ui.issuer}/.well-known/jwks.json`, { headers }),
  ]);
  for (const response of responses) {
    assert.equal(response.headers.get("access-control-allow-origin"), "*", response.url);
    assert.equal(response.headers.get("access-control-expose-headers"), null, response.url);
    assert.equal(response.headers.get("access-control-allow-credentials"), null, response.url);
  }
});

test("a preflight for the Authorization header is answered", async (t) => {
  const ui = await startPool(t);
  const response = await fetch(`${ui.domain}/oauth2/userInfo`, {
    method: "OPTIONS",
    headers: {
      Origin: origin,
      "Access-Control-Request-Method": "GET",
      "Access-Control-Request-Headers": "authorization",
    },
  });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("access-control-allow-origin"), "*");
  assert.match(response.headers.get("access-control-allow-methods"), /GET/);
  assert.equal(response.headers.get("access-control-allow-headers"), "authorization");
});

test("authorize, login, logout and the error page are for navigation only", async (t) => {
  const ui = await startPool(t);
  for (const path of [authorizationRequest().path, "/login", "/logout", "/error"]) {
    for (const method of ["GET", "OPTIONS"]) {
      const response = await fetch(`${ui.domain}${path}`, {
        method,
        headers: { Origin: origin },
        redirect: "manual",
      });
      assert.equal(response.headers.get("access-control-allow-origin"), null, `${method} ${path}`);
      assert.equal(response.headers.get("x-frame-options"), "DENY", `${method} ${path}`);
    }
  }
});
