import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { calculateJwkThumbprint, decodeProtectedHeader } from "jose";
import { inEveryEngine } from "./fixtures/scene.js";
import { signInAtStandardProvider, startStandardProvider } from "./fixtures/standard-provider.js";
import { openBare, start } from "./fixtures/steps.js";

const hangUp = (request) => request.socket.destroy();
const inTrouble = (_request, response) =>
  response.writeHead(503, { "Access-Control-Allow-Origin": "*" }).end();

const refusing = (status, error) => (_request, response) =>
  response
    .writeHead(status, {
      "Access-Control-Allow-Origin": "*",
      "Content-Type": "application/json",
    })
    .end(JSON.stringify({ error }));

/** A plain provider for this scene that takes pushed requests, or nothing else. */
function startProvider({ app }, isRequired, options = {}) {
  const { origin } = app.pages;
  return startStandardProvider({
    redirectUris: [`${origin}/bare/callback`],
    postLogoutRedirectUris: [`${origin}/bare/`],
    origins: [origin],
    ...options,
    settings: {
      features: {
        pushedAuthorizationRequests: {
          enabled: true,
          requirePushedAuthorizationRequests: isRequired,
        },
      },
      ...options.settings,
    },
  });
}

const optionsAt = ({ app }, { issuer, clientId }, changes = {}) =>
  app.clientOptions({ issuer, clientId, scope: "openid", ...changes });

/** The first request to the provider's page, by which the user came. */
const asked = (requests) => new URLSearchParams(requests("/auth")[0].query);

/** What became of a sign-in that does not leave the page. */
const outcomeOfSignIn = (tab) => tab.evaluate(() => outcomeOf(() => client.signIn()));

inEveryEngine((scene) => {
  const barePage = () => `${scene.app.pages.origin}/bare/`;
  let provider;
  let options;
  before(async () => {
    provider = await startProvider(scene, true);
    options = optionsAt(scene, provider);
  });
  after(() => provider?.close());

  test("the address that the user is sent to holds no parameter of the request", async (t) => {
    const tab = await scene.newTab(t);
    const requests = provider.watch();
    await signInAtStandardProvider(tab, scene.app, options);
    assert.equal((await start(tab)).sub, "alice");

    const [pushed] = requests("/request");
    assert.equal(pushed.status, 201);
    assert.equal(pushed.form.response_type, "code");
    assert.equal(pushed.form.redirect_uri, options.redirectUri);
    assert.ok(pushed.form.code_challenge && pushed.form.state && pushed.form.nonce);
    assert.deepEqual([...asked(requests).keys()].sort(), ["client_id", "request_uri"]);
  });

  test("a pushed request is bound to the key that the tokens will be bound to", async (t) => {
    const tab = await scene.newTab(t);
    const requests = provider.watch();
    await signInAtStandardProvider(tab, scene.app, { ...options, dpop: true });
    assert.equal((await start(tab)).sub, "alice");
    const { jwk } = decodeProtectedHeader(requests("/token")[0].proof);
    assert.equal(requests("/request")[0].form.dpop_jkt, await calculateJwkThumbprint(jwk));
    assert.deepEqual([...asked(requests).keys()].sort(), ["client_id", "request_uri"]);
  });

  for (const { what, responder, code } of [
    { what: "cannot be reached", responder: hangUp, code: "network" },
    { what: "is in trouble", responder: inTrouble, code: "provider_unavailable" },
  ]) {
    test(`a required endpoint that ${what} stops the sign-in and harms no other`, async (t) => {
      const profile = await scene.newProfile(t);
      const pending = await profile.newTab();
      await signInAtStandardProvider(pending, scene.app, options);

      t.after(provider.fail("/request", responder));
      const tab = await profile.newTab();
      await openBare(tab, barePage(), options);
      const error = await outcomeOfSignIn(tab);
      assert.deepEqual([error.code, error.kind], [code, "network"]);
      assert.equal(await tab.url(), barePage());
      assert.equal((await start(pending)).sub, "alice");
    });
  }

  test("what the provider says against the request is named", async (t) => {
    const narrow = await startProvider(scene, true, { client: { scope: "openid" } });
    t.after(() => narrow.close());
    const tab = await scene.newTab(t);
    await openBare(tab, barePage(), optionsAt(scene, narrow, { scope: "openid email" }));
    const error = await outcomeOfSignIn(tab);
    assert.deepEqual([error.code, error.error], ["scope_not_enabled", "invalid_scope"]);
    assert.equal(await tab.url(), barePage());
  });
});

inEveryEngine((scene) => {
  test("where it is offered and works, it is used", async (t) => {
    const provider = await startProvider(scene, false);
    t.after(() => provider.close());
    const requests = provider.watch();
    const tab = await scene.newTab(t);
    await signInAtStandardProvider(tab, scene.app, optionsAt(scene, provider));
    assert.equal((await start(tab)).sub, "alice");
    assert.deepEqual([...asked(requests).keys()].sort(), ["client_id", "request_uri"]);
  });

  test("where the options say never, it is left alone", async (t) => {
    const provider = await startProvider(scene, false);
    t.after(() => provider.close());
    const requests = provider.watch();
    const tab = await scene.newTab(t);
    const never = optionsAt(scene, provider, { pushedAuthorization: "never" });
    await signInAtStandardProvider(tab, scene.app, never);
    assert.equal((await start(tab)).sub, "alice");
    assert.deepEqual(requests("/request"), []);
    assert.ok(asked(requests).has("code_challenge"));
  });

  for (const { what, settings, responder } of [
    {
      what: "hides its answers from other origins",
      settings: (origin) => ({
        clientBasedCORS: (ctx, asking) => ctx.path !== "/request" && asking === origin,
      }),
    },
    { what: "cannot be reached", responder: hangUp },
    { what: "takes no public clients", responder: refusing(401, "invalid_client") },
    { what: "takes no such request", responder: refusing(400, "invalid_request") },
    { what: "is not let through to", responder: refusing(403, "access_denied") },
    { what: "is in trouble", responder: inTrouble },
  ]) {
    test(`an offered endpoint that ${what} is done without`, async (t) => {
      const { origin } = scene.app.pages;
      const provider = await startProvider(scene, false, { settings: settings?.(origin) });
      t.after(() => provider.close());
      if (responder) provider.fail("/request", responder);
      const requests = provider.watch();
      const tab = await scene.newTab(t);
      await signInAtStandardProvider(tab, scene.app, optionsAt(scene, provider));
      assert.equal((await start(tab)).sub, "alice");
      assert.ok(requests("/request").length > 0, "it should have been tried");
      assert.ok(asked(requests).has("code_challenge"));
      assert.ok(!asked(requests).has("request_uri"));
    });
  }
});
