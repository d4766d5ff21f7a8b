import assert from "node:assert/strict";
import { test } from "node:test";
import { startHostedUi } from "hosted-ui";
import { clientId, clientWithSecret } from "./fixtures/app.js";
import { inEveryEngine } from "./fixtures/scene.js";
import {
  atCallback,
  leaveForLoginPage,
  leaveToSignIn,
  logIn,
  makeClient,
  openBare,
  signedIn,
  signInBare,
  signInUpToCallback,
  start,
  watchRequests,
} from "./fixtures/steps.js";

const hangUp = (request) => request.socket.destroy();
const fault = (_request, response) =>
  response.writeHead(500, { "Access-Control-Allow-Origin": "*" }).end("Internal Server Error");
const page = (_request, response) =>
  response
    .writeHead(200, { "Access-Control-Allow-Origin": "*", "Content-Type": "text/html" })
    .end("<!doctype html><title>Proxy</title><p>Please accept the terms of use.");

const faults = [
  { what: "hangs up", responder: hangUp, code: "network" },
  { what: "answers 500", responder: fault, code: "provider_unavailable" },
  { what: "answers with an HTML page", responder: page, code: "response_invalid" },
];

inEveryEngine((scene) => {
  const discoveryPath = () =>
    new URL(`${scene.app.ui.issuer}/.well-known/openid-configuration`).pathname;
  const keysPath = () => new URL(`${scene.app.ui.issuer}/.well-known/jwks.json`).pathname;
  const barePage = () => `${scene.app.pages.origin}/bare/`;
  const codeOfSignIn = (tab) =>
    tab.evaluate(() => outcomeOf(() => client.signIn()).then(({ code }) => code));

  for (const { what, responder, code } of faults) {
    test(`discovery ${what}: the page stays, and the next press works`, async (t) => {
      const tab = await scene.newTab(t);
      const recover = scene.app.ui.fail(discoveryPath(), responder, { times: Infinity });
      await tab.goto(`${scene.app.playground.origin}/`);
      await tab.click({ role: "button", name: "Sign in" });
      await tab.waitForText({ role: "alert" }, code);
      assert.equal(await tab.url(), `${scene.app.playground.origin}/`);

      recover();
      await tab.click({ role: "button", name: "Sign in" });
      await logIn(tab);
      await tab.waitForText({ role: "status" }, signedIn);
      assert.equal(await tab.textOf({ role: "alert" }), "");
    });

    test(`the token endpoint ${what}: the next sign-in works`, async (t) => {
      const tab = await scene.newTab(t);
      await leaveForLoginPage(tab, scene.app);
      const recover = scene.app.ui.fail("/oauth2/token", responder, { times: Infinity });
      await logIn(tab);
      await tab.waitForText({ role: "alert" }, code);
      await tab.waitForText({ role: "status" }, "Signed out");

      recover();
      await tab.click({ role: "button", name: "Sign in" });
      await tab.waitForText({ role: "status" }, signedIn);
      assert.equal(await tab.textOf({ role: "alert" }), "");
    });

    test(`the keys' endpoint ${what}: the next sign-in works`, async (t) => {
      const tab = await scene.newTab(t);
      await leaveForLoginPage(tab, scene.app);
      const recover = scene.app.ui.fail(keysPath(), responder, { times: Infinity });
      await logIn(tab);
      await tab.waitForText({ role: "alert" }, code);
      await tab.waitForText({ role: "status" }, "Signed out");

      recover();
      await tab.click({ role: "button", name: "Sign in" });
      await tab.waitForText({ role: "status" }, signedIn);
    });
  }

  test("a fault of the network at the callback passes: start() again signs in", async (t) => {
    const tab = await scene.newTab(t);
    await signInUpToCallback(tab, scene.app, scene.app.clientOptions());
    const recover = scene.app.ui.fail("/oauth2/token", hangUp, { times: Infinity });
    assert.equal((await start(tab)).code, "network");
    recover();
    assert.ok((await start(tab)).sub);
  });

  for (const [status, sent] of [
    [503, 2],
    [500, 1],
    [504, 1],
  ]) {
    const what = sent === 2 ? "did not see is sent" : "may have seen is not sent";
    test(`a code that the token endpoint ${what} again, after ${status}`, async (t) => {
      const tab = await scene.newTab(t);
      await signInUpToCallback(tab, scene.app, scene.app.clientOptions());
      const requests = watchRequests(scene.app);
      scene.app.ui.fail("/oauth2/token", (_request, response) =>
        response.writeHead(status, { "Access-Control-Allow-Origin": "*" }).end(),
      );
      assert.equal((await start(tab)).code, "provider_unavailable");
      const again = await start(tab);
      assert.equal(again.code, undefined);
      assert.equal(again.sub !== null, sent === 2);
      assert.equal(requests("/oauth2/token").length, sent);
    });
  }

  for (const status of [202, 403, 405]) {
    test(`a gate's ${status} before the provider uses no sign-in up`, async (t) => {
      const tab = await scene.newTab(t);
      const gate = (_request, response) =>
        response
          .writeHead(status, { "Access-Control-Allow-Origin": "*", "Content-Type": "text/html" })
          .end("<!doctype html><p>Confirm that you are human.");
      await signInUpToCallback(tab, scene.app, scene.app.clientOptions());
      for (const path of ["/oauth2/token", keysPath()]) {
        const recover = scene.app.ui.fail(path, gate, { times: Infinity });
        const { code, message } = await start(tab);
        assert.equal(code, "provider_unavailable", path);
        assert.match(message, /firewall/);
        recover();
      }
      assert.ok((await start(tab)).sub);
    });
  }

  test("a sign-in that fails leaves the session that was there", async (t) => {
    const tab = await scene.newTab(t);
    const options = scene.app.clientOptions();
    const { result } = await signInBare(tab, scene.app, options);
    await leaveToSignIn(tab);
    await atCallback(tab, options);
    await makeClient(tab, options);
    scene.app.ui.fail("/oauth2/token", fault);
    assert.equal((await start(tab)).code, "provider_unavailable");
    assert.equal(await tab.evaluate(() => client.session.sub), result.sub);

    await openBare(tab, barePage(), options);
    assert.equal((await start(tab)).sub, result.sub);
  });

  test("a provider that is down is a fault of the network", async (t) => {
    const gone = await startHostedUi({ issuerPort: 0, domainPort: 0 });
    await gone.close();
    const tab = await scene.newTab(t);
    await openBare(tab, barePage(), scene.app.clientOptions({ issuer: gone.issuer }));
    assert.equal(await codeOfSignIn(tab), "network");
    assert.equal(await tab.url(), barePage());
  });

  test("an app client with a secret is named as such", async (t) => {
    const tab = await scene.newTab(t);
    const options = scene.app.clientOptions({ clientId: clientWithSecret });
    await signInUpToCallback(tab, scene.app, options);
    const { code, kind } = await start(tab);
    assert.deepEqual({ code, kind }, { code: "client_has_secret", kind: "config" });
  });

  test("a scope that the app client has not enabled is named as such", async (t) => {
    const tab = await scene.newTab(t);
    const options = scene.app.clientOptions({ scope: "openid orders/read" });
    await openBare(tab, barePage(), options);
    await leaveToSignIn(tab);
    await atCallback(tab, options);
    await makeClient(tab, options);
    const { code, kind } = await start(tab);
    assert.deepEqual({ code, kind }, { code: "scope_not_enabled", kind: "config" });
  });

  test("a user pool without a domain is named as such", async (t) => {
    const pool = await startHostedUi({
      issuerPort: 0,
      noDomain: true,
      clients: [{ clientId, callbackUrls: [] }],
    });
    t.after(() => pool.close());
    const tab = await scene.newTab(t);
    await openBare(tab, barePage(), scene.app.clientOptions({ issuer: pool.issuer }));
    assert.equal(await codeOfSignIn(tab), "pool_has_no_domain");
    assert.equal(await tab.url(), barePage());
  });
});
