import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { decodeJwt } from "jose";
import { inEveryEngine } from "./fixtures/scene.js";
import { signInAtStandardProvider, startStandardProvider } from "./fixtures/standard-provider.js";
import { start } from "./fixtures/steps.js";

const orders = "https://orders.example/";
const stock = "https://stock.example/v1?tenant=a&b";

inEveryEngine((scene) => {
  let provider;
  let options;
  before(async () => {
    const { origin } = scene.app.pages;
    provider = await startStandardProvider({
      redirectUris: [`${origin}/bare/callback`],
      postLogoutRedirectUris: [`${origin}/bare/`],
      origins: [origin],
      settings: {
        scopes: ["openid", "offline_access", "read"],
        features: {
          pushedAuthorizationRequests: { enabled: false },
          resourceIndicators: {
            enabled: true,
            // Its tokens have one audience; it picks the first of those that are asked for.
            defaultResource: (_ctx, _client, oneOf) => oneOf?.[0],
            getResourceServerInfo: (_ctx, audience) => ({
              scope: "read",
              audience,
              accessTokenFormat: "jwt",
            }),
          },
        },
      },
    });
    options = scene.app.clientOptions({
      issuer: provider.issuer,
      clientId: provider.clientId,
      scope: "openid offline_access read",
    });
  });
  after(() => provider?.close());

  for (const { what, resource, all } of [
    { what: "one API", resource: orders, all: [orders] },
    { what: "several APIs", resource: [stock, orders], all: [stock, orders] },
  ]) {
    test(`a token for ${what} is asked for at each step, the refresh too`, async (t) => {
      const tab = await scene.newTab(t);
      const requests = provider.watch();
      await signInAtStandardProvider(tab, scene.app, options, { prompt: "consent", resource });
      assert.equal((await start(tab)).sub, "alice");
      const renewed = await tab.evaluate(() =>
        client.accessToken({ minValiditySeconds: Infinity }),
      );

      const asked = new URLSearchParams(requests("/auth")[0].query);
      assert.deepEqual(asked.getAll("resource"), all);
      assert.deepEqual(
        requests("/token").map(({ form }) => [form.grant_type, [form.resource].flat()]),
        [
          ["authorization_code", all],
          ["refresh_token", all],
        ],
      );
      assert.equal(decodeJwt(renewed).aud, all[0]);
    });
  }

  test("a sign-in for no API in particular names none", async (t) => {
    const tab = await scene.newTab(t);
    const requests = provider.watch();
    await signInAtStandardProvider(tab, scene.app, options, { prompt: "consent" });
    assert.equal((await start(tab)).sub, "alice");
    assert.ok(!requests("/auth")[0].query.includes("resource"));
    assert.ok(!("resource" in requests("/token")[0].form));
  });
});
