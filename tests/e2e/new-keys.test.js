import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { decodeProtectedHeader, exportJWK, generateKeyPair } from "jose";
import { inEveryEngine } from "./fixtures/scene.js";
import { signInAtStandardProvider, startStandardProvider } from "./fixtures/standard-provider.js";
import { start } from "./fixtures/steps.js";

async function newKeys(kid) {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  return { keys: [{ ...(await exportJWK(privateKey)), kid, use: "sig", alg: "RS256" }] };
}

inEveryEngine((scene) => {
  let provider;
  let options;
  before(async () => {
    const { origin } = scene.app.pages;
    provider = await startStandardProvider({
      redirectUris: [`${origin}/bare/callback`],
      postLogoutRedirectUris: [`${origin}/bare/`],
      origins: [origin],
      settings: { jwks: await newKeys("first") },
    });
    options = scene.app.clientOptions({
      issuer: provider.issuer,
      clientId: provider.clientId,
      scope: "openid offline_access",
    });
  });
  after(() => provider?.close());

  const keyOf = async (tab) =>
    decodeProtectedHeader(await tab.evaluate(() => client.idToken())).kid;

  test("a provider that comes back with new keys is asked for them, once", async (t) => {
    const tab = await scene.newTab(t);
    await signInAtStandardProvider(tab, scene.app, options, { prompt: "consent" });
    assert.equal((await start(tab)).sub, "alice");
    assert.equal(await keyOf(tab), "first");

    provider.restart({ jwks: await newKeys("second") });
    const requests = provider.watch();
    await tab.evaluate(() => client.accessToken({ minValiditySeconds: Infinity }));
    assert.equal(await keyOf(tab), "second");
    assert.equal(requests("/jwks").length, 1);
    await tab.evaluate(() => client.accessToken({ minValiditySeconds: Infinity }));
    assert.equal(requests("/jwks").length, 1, "the new keys are remembered");
    assert.equal(await tab.evaluate(() => client.session.sub), "alice");
  });

  test("the same kid with another key is another key", async (t) => {
    const tab = await scene.newTab(t);
    provider.restart({ jwks: await newKeys("same") });
    await signInAtStandardProvider(tab, scene.app, options, { prompt: "consent" });
    assert.equal((await start(tab)).sub, "alice");
    provider.restart({ jwks: await newKeys("same") });
    await tab.evaluate(() => client.accessToken({ minValiditySeconds: Infinity }));
    assert.equal(await tab.evaluate(() => client.session.sub), "alice");
  });
});
