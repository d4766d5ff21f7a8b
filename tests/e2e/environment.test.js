import assert from "node:assert/strict";
import { test } from "node:test";
import { inEveryEngine } from "./fixtures/scene.js";
import { openBare } from "./fixtures/steps.js";

const outcomeOfSignIn = (tab) => tab.evaluate(() => outcomeOf(() => client.signIn()));

inEveryEngine((scene) => {
  test("a Content Security Policy without 'wasm-unsafe-eval' is named as such", async (t) => {
    const tab = await scene.newTab(t);
    const url = `${scene.app.pages.origin}/without-wasm/`;
    await openBare(tab, url, scene.app.clientOptions());
    const { code, message } = await outcomeOfSignIn(tab);
    assert.equal(code, "wasm_blocked");
    assert.match(message, /'wasm-unsafe-eval'/);
    assert.equal(await tab.url(), url);
  });

  test("a page whose storage is blocked says so, and holds no session", async (t) => {
    const tab = await scene.newTab(t);
    const url = `${scene.app.pages.origin}/without-storage/`;
    await openBare(tab, url, scene.app.clientOptions());
    assert.deepEqual(await tab.evaluate(() => client.start()), { session: null, returnTo: null });
    assert.equal((await outcomeOfSignIn(tab)).code, "storage_blocked");
    assert.equal(await tab.url(), url);
  });
});

inEveryEngine(
  (scene) => {
    for (const changes of [{}, { dangerouslyAllowInsecureRequests: true }]) {
      test(`a page on an insecure origin says so, with ${JSON.stringify(changes)}`, async (t) => {
        const tab = await scene.newTab(t);
        const { port } = new URL(scene.app.pages.origin);
        const page = `http://app.test:${port}/bare/`;
        const redirectUri = `http://app.test:${port}/bare/callback`;
        await openBare(tab, page, scene.app.clientOptions({ redirectUri, ...changes }));
        assert.equal(await tab.evaluate(() => isSecureContext), false);
        assert.equal((await outcomeOfSignIn(tab)).code, "insecure_context");
        assert.equal(await tab.url(), page);
      });
    }
  },
  { only: ["chromium"], browser: { args: ["--host-resolver-rules=MAP app.test 127.0.0.1"] } },
);
