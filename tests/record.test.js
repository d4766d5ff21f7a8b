import assert from "node:assert/strict";
import { test } from "node:test";
import { toSession } from "../dist/first-load/record.js";

const claims = { sub: "ada", "cognito:groups": ["readers"], address: { country: "GB" } };
const record = {
  subject: "ada",
  scope: "openid",
  access_token: "access-token",
  id_token: `e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.`,
  expires_at: 1000,
};

test("nobody can put themselves into a group of a session", () => {
  const session = toSession(record);
  assert.deepEqual(session.claims, claims);
  assert.throws(() => session.claims["cognito:groups"].push("admins"), TypeError);
  assert.ok(Object.isFrozen(session.claims) && Object.isFrozen(session.claims.address));
});

test("a session's tokens are its own, and no values that a console would show", () => {
  const session = toSession(record);
  assert.deepEqual([session.accessToken, session.idToken], ["access-token", record.id_token]);
  assert.doesNotMatch(JSON.stringify(Object.getOwnPropertyDescriptors(session)), /access-token/);
});
