// The app's own server, as the doctor sees it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { examine } from "../../command/doctor/run.js";
import { startStandardProvider } from "../e2e/fixtures/standard-provider.js";
import { json, startProvider } from "./provider.js";
import { complains, isWell, serve, startWorld } from "./world.js";

test("a server without a page at the callback", async (t) => {
  const missing = await startWorld(t, { page: { status: 404 } });
  await complains(missing.options, "page", "redirect_uri_mismatch", /answers 404/);
  const json = await startWorld(t, { page: { headers: { "content-type": "application/json" } } });
  await complains(json.options, "page", "redirect_uri_mismatch", /no page/);
  const moved = await startWorld(t, {
    page: { status: 301, headers: { location: "/callback/?code=x" } },
  });
  const { findings } = await examine(moved.options);
  assert.deepEqual(
    findings.filter(({ check }) => check === "page").map(({ verdict, code }) => [verdict, code]),
    [["warning", "redirect_uri_mismatch"]],
  );
  assert.match(
    findings.find(({ check }) => check === "page").evidence,
    /leads to http:\/\/localhost:\d+\/callback\/\.$/,
  );
  for (const location of ["/x#access_token=hushed", "http://user:hushed@127.0.0.1/x", "http://["]) {
    const elsewhere = await startWorld(t, { page: { status: 302, headers: { location } } });
    assert.doesNotMatch(JSON.stringify(await examine(elsewhere.options)), /hushed/);
  }
});

test("a page whose policy forbids WebAssembly, or to ask the provider", async (t) => {
  const html = (policy) => ({
    page: { headers: { "content-type": "text/html", "content-security-policy": policy } },
  });
  const strict = await startWorld(t, html("script-src 'self'"));
  await complains(strict.options, "page", "wasm_blocked", /wasm-unsafe-eval/);
  const closed = await startWorld(
    t,
    html("default-src 'self'; script-src 'self' 'wasm-unsafe-eval'"),
  );
  await complains(closed.options, "page", "network", /connect-src/);
  const body = `<!doctype html><meta http-equiv="Content-Security-Policy" content="script-src 'self'"><p>Orders`;
  const inPage = await startWorld(t, { page: { body } });
  await complains(inPage.options, "page", "wasm_blocked", /wasm-unsafe-eval/);
});

test("a policy in the page is read as browsers read HTML", async (t) => {
  const page = {};
  const { options } = await startWorld(t, { page });
  const meta = (content) => `<meta http-equiv="Content-Security-Policy" content="${content}">`;
  const quotes = ["&#39;", "&#x27;", "&apos;", "'"];
  for (const quote of quotes) {
    const policy = (its) => `script-src ${its.replaceAll("'", quote)}; object-src 'none'`;
    page.body = `<!doctype html>${meta(policy("'self' 'wasm-unsafe-eval'"))}`;
    await isWell(options);
    page.body = `<!doctype html>${meta(policy("'self'"))}`;
    await complains(options, "page", "wasm_blocked", /wasm-unsafe-eval/);
  }
  for (const written of [
    meta("script-src 'self'").replace(">", ' data-a="a<b">'),
    meta("script-src 'self'").replace("<meta ", '<meta data-x="a>b" '),
    meta("script-src 'self'").replace("<meta ", "<meta/"),
    `<svg><title /></svg>${meta("script-src 'self'")}`,
  ]) {
    page.body = written;
    await complains(options, "page", "wasm_blocked", /wasm-unsafe-eval/);
  }
  for (const apart of [
    `<!-- ${meta("script-src 'self'")} -->`,
    `<!-- > ${meta("script-src 'self'")}`,
    `<script>const page = \`${meta("script-src 'self'")}\`;</script>`,
    `<title>${meta("script-src 'self'")}</title>`,
    `<meta name="description" data-http-equiv="content-security-policy" content="script-src">`,
    meta("script-src 'self'").replace("http-equiv", "name"),
  ]) {
    page.body = `<!doctype html>${apart}`;
    await isWell(options);
  }
  for (const written of [
    `<!----><META HTTP-EQUIV=content-security-policy content=script-src&#32;&#39;self&#39;>`,
    `<!-->${meta("script-src 'self'")}`,
    `<script src="/a.js"></script><meta content="script-src 'self'" http-equiv='Content-Security-Policy'/>`,
  ]) {
    page.body = `<!doctype html>${written}`;
    await complains(options, "page", "wasm_blocked", /wasm-unsafe-eval/);
  }
});

