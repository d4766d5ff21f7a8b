import assert from "node:assert/strict";
import { test } from "node:test";
import { examine } from "../../command/doctor/run.js";
import { startStandardProvider } from "../e2e/fixtures/standard-provider.js";
import { closed, complains, isWell, serve, startWorld } from "./world.js";

const cognitoEndpoints = ({ issuer, domain }) => ({
  issuer,
  authorization: `${domain}/oauth2/authorize`,
  token: `${domain}/oauth2/token`,
  jwks: `${issuer}/.well-known/jwks.json`,
  userinfo: `${domain}/oauth2/userInfo`,
  revocation: `${domain}/oauth2/revoke`,
  endSession: `${domain}/logout`,
});

test("honest configurations at a pool are not complained of", async (t) => {
  const page = {};
  const { ui, options } = await startWorld(t, { page });
  for (const honest of [
    options,
    { ...options, issuer: `${options.issuer}/` },
    { ...options, scope: "openid" },
    { ...options, scope: ["openid", "email"] },
    { ...options, store: "local", clockToleranceSeconds: 120 },
    { ...options, provider: "cognito" },
    { ...options, issuer: undefined, endpoints: cognitoEndpoints(ui), provider: "cognito" },
  ]) {
    await isWell(honest);
  }
  const origins = `${new URL(ui.issuer).origin} ${ui.domain}`;
  for (const sources of [`'self' ${origins}`, "http:", "*", origins.replaceAll("http://", "")]) {
    const policy = `script-src 'self' 'wasm-unsafe-eval'; connect-src ${sources}`;
    page.headers = { "content-type": "text/html", "content-security-policy": policy };
    await isWell(options);
  }
});

test("honest configurations at a plain OpenID provider are not complained of", async (t) => {
  const origin = await serve(t);
  const [redirectUri, postLogoutRedirectUri] = [`${origin}/signed-in`, `${origin}/`];
  for (const settings of [
    {},
    { features: { pushedAuthorizationRequests: { enabled: true } } },
    { features: { dPoP: { enabled: true } } },
    { pkce: { required: () => true } },
    { scopes: ["openid", "offline_access", "email", "profile"] },
  ]) {
    const provider = await startStandardProvider({
      redirectUris: [redirectUri],
      postLogoutRedirectUris: [postLogoutRedirectUri],
      origins: [origin],
      settings,
    });
    t.after(() => provider.close());
    const options = { issuer: provider.issuer, clientId: provider.clientId, redirectUri };
    await isWell(options);
    await isWell({ ...options, postLogoutRedirectUri, scope: "openid" });
  }
});

test("what the options themselves have wrong is named before anything is sent", async (t) => {
  const { options } = await startWorld(t);
  for (const [changed, code, words] of [
    [{ issuer: "undefined" }, "invalid_config", /issuer.*not set/],
    [{ issuer: "localhost:9400/pool" }, "invalid_config", /issuer.*scheme/],
    [{ issuer: `"${options.issuer}"` }, "invalid_config", /quotation marks/],
    [
      { issuer: `${options.issuer}/.well-known/openid-configuration` },
      "invalid_config",
      /leave out/,
    ],
    [{ issuer: "http://login.example.org" }, "insecure_url", /https:/],
    [{ issuer: "https://orders.auth.eu-west-1.amazoncognito.com" }, "invalid_config", /domain/],
    [{ redirectUri: "/callback" }, "invalid_config", /redirectUri/],
    [{ clientSecret: "kept-to-ourselves" }, "client_has_secret", /secret/],
    [{ clientID: "orders" }, "invalid_config", /clientID/],
    [{ scope: "email profile" }, "invalid_config", /openid/],
    [{ clientId: "<client-id>" }, "invalid_config", /placeholder/],
  ]) {
    await complains({ ...options, ...changed }, "settings", code, words);
  }
});

test("a page at 127.0.0.1 is no page at localhost", async (t) => {
  const { options, origin } = await startWorld(t);
  const given = { origin: origin.replace("localhost", "127.0.0.1") };
  await complains(options, "settings", "redirect_uri_mismatch", /two hosts/, given);
});

