import assert from "node:assert/strict";
import { AuthError, createClient } from "pkce-wasm";
import { createClient as createSlimClient } from "pkce-wasm/slim";
import { cognito } from "pkce-wasm/presets";
import { fakeClient } from "pkce-wasm/testing";

// As on a server: a client can be made, and says what it cannot do there.
const options = {
  issuer: "https://issuer.test",
  clientId: "app",
  redirectUri: "https://app.test/",
};
for (const client of [createClient(options), createSlimClient(options, "/core.wasm")]) {
  assert.equal(client.session, null);
  for (const step of [() => client.start(), () => client.accessToken(), () => client.fetch("/")]) {
    const error = await step().catch((reason) => reason);
    assert.ok(error instanceof AuthError);
    assert.equal(error.code, "not_in_browser");
  }
}
assert.equal(typeof cognito, "function");
assert.equal((await fakeClient({ signedInAs: { sub: "ada" } }).start()).session.sub, "ada");