test("a policy without UserInfo or revocation lets users sign in, and says what they lose", async (t) => {
  const page = { headers: { "content-type": "text/html" } };
  const provider = await startProvider(t, { page });
  const elsewhere = await serve(t, (path) => ({
    status: path === "/userinfo" ? 204 : 200,
    headers: {
      "access-control-allow-origin": "*",
      "access-control-allow-headers": "authorization",
    },
    body: "",
  }));
  page.headers["content-security-policy"] = `connect-src ${provider.issuer}`;
  for (const [metadata, words] of [
    [{ userinfo_endpoint: `${elsewhere}/userinfo` }, /users sign in, and userInfo\(\) fails/],
    [{ revocation_endpoint: `${elsewhere}/revoke` }, /and signOut\(\) does not revoke the tokens/],
  ]) {
    provider.metadata = metadata;
    const { findings } = await examine(provider.options);
    const complaints = findings.filter(({ verdict }) => /failed|warning/.test(verdict));
    assert.deepEqual(
      complaints.map(({ check, verdict, code }) => [check, verdict, code]),
      [["page", "warning", "network"]],
    );
    assert.match(complaints[0].evidence, words);
    assert.equal(complaints[0].fix, `Add ${elsewhere} to connect-src.`);
  }
  provider.metadata = { token_endpoint: `${elsewhere}/token` };
  const { findings } = await examine(provider.options);
  assert.ok(findings.some(({ check, verdict }) => check === "page" && verdict === "failed"));
});

test("the issuer is to be in connect-src where its metadata are discovered, and only there", async (t) => {
  const page = { headers: { "content-type": "text/html" } };
  const provider = await startProvider(t, { page });
  const named = {};
  const issuer = await serve(t, () => json(named));
  const endpoints = {
    issuer,
    authorization: `${provider.issuer}/authorize`,
    token: `${provider.issuer}/token`,
    jwks: `${provider.issuer}/keys`,
  };
  Object.assign(named, {
    issuer,
    authorization_endpoint: endpoints.authorization,
    token_endpoint: endpoints.token,
    jwks_uri: endpoints.jwks,
    response_types_supported: ["code"],
  });
  page.headers["content-security-policy"] = `connect-src ${provider.issuer}`;
  await isWell({ ...provider.options, issuer: undefined, endpoints });
  const discovering = { ...provider.options, issuer };
  await complains(discovering, "page", "network", new RegExp(`forbids to ask ${issuer}\\.`));
});