test("an issuer that is none: another port, scheme, pool, or the login page's domain", async (t) => {
  const { ui, options } = await startWorld(t);
  for (const [issuer, code, words] of [
    ["http://localhost:9/pool", "network", /port that browsers do not ask/],
    [`${await closed()}/pool`, "network", /refused the connection/],
    [options.issuer.replace("http:", "https:"), "network", /TLS/],
    ["https://login.invalid/pool", "network", /DNS|no address/],
    [options.issuer.replace("Local0001", "Local0002"), "response_invalid", /answers 40\d/],
    [ui.domain, "response_invalid", /answers 40\d/],
  ]) {
    await complains({ ...options, issuer }, "discovery", code, words);
  }
});

test("metadata of another issuer, of a pool without a domain, and without PKCE", async (t) => {
  const json = (document) => ({
    headers: { "content-type": "application/json", "access-control-allow-origin": "*" },
    body: JSON.stringify(document),
  });
  const { ui, options } = await startWorld(t);
  const whole = {
    issuer: "https://id.example.org",
    authorization_endpoint: `${ui.domain}/a`,
    token_endpoint: `${ui.domain}/t`,
    jwks_uri: `${ui.domain}/k`,
    response_types_supported: ["code"],
  };
  const issuer = await serve(t, json(whole));
  const findings = await complains(
    { ...options, issuer },
    "discovery",
    "issuer_mismatch",
    /id\.example\.org/,
  );
  assert.equal(findings.filter(({ check }) => check === "authorization").length, 0);
  const without = await startWorld(t, { pool: { noDomain: true } });
  await complains(without.options, "discovery", "pool_has_no_domain", /domain/);
});

test("a callback that is not registered, and the spelling that is", async (t) => {
  const { options, origin } = await startWorld(t);
  for (const redirectUri of [`${origin}/callback/`, `${origin}/signed-in`]) {
    await complains(
      { ...options, redirectUri },
      "authorization",
      "redirect_uri_mismatch",
      new RegExp(`${origin}/callback is one`),
    );
  }
  const elsewhere = await startWorld(t, {
    client: { callbackUrls: ["https://orders.example.org/in"] },
  });
  await complains(
    elsewhere.options,
    "authorization",
    "redirect_uri_mismatch",
    /Register .* to the letter/,
  );
});

test("a client that the pool does not know, and one that has a secret", async (t) => {
  const { options } = await startWorld(t);
  await complains(
    { ...options, clientId: "nobody" },
    "authorization",
    undefined,
    /nobody is not known/,
  );
  const confidential = await startWorld(t, { client: { clientSecret: "kept-to-ourselves" } });
  await complains(confidential.options, "token", "client_has_secret", /public/);
});

test("a scope and a grant that are not enabled, and no identity provider", async (t) => {
  const scopes = await startWorld(t, { client: { scopes: ["openid", "email"] } });
  await complains(scopes.options, "authorization", "scope_not_enabled", /It is profile\./);
  const flows = await startWorld(t, { client: { flows: ["implicit"] } });
  await complains(flows.options, "authorization", "flow_not_enabled", /authorization code grant/);
  const none = await startWorld(t, { client: { identityProviders: [] } });
  await complains(none.options, "authorization", undefined, /Login option is not available/);
});

test("a plain provider's refusals of callback and client", async (t) => {
  const origin = await serve(t);
  const provider = await startStandardProvider({
    redirectUris: [`${origin}/in`],
    postLogoutRedirectUris: [],
    origins: [origin],
  });
  t.after(() => provider.close());
  const options = {
    issuer: provider.issuer,
    clientId: provider.clientId,
    redirectUri: `${origin}/elsewhere`,
  };
  await complains(options, "authorization", "redirect_uri_mismatch", /Register/);
  await complains({ ...options, clientId: "nobody" }, "authorization", undefined, /not known/);
});

