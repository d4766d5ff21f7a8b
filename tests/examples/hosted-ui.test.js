// `npx hosted-ui`, in an empty folder that has installed the packed package and nothing else.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { authorizationRequest, redeem, refresh, Visitor } from "../../hosted-ui/test/visitor.js";
import { npm } from "../../scripts/setup/node-modules.js";
import { pack, run } from "../consumers/prepare.js";
import { npxHostedUi } from "./npx-hosted-ui.js";

const callbackUrl = "http://localhost:3000/callback";
let folder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "pkce-wasm-hosted-ui-"));
  await writeFile(join(folder, "package.json"), "{}");
  const tarball = await pack(folder, "hosted-ui");
  await run(folder, [...npm, "install", "--no-audit", "--no-fund", "--prefer-offline", tarball]);
});
after(() => rm(folder, { recursive: true }));

test("the installed package starts with npx, tells its addresses, and signs a user of its options in", async (t) => {
  const ui = await npxHostedUi(t, folder, [
    ...["--issuer-port", "0", "--domain-port", "0"],
    ...["--client-id", "mine", "--callback-url", callbackUrl, "--scope", "openid email"],
    ...["--user", "ada@example.com:secret", "--rotation", "0"],
  ]);
  const { issuer, domain } = ui;

  const discovery = await fetch(`${issuer}/.well-known/openid-configuration`);
  const metadata = await discovery.json();
  assert.equal(metadata.issuer, issuer);
  assert.equal(metadata.token_endpoint, `${domain}/oauth2/token`);

  const request = authorizationRequest({
    client_id: "mine",
    redirect_uri: callbackUrl,
    scope: "openid email",
  });
  const visitor = new Visitor(ui);
  const ada = { username: "ada@example.com", password: "secret" };
  const { url } = await visitor.signIn(request, ada);
  assert.equal(url.origin + url.pathname, callbackUrl);
  const answer = await redeem(ui, request, url.searchParams.get("code"));
  assert.equal(answer.status, 200);
  const tokens = await answer.json();

  const keys = createRemoteJWKSet(new URL(metadata.jwks_uri));
  const { payload } = await jwtVerify(tokens.id_token, keys, { issuer, audience: "mine" });
  assert.equal(payload.email, "ada@example.com");
  assert.equal(payload.nonce, request.nonce);

  const rotated = await refresh(ui, tokens.refresh_token, { client_id: "mine" });
  assert.equal(rotated.status, 200);
  assert.notEqual(
    (await rotated.json()).refresh_token ?? tokens.refresh_token,
    tokens.refresh_token,
  );
});
