import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { inEveryEngine } from "./fixtures/scene.js";
import {
  signInAtStandardProvider,
  signOutAtStandardProvider,
  startStandardProvider,
} from "./fixtures/standard-provider.js";
import { openBare, start } from "./fixtures/steps.js";

inEveryEngine(
  (scene) => {
    let provider;
    let options;
    before(async () => {
      const { origin } = scene.app.pages;
      provider = await startStandardProvider({
        redirectUris: [`${origin}/bare/callback`],
        postLogoutRedirectUris: [`${origin}/bare/`],
        origins: [origin],
      });
      options = scene.app.clientOptions({ issuer: provider.issuer, clientId: provider.clientId });
    });
    after(() => provider?.close());

    const signInUpToCallback = (tab, changes = {}, signInOptions = {}) =>
      signInAtStandardProvider(tab, scene.app, { ...options, ...changes }, signInOptions);

    test("a user signs in and out at a plain standard provider", async (t) => {
      const tab = await scene.newTab(t);
      const callback = await signInUpToCallback(tab);
      assert.equal(callback.searchParams.get("iss"), provider.issuer);
      assert.equal((await start(tab)).sub, "alice");
      assert.equal(await tab.url(), options.redirectUri);

      await signOutAtStandardProvider(tab, options);
      const [logout] = provider.requests.filter(({ path }) => path === "/session/end");
      const asked = new URLSearchParams(logout.query);
      assert.equal(asked.get("post_logout_redirect_uri"), options.postLogoutRedirectUri);
      assert.ok(asked.has("id_token_hint"));

      await openBare(tab, `${scene.app.pages.origin}/bare/`, options);
      assert.deepEqual(await start(tab), { sub: null, returnTo: null });
    });

    test("a response without iss, or with another's, is refused (RFC 9207)", async (t) => {
      for (const iss of [undefined, "http://localhost:1"]) {
        const tab = await scene.newTab(t);
        const callback = await signInUpToCallback(tab);
        const tokenRequests = provider.requests.filter(({ path }) => path === "/token").length;

        const tampered = new URL(callback);
        if (iss) tampered.searchParams.set("iss", iss);
        else tampered.searchParams.delete("iss");
        await openBare(tab, tampered.href, options);
        assert.equal((await start(tab)).code, "issuer_mismatch");
        assert.equal(
          provider.requests.filter(({ path }) => path === "/token").length,
          tokenRequests,
        );

        await openBare(tab, callback.href, options);
        assert.equal((await start(tab)).sub, "alice", "the pending sign-in completes");
      }
    });

    test("offline_access brings a refresh token, and it is used", async (t) => {
      const tab = await scene.newTab(t);
      await signInUpToCallback(tab, { scope: "openid offline_access" }, { prompt: "consent" });
      assert.equal((await start(tab)).sub, "alice");
      const renewed = await tab.evaluate(async () => {
        const before = await client.accessToken();
        const after = await client.accessToken({ minValiditySeconds: Infinity });
        return { changed: before !== after, sub: client.session.sub };
      });
      assert.deepEqual(renewed, { changed: true, sub: "alice" });
    });
  },
  { only: ["chromium"] },
);