test("a provider that takes pushed requests alone is told from one that refuses them, and keeps none", async (t) => {
  const origin = await serve(t);
  const redirectUri = `${origin}/in`;
  const startWith = async (given) => {
    const provider = await startStandardProvider({
      redirectUris: [redirectUri],
      postLogoutRedirectUris: [],
      origins: [origin],
      settings: {
        features: {
          pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true },
        },
      },
      ...given,
    });
    t.after(() => provider.close());
    const { issuer, clientId } = provider;
    return { provider, options: { issuer, clientId, redirectUri } };
  };
  const { provider, options } = await startWith({});
  const { findings } = await isWell(options);
  assert.ok(findings.some(({ evidence }) => /knows client and callback.*pushed/.test(evidence)));
  const pushed = provider.requests.filter(({ path }) => path === "/request");
  assert.deepEqual(
    pushed.map(({ status }) => status),
    [400],
  );
  const elsewhere = { ...options, redirectUri: `${origin}/elsewhere` };
  await complains(elsewhere, "authorization", "redirect_uri_mismatch", /Register/);
  const nobody = { ...options, clientId: "nobody" };
  await complains(nobody, "authorization", "client_has_secret", /nobody.*not known/);
  const mute = await startWith({ origins: [] });
  const { findings: unread } = await examine(mute.options);
  const said = unread.filter(({ verdict }) => verdict === "failed").map(({ evidence }) => evidence);
  assert.ok(
    said.some((each) => /endpoint for pushed requests lets no origin/.test(each)),
    said.join("\n"),
  );
});

test("an origin that the provider lets nobody read from", async (t) => {
  const origin = await serve(t);
  const redirectUri = `${origin}/in`;
  const provider = await startStandardProvider({
    redirectUris: [redirectUri],
    postLogoutRedirectUris: [],
    origins: ["https://orders.example.org"],
  });
  t.after(() => provider.close());
  const options = { issuer: provider.issuer, clientId: provider.clientId, redirectUri };
  await complains(options, "cross-origin", "network", /Allow http:\/\/localhost/);
});

test("a sign-out address that is not registered, and none at all", async (t) => {
  const { options, origin } = await startWorld(t);
  await complains(
    { ...options, postLogoutRedirectUri: `${origin}/bye` },
    "sign-out",
    undefined,
    /Register .*\/bye/,
  );
  const { postLogoutRedirectUri: _, ...without } = options;
  const { findings } = await examine({ ...without, provider: "cognito" });
  assert.deepEqual(
    findings.filter(({ verdict }) => verdict === "warning").map(({ check }) => check),
    ["settings"],
  );
});

test("error pages of other providers, each in its own words", async (t) => {
  const { ui, options } = await startWorld(t);
  for (const [answer, code, words] of [
    [
      { status: 400, body: "<p>Invalid parameter: redirect_uri" },
      "redirect_uri_mismatch",
      /redirect_uri/,
    ],
    [{ status: 403, body: "<h1>Callback URL mismatch." }, "redirect_uri_mismatch", /Callback URL/],
    [{ status: 400, body: "<p>Client not found." }, undefined, /not known/],
    [
      { status: 200, body: "<p>AADSTS50011: The redirect URI" },
      "redirect_uri_mismatch",
      /AADSTS50011|redirect/i,
    ],
    [{ status: 400, body: "<p>Nein." }, undefined, /error page \(400\)/],
    [
      { status: 404, body: "<p>Nothing here." },
      undefined,
      /authorization endpoint|\/oauth2\/authorize/,
    ],
    [{ status: 503, body: "" }, "provider_unavailable", /503/],
    [
      {
        status: 302,
        headers: { location: "/oauth/error?error=invalid_request&error_description=redirect_uri" },
      },
      "redirect_uri_mismatch",
      /invalid_request, redirect_uri/,
    ],
  ]) {
    const authorization = `${await serve(t, answer)}/authorize`;
    const its = {
      ...options,
      issuer: undefined,
      endpoints: { ...cognitoEndpoints(ui), authorization },
    };
    await complains(its, "authorization", code, words);
  }
});

test("a provider that looks at the callback only after the login is not taken for one that knows it", async (t) => {
  const { ui, options } = await startWorld(t);
  const authorization = `${await serve(t, { body: "<form>Log in" })}/authorize`;
  const its = {
    ...options,
    issuer: undefined,
    endpoints: { ...cognitoEndpoints(ui), authorization },
  };
  const { findings } = await isWell(its, {}, ["discovery"]);
  const seen = findings.filter(({ check }) => check === "authorization");
  assert.deepEqual(
    seen.map(({ verdict }) => verdict),
    ["ok", "skipped"],
  );
});
