import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Core, initSync } from "../dist/core/core.js";
import { readRecord, recordKey, toSession } from "../dist/first-load/record.js";

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

/** The core as a page has it, for a client of the record below. */
function core(options) {
  // What the glue asks of a page.
  globalThis.Window = class {};
  Object.setPrototypeOf(globalThis, globalThis.Window.prototype);
  globalThis.isSecureContext = true;
  globalThis.location = new URL("https://app.example/");
  initSync({ module: readFileSync(new URL("../dist/core/core.wasm", import.meta.url)) });
  const redirectUri = "https://app.example/callback";
  return new Core(
    JSON.stringify({ issuer: whole.issuer, clientId: "app", redirectUri, ...options }),
  );
}

const whole = {
  ...record,
  record: "session/1",
  id: "a-sign-in",
  client_id: "app",
  issuer: "https://op.example",
  resource: "",
  token_type: "Bearer",
  refresh_token: "refresh-token",
  refresh_token_rotates: null,
  nonce: "nonce",
  auth_time: null,
  generation: 1,
  obtained_at: 500,
  id_token_expires_at: 1000,
  id_token_renewed: true,
  refresh_at: 900,
  provider: "standard",
  metadata: {
    issuer: "https://op.example",
    authorization_endpoint: "https://op.example/authorize",
    token_endpoint: "https://op.example/token",
    jwks_uri: "https://op.example/keys",
    authorization_response_iss_parameter_supported: false,
  },
};

test("the façade and the core take the same records for a session", () => {
  const own = core();
  const key = recordKey("session", "app", whole.issuer);
  const isForCore = (text) => own.version(text) !== undefined;
  const isForFacade = (text) => readRecord(text, key) !== null;
  assert.ok(isForCore(JSON.stringify(whole)) && isForFacade(JSON.stringify(whole)));

  const required = Object.keys(whole).filter(
    (name) => !isForCore(JSON.stringify({ ...whole, [name]: undefined })),
  );
  for (const value of [undefined, null, 7, true, []]) {
    for (const name of required) {
      const text = JSON.stringify({ ...whole, [name]: value });
      assert.equal(isForFacade(text), isForCore(text), `${name}: ${JSON.stringify(value)}`);
    }
  }
  for (const text of ["", "null", "7", "[]", "{}", "not JSON", JSON.stringify(whole).slice(1)]) {
    assert.equal(isForFacade(text), isForCore(text), text);
  }
});

test("a record that is longer than any that a storage takes is none", () => {
  const key = recordKey("session", "app", whole.issuer);
  const paddedTo = (length) => JSON.stringify(whole).padEnd(length);
  assert.ok(readRecord(paddedTo(5_000_000), key));
  assert.ok(readRecord(JSON.stringify({ ...whole, more: "m".repeat(4_000_000) }), key));
  assert.equal(readRecord(JSON.stringify({ ...whole, more: "m".repeat(5_000_000) }), key), null);
});

test("whichever way an issuer is written, the façade and the core mean the same client", () => {
  const places = [
    "https://op.example",
    "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC",
  ];
  const issuers = ["", "/", "//"].flatMap((end) => places.map((place) => place + end));
  for (const issuer of issuers) {
    for (const provider of [undefined, "cognito", "standard"]) {
      const own = core({ issuer, provider });
      for (const other of issuers) {
        const text = JSON.stringify({ ...whole, issuer: other });
        const isForFacade = readRecord(text, recordKey("session", "app", issuer)) !== null;
        assert.equal(isForFacade, own.version(text) !== undefined, `${issuer}: ${other}`);
        const isSamePlace = places.some((place) =>
          [issuer, other].every((each) => each.startsWith(place)),
        );
        assert.equal(isForFacade, isSamePlace, `${issuer}: ${other}`);
      }
    }
  }
});
