// What the doctor sends: so much and no more, and nothing that leaves a trace.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Requests } from "../../command/doctor/requests.js";
import { examine } from "../../command/doctor/run.js";
import { startStandardProvider } from "../e2e/fixtures/standard-provider.js";
import { isWell, serve, startWorld } from "./world.js";

test("a run sends at most 25 requests, and lists them all", async (t) => {
  const { options } = await startWorld(t, { client: { scopes: ["openid"] } });
  const before = { count: 0 };
  const elsewhere = await serve(t, () => {
    before.count += 1;
    return {};
  });
  const requests = new Requests();
  for (let count = 0; count < 23; count += 1) await requests.ask(`${elsewhere}/?secret=x`);
  const { requests: sent } = await examine(options, { requests });
  assert.equal(sent.length, 25);
  assert.equal(before.count, 23);
  await assert.rejects(requests.ask(elsewhere), ({ message }) => /No more requests/.test(message));
  assert.equal(before.count, 23);
  assert.ok(sent.every(({ url }) => !url.includes("?")));
});

test("the longest runs, with a callback or scopes that are refused, stay far below that", async (t) => {
  const { options } = await startWorld(t, { client: { scopes: ["openid"] } });
  for (const changed of [
    { redirectUri: options.redirectUri.replace("callback", "in") },
    { clientId: "nobody" },
    { scope: "openid one two three four five six" },
  ]) {
    const { requests } = await examine({ ...options, ...changed });
    assert.ok(requests.length < 20, `${requests.length}`);
  }
});

test("nothing that is sent signs anybody in, or changes anything at the provider", async (t) => {
  const origin = await serve(t);
  const redirectUri = `${origin}/in`;
  const cookies = [];
  const kept = [];
  for (const isPushed of [false, true]) {
    const pushedAuthorizationRequests = {
      enabled: true,
      requirePushedAuthorizationRequests: isPushed,
    };
    const provider = await startStandardProvider({
      redirectUris: [redirectUri],
      postLogoutRedirectUris: [`${origin}/`],
      origins: [origin],
      settings: { features: { pushedAuthorizationRequests, revocation: { enabled: true } } },
      alter(ctx) {
        cookies.push(ctx.get("cookie"));
        const { Session, Grant, AuthorizationCode, PushedAuthorizationRequest } =
          ctx.oidc?.entities ?? {};
        if (Session?.accountId || Grant || AuthorizationCode || PushedAuthorizationRequest)
          kept.push(ctx.path);
      },
    });
    t.after(() => provider.close());
    const { issuer, clientId } = provider;
    await isWell({ issuer, clientId, redirectUri, postLogoutRedirectUri: `${origin}/` });
    const posted = provider.requests.filter(({ method }) => !/GET|OPTIONS/.test(method));
    assert.deepEqual(
      posted.map(({ path, status, form }) => [path, status, form.code ?? form.token]),
      [
        ...(isPushed ? [["/request", 400, undefined]] : []),
        ["/token", 400, "pkce-wasm-doctor"],
        ["/token/revocation", 200, "pkce-wasm-doctor"],
      ],
    );
  }
  assert.deepEqual([...new Set(cookies)], [""]);
  assert.deepEqual(kept, []);
});

test("no secret of the options, and no password of an address, is in what is found", async (t) => {
  const { options } = await startWorld(t);
  const secret = "kept-to-ourselves";
  for (const changed of [
    { clientSecret: secret },
    { client_secret: secret },
    { issuer: options.issuer.replace("//", `//user:${secret}@`) },
    { redirectUri: options.redirectUri.replace("//", `//user:${secret}@`) },
    { issuer: `${options.issuer}?key=${secret}` },
    { redirectUri: `${options.redirectUri}#code=${secret}` },
    { extra: { client_secret: secret } },
  ]) {
    const examined = await examine({ ...options, ...changed });
    assert.equal(examined.findings[0].verdict, "failed", JSON.stringify(changed));
    assert.ok(!JSON.stringify(examined).includes(secret), JSON.stringify(examined));
  }
});

test("says whether PKCE is demanded, and whether tokens can be revoked", async (t) => {
  const { options, ui } = await startWorld(t);
  const { findings } = await isWell(options);
  const says = (words, its) =>
    assert.ok(
      its.some(({ evidence }) => words.test(evidence)),
      words.source,
    );
  says(/takes requests without PKCE, too/, findings);
  says(/may revoke tokens, (?:and|but not) read/, findings);
  t.after(ui.fail("/oauth2/revoke", (_request, response) => response.writeHead(404).end()));
  const { findings: without } = await examine(options);
  const warnings = without.filter(({ verdict }) => verdict === "warning");
  says(/cannot be revoked: .* answers 404/, warnings);
  const redirectUri = `${await serve(t)}/in`;
  const provider = await startStandardProvider({
    redirectUris: [redirectUri],
    postLogoutRedirectUris: [],
    origins: [new URL(redirectUri).origin],
    settings: { pkce: { required: () => true } },
  });
  t.after(() => provider.close());
  const { issuer, clientId } = provider;
  says(/demands PKCE/, (await isWell({ issuer, clientId, redirectUri })).findings);
});

test(
  "a run waits for answers alone: it ends while no timer runs",
  { timeout: 60_000 },
  async (t) => {
    const { options } = await startWorld(t);
    const unregistered = options.redirectUri.replace("callback", "in");
    t.mock.timers.enable({ apis: ["setTimeout", "setInterval", "setImmediate"] });
    await isWell(options);
    const { findings } = await examine({ ...options, redirectUri: unregistered });
    assert.ok(findings.some(({ verdict }) => verdict === "failed"));
  },
);
