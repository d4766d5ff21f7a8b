import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { until } from "./browsers/until.js";
import { inEveryEngine } from "./fixtures/scene.js";
import { signInAtStandardProvider, startStandardProvider } from "./fixtures/standard-provider.js";
import { atCallback, leaveToSignIn, start } from "./fixtures/steps.js";

/** An API that answers 401 with the challenges it has been given, one after the other. */
async function startDemandingApi() {
  const challenges = [];
  const tokens = [];
  const server = createServer((request, response) => {
    response.setHeader("Access-Control-Allow-Origin", "*");
    response.setHeader("Access-Control-Allow-Headers", "authorization");
    response.setHeader("Access-Control-Expose-Headers", "WWW-Authenticate");
    if (request.method === "OPTIONS") return void response.writeHead(204).end();
    tokens.push(request.headers.authorization);
    const challenge = challenges.shift();
    if (challenge === undefined) return void response.writeHead(200).end("served");
    response.writeHead(401, { "WWW-Authenticate": challenge }).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://localhost:${server.address().port}`,
    challenges,
    tokens,
    close: () =>
      new Promise((closed) => server.close(closed)).finally(server.closeAllConnections()),
  };
}

inEveryEngine((scene) => {
  let provider;
  let api;
  let options;
  before(async () => {
    const { origin } = scene.app.pages;
    api = await startDemandingApi();
    provider = await startStandardProvider({
      redirectUris: [`${origin}/bare/callback`],
      postLogoutRedirectUris: [`${origin}/bare/`],
      origins: [origin],
      // What is asked for is read off the address.
      settings: { features: { pushedAuthorizationRequests: { enabled: false } } },
    });
    options = scene.app.clientOptions({
      issuer: provider.issuer,
      clientId: provider.clientId,
      allowedOrigins: [api.origin],
    });
  });
  after(() => Promise.all([provider?.close(), api?.close()]));

  /** What client.fetch comes to: the answer's status, or the error. */
  const call = (tab) =>
    tab.evaluate(async (url) => {
      try {
        return { status: (await client.fetch(url)).status };
      } catch ({ code, kind, signInOptions }) {
        return { code, kind, signInOptions };
      }
    }, `${api.origin}/payments`);

  test("what the API asks for is what the next sign-in asks of the provider", async (t) => {
    const tab = await scene.newTab(t);
    await signInAtStandardProvider(tab, scene.app, options);
    assert.equal((await start(tab)).sub, "alice");
    api.challenges.push(
      'Bearer error="insufficient_user_authentication", error_description="More, please", ' +
        'acr_values="gold silver", max_age="60"',
    );
    const { code, kind, signInOptions } = await call(tab);
    assert.deepEqual({ code, kind }, { code: "step_up_required", kind: "session" });
    assert.deepEqual(signInOptions, { acrValues: "gold silver", maxAge: 60 });
    assert.equal(await tab.evaluate(() => client.session.sub), "alice", "the session stands");

    const requests = provider.watch();
    await leaveToSignIn(tab, signInOptions);
    await until(
      () => requests("/auth").length > 0,
      () => "the provider should have been asked",
    );
    const asked = new URLSearchParams(requests("/auth")[0].query);
    assert.equal(asked.get("acr_values"), "gold silver");
    assert.equal(asked.get("max_age"), "60");
    // Chromium may never close a page that is on its way to the next one.
    await atCallback(tab, options);
  });

  test("a renewed token is not tried where the user has to come", async (t) => {
    const tab = await scene.newTab(t);
    await signInAtStandardProvider(tab, scene.app, options);
    await start(tab);
    api.tokens.length = 0;
    api.challenges.push('Bearer error="insufficient_user_authentication", max_age="0"');
    assert.deepEqual((await call(tab)).signInOptions, { maxAge: 0 });
    assert.equal(api.tokens.length, 1);
    assert.deepEqual(await call(tab), { status: 200 });
  });

  test("another refusal is the caller's to read", async (t) => {
    const tab = await scene.newTab(t);
    await signInAtStandardProvider(tab, scene.app, options);
    await start(tab);
    const challenge = 'Bearer error="insufficient_scope", scope="payments"';
    api.challenges.push(challenge, challenge);
    assert.deepEqual(await call(tab), { status: 401 });
    api.challenges.length = 0;
  });
});