test("a policy that keeps the refresh token's worker from starting", async (t) => {
  const page = {};
  const { options } = await startWorld(t, { page });
  const look = async (directives) => {
    const policy = directives.startsWith("default") ? `${directives}; connect-src *` : directives;
    page.headers = { "content-type": "text/html", "content-security-policy": policy };
    const { findings } = await examine({ ...options, store: "worker" });
    await isWell(options);
    return findings.filter(({ verdict }) => verdict === "failed");
  };
  const scripts = "script-src 'self' 'wasm-unsafe-eval'";
  const guarded = "worker-src blob:; require-trusted-types-for 'script'";
  for (const forbidding of [
    "worker-src 'self'",
    "worker-src *",
    "worker-src 'none'; script-src blob: 'wasm-unsafe-eval'",
    "child-src 'self'; script-src blob: 'wasm-unsafe-eval'",
    scripts,
    "default-src 'self' 'wasm-unsafe-eval'",
    "worker-src blob:, worker-src 'self'",
    `${guarded}; trusted-types other`,
    `${guarded}; trusted-types 'none'`,
    `${guarded}, trusted-types other`,
  ]) {
    const found = await look(forbidding);
    assert.deepEqual(
      found.map(({ check, code }) => [check, code]),
      [["page", "worker_blocked"]],
      forbidding,
    );
    const fix = /trusted-types/.test(forbidding) ? /pkce-wasm to trusted/ : /blob: to worker-src/;
    assert.match(found[0].fix, fix);
  }
  for (const allowing of [
    "img-src 'self'",
    `worker-src blob:; ${scripts}`,
    `worker-src 'self' BLOB:`,
    `child-src blob:; ${scripts}`,
    `${scripts} blob:`,
    `${scripts} 'strict-dynamic'`,
    "worker-src 'strict-dynamic'",
    "default-src 'self' 'wasm-unsafe-eval' blob:",
    guarded,
    `${guarded}; trusted-types pkce-wasm`,
    `${guarded}; trusted-types other *`,
    "worker-src blob:; trusted-types other",
  ]) {
    assert.deepEqual(await look(allowing), [], allowing);
  }
});

test("sources of a policy are held against the provider's hosts as browsers do it", async (t) => {
  const page = {};
  const { ui, options } = await startWorld(t, { page });
  const { port } = new URL(ui.issuer);
  const { port: itsPort } = new URL(ui.domain);
  const look = async (sources) => {
    page.headers = { "content-security-policy": `connect-src ${sources}` };
    page.headers["content-type"] = "text/html";
    const { findings } = await examine(options);
    return findings.filter(({ verdict }) => verdict === "failed").map(({ code }) => code);
  };
  for (const allowing of [
    "localhost:*",
    "http://localhost:*",
    `LOCALHOST:${port} http://localhost:${itsPort}/oauth2/`,
    "'SELF' http:",
  ]) {
    assert.deepEqual(await look(allowing), [], allowing);
  }
  for (const forbidding of [
    "'none'",
    "'self'",
    "https:",
    "localhost",
    `http://localhost:${port}`,
    "*.localhost:*",
    "ws://localhost:*",
  ]) {
    assert.deepEqual(await look(forbidding), ["network"], forbidding);
  }
});

test("what keeps a hidden frame and a popup of another site's page from working is told, and no fault", async (t) => {
  const page = {};
  const origin = await serve(t, page);
  const redirectUri = `${origin}/in`;
  const provider = await startStandardProvider({
    redirectUris: [redirectUri],
    postLogoutRedirectUris: [],
    origins: [origin],
  });
  t.after(() => provider.close());
  const { issuer, clientId } = provider;
  const told = async (headers, words) => {
    page.headers = { "content-type": "text/html", ...headers };
    const { findings } = await isWell({ issuer, clientId, redirectUri });
    const ofPage = findings.filter(({ check }) => check === "page").slice(1);
    assert.deepEqual(
      ofPage.map(({ evidence }) => words.test(evidence)),
      words.source === "none" ? [] : [true],
      JSON.stringify(ofPage),
    );
  };
  const policy = (directives) => ({ "content-security-policy": directives });
  await told(policy(`frame-src ${origin}`), new RegExp(`frame-src has not ${issuer}\\.`));
  await told(policy(`frame-src ${issuer}`), new RegExp(`frame-src has not ${origin}\\.`));
  await told(policy("frame-ancestors 'none'"), /may not be framed/);
  await told({ "x-frame-options": "DENY" }, /may not be framed/);
  await told({ "cross-origin-embedder-policy": "require-corp" }, /Embedder-Policy is require-corp/);
  await told({ "cross-origin-opener-policy": "same-origin" }, /Opener-Policy is same-origin/);
  const open = `frame-src 'self' ${issuer}; frame-ancestors 'self'`;
  await told({ ...policy(open), "x-frame-options": "DENY" }, /none/);
  await told({ "x-frame-options": "SAMEORIGIN" }, /none/);
});

