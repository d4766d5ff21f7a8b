// The app's own server, as the doctor sees it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { examine } from "../../command/doctor/run.js";
import { startStandardProvider } from "../e2e/fixtures/standard-provider.js";
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
  assert.match(findings.find(({ check }) => check === "page").evidence, /leads to \/callback\/\.$/);
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
