// `npx pkce-wasm doctor`, as it is published.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { serve, startWorld } from "./world.js";

const script = fileURLToPath(new URL("../../dist/pkce-wasm.js", import.meta.url));

/** The servers of a test are in this process, so it must not stand still. */
const run = (...words) =>
  new Promise((resolve) => {
    execFile(process.execPath, [script, "doctor", ...words], (error, stdout, stderr) =>
      resolve({ status: error?.code ?? 0, stdout, stderr }),
    );
  });

const wordsOf = ({ issuer, clientId, redirectUri }) => [
  "--issuer",
  issuer,
  "--client-id",
  clientId,
  "--redirect-uri",
  redirectUri,
];

function folder(t) {
  const path = mkdtempSync(join(tmpdir(), "pkce-wasm-doctor-"));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

test("says what is well, what it has sent, and nothing but that", async (t) => {
  const { options } = await startWorld(t);
  const { status, stdout, stderr } = await run(
    ...wordsOf(options),
    "--post-logout-redirect-uri",
    options.postLogoutRedirectUri,
  );
  assert.equal(status, 0, stdout);
  assert.equal(stderr, "");
  assert.match(stdout, /✓ token /);
  assert.match(stdout, /Nothing keeps users from signing in\./);
  assert.match(stdout, /\d+ requests:\n {2}GET http:\/\/localhost/);
  assert.doesNotMatch(stdout, /\u001b|[?&]state=|code_challenge=|pkce-wasm-doctor/);
});

test("says what to correct, with the code of the app, also as JSON", async (t) => {
  const { options } = await startWorld(t, { client: { clientSecret: "kept-to-ourselves" } });
  const { status, stdout } = await run(...wordsOf(options));
  assert.equal(status, 1);
  assert.match(
    stdout,
    /✗ token .*\n +Copy the client ID again; .*a public one.*\n +pkce-wasm\/docs\/errors\.md#client_has_secret\n/,
  );
  const json = await run(...wordsOf(options), "--json");
  const { ok, findings, requests } = JSON.parse(json.stdout);
  assert.deepEqual([json.status, ok], [1, false]);
  assert.deepEqual(
    findings.filter(({ verdict }) => verdict === "failed").map(({ code }) => code),
    ["client_has_secret"],
  );
  assert.ok(requests.every(({ method, url, status }) => method && url && status));
});

test("takes the pool's domain, so that nothing has to be discovered", async (t) => {
  const { ui, options } = await startWorld(t);
  const { status, stdout } = await run(
    ...wordsOf(options),
    "--domain",
    ui.domain,
    "--scope",
    "openid email",
  );
  assert.equal(status, 0, stdout);
  assert.match(stdout, /The endpoints in the options are the provider's own/);
});

test("examines a file's settings, and a page that has its options in it", async (t) => {
  const { options, origin } = await startWorld(t);
  const file = join(folder(t), ".env");
  writeFileSync(
    file,
    `VITE_OIDC_AUTHORITY=${options.issuer}\nVITE_OIDC_CLIENT_ID=orders\nVITE_OIDC_REDIRECT_URI=\${BASE}/callback\n`,
  );
  const ofFile = await run("--from", file, "--env", `BASE=${origin}`);
  assert.equal(ofFile.status, 0, ofFile.stdout);
  const body = `<!doctype html><script type="application/json" id="pkce-wasm">${JSON.stringify(options)}</script>`;
  const ofPage = await run("--url", await serve(t, { body }));
  assert.equal(ofPage.status, 0, ofPage.stdout);
  writeFileSync(
    file,
    `COGNITO_USER_POOL_ID=eu-west-1_QwErTy789\nCOGNITO_CLIENT_ID=orders\nCOGNITO_CLIENT_SECRET=kept-to-ourselves\n`,
  );
  const confidential = await run("--from", file);
  assert.equal(confidential.status, 1);
  assert.match(confidential.stdout, /✗ settings .*COGNITO_CLIENT_SECRET/);
  assert.doesNotMatch(confidential.stdout, /kept-to-ourselves/);
});

test("an address is shown and listed without what may be secret in it", async (t) => {
  const { options, origin } = await startWorld(t);
  const secret = "kept-to-ourselves";
  const body = `<!doctype html><script type="application/json" id="pkce-wasm">${JSON.stringify(options)}</script>`;
  const page = await serve(t, { body });
  const whole = await run("--url", `${page}/app?key=${secret}#code=${secret}`, "--json");
  assert.equal(whole.status, 0, whole.stdout);
  assert.equal(JSON.parse(whole.stdout).requests[0].url, `${page}/app`);
  assert.ok(!whole.stdout.includes(secret));
  const without = await run("--url", `${origin}/?key=${secret}`);
  assert.match(without.stderr, /has no <script/);
  assert.ok(!without.stderr.includes(secret));
  for (const user of [`orders:${secret}@`, `${secret}@`]) {
    const { status, stdout, stderr } = await run("--url", page.replace("//", `//${user}`));
    assert.deepEqual([status, stdout], [2, ""]);
    assert.match(stderr, /^--url is a page's address, without user and password/);
    assert.ok(!stderr.includes(secret));
  }
});

test("a page that leads to what is no page's address", async (t) => {
  const page = { status: 302 };
  const url = await serve(t, page);
  for (const location of [
    "http://[",
    "ftp://localhost/",
    "http://orders:kept-to-ourselves@localhost/",
  ]) {
    page.headers = { location };
    const { status, stdout, stderr } = await run("--url", `${url}/app`);
    assert.deepEqual([status, stderr], [1, ""], location);
    assert.match(stdout, /✗ settings .*\/app leads to what is no page's address/);
    assert.match(stdout, /errors\.md#network/);
    assert.doesNotMatch(stdout, /kept-to-ourselves/);
  }
});

test("what comes from outside does not steer the terminal", async (t) => {
  const evil = "\u001b[2J\u009b31m\u202e\r";
  const url = await serve(t, {
    body: `<!doctype html><script type="application/json" id="pkce-wasm">${JSON.stringify({ [`client${evil}`]: 1, issuer: "http://localhost:9", clientId: "orders", redirectUri: "http://localhost:9/" })}</script>`,
  });
  const { status, stdout } = await run("--url", `${url}/a${evil}`);
  assert.equal(status, 1, stdout);
  assert.match(stdout, /✗ settings .*\n +Correct .*client/);
  assert.doesNotMatch(stdout, /[^\P{Cc}\n]|\p{Cf}/u);
  const missing = await run("--from", `nowhere${evil}.env`);
  assert.equal(missing.status, 2);
  assert.doesNotMatch(missing.stderr, /[^\P{Cc}\n]|\p{Cf}/u);
});

test("a wrong command line says what is missing", async (t) => {
  for (const [words, said] of [
    [[], /--issuer is missing/],
    [["--issuer", "http://localhost:1"], /--client-id is missing/],
    [["--bogus"], /--bogus/],
    [["--url", await serve(t)], /has no <script/],
    [["--from", "nowhere.env"], /cannot be read/],
  ]) {
    const { status, stderr } = await run(...words);
    assert.equal(status, 2);
    assert.match(stderr, said);
  }
  assert.match((await run("--help")).stdout, /Usage: npx pkce-wasm doctor/);
});