/** An app as bundlers make it, and what is found of its files. */
async function builtApp(t, { tags, files = {}, headers = {} }) {
  const answers = {
    "/callback": {
      body: `<!doctype html>${tags}`,
      headers: { "content-type": "text/html", ...headers },
    },
    ...files,
  };
  const { options } = await startWorld(t, { page: (path) => answers[path] ?? {} });
  const { findings } = await examine(options);
  const complaints = findings.filter(({ verdict }) => /failed|warning/.test(verdict));
  return { findings, complaints };
}

const script = (headers = {}) => ({
  body: "export {}",
  headers: { "content-type": "text/javascript", ...headers },
});

test("files with a hash are kept, and the page that names them is not", async (t) => {
  const tags = `<script type="module" src="/assets/index-B7dkQ2xa.js"></script>`;
  const look = (cacheControl, headers) =>
    builtApp(t, {
      tags,
      headers,
      files: {
        "/assets/index-B7dkQ2xa.js": script(cacheControl && { "cache-control": cacheControl }),
      },
    });
  const kept = await look("public, max-age=31536000, immutable", { "cache-control": "no-cache" });
  assert.deepEqual(kept.complaints, []);
  assert.ok(kept.findings.some(({ evidence }) => /keep index-B7dkQ2xa\.js/.test(evidence)));
  assert.deepEqual((await look(undefined, {})).complaints, []);
  for (const never of ["no-store", "no-cache", "public, max-age=0, must-revalidate"]) {
    const { complaints } = await look(never, {});
    assert.deepEqual(
      complaints.map(({ check, verdict }) => [check, verdict]),
      [["page", "warning"]],
    );
    assert.match(complaints[0].evidence, /asked for anew/);
  }
  const stale = await look("max-age=31536000", { "cache-control": "max-age=86400" });
  assert.match(stale.complaints[0].evidence, /names files that are gone/);
});

test("an app whose files are not there when it is seen from the callback's path", async (t) => {
  for (const tags of [
    `<script type="module" src="./assets/index.js"></script>`,
    `<link rel="stylesheet" href="assets/index.4f3d2c1b.css">`,
  ]) {
    const { complaints } = await builtApp(t, { tags });
    assert.deepEqual(
      complaints.map(({ check, verdict }) => [check, verdict]),
      [["page", "failed"]],
    );
    assert.match(complaints[0].evidence, /\/assets\/index/);
  }
  // What is no part of the app, or of another host, is not looked at.
  for (const tags of [
    `<script src="/statistics.js"></script>`,
    `<script type="module" src="https://cdn.invalid/index-B7dkQ2xa.js"></script>`,
    `<link rel="icon" href="/favicon.ico">`,
    `<!-- <script type="module" src="/assets/index.js"></script> -->`,
    `<!-- <script type="module" src="/assets/index-B7dkQ2xa.js"></script>`,
    `<noscript><link rel="stylesheet" href="/assets/index.4f3d2c1b.css"></noscript>`,
    `<script>write('<link href="/assets/index.4f3d2c1b.css">')</script>`,
    `<script type="module" data-src="/assets/index.js"></script>`,
  ]) {
    assert.deepEqual((await builtApp(t, { tags })).complaints, []);
  }
  const nested = `<base href="/orders/"><script type="module" src="index.js"></script>`;
  const files = { "/orders/index.js": script() };
  assert.deepEqual((await builtApp(t, { tags: nested, files })).complaints, []);
});

test("an app that does not run yet is left alone", async (t) => {
  const redirectUri = "http://localhost:9/callback";
  const { options } = await startWorld(t, {
    client: { callbackUrls: [redirectUri], logoutUrls: ["http://localhost:9/"] },
  });
  const { findings } = await isWell({
    ...options,
    redirectUri,
    postLogoutRedirectUri: "http://localhost:9/",
  });
  assert.ok(findings.some(({ check, verdict }) => check === "page" && verdict === "skipped"));
});
