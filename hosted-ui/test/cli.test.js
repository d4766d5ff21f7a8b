import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { decodeJwt } from "jose";

import { addressesOf } from "./addresses.js";
import { authorizationRequest, refresh, Visitor } from "./visitor.js";

const cli = fileURLToPath(new URL("../src/cli.js", import.meta.url));
const free = ["--issuer-port", "0", "--domain-port", "0"];

async function finished(...args) {
  const child = spawn(process.execPath, [cli, ...args]);
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit"),
  ]);
  return { code, output, errors };
}

test("prints both addresses and nothing else, serves, and ends cleanly when asked", async (t) => {
  const child = spawn(process.execPath, [
    cli,
    ...free,
    ...["--client-id", "mine", "--user", "ada:a:b", "--scope", "openid,email"],
    ...["--callback-url", "http://localhost:3000/a", "--callback-url", "http://localhost:3000/b"],
    ...["--rotation", "30", "--access-token-seconds", "300"],
  ]);
  t.after(() => child.kill());
  const errors = text(child.stderr);
  const { domain, printed } = await addressesOf(child);
  assert.equal(printed.trim().split("\n").length, 2);

  const request = authorizationRequest({
    client_id: "mine",
    redirect_uri: "http://localhost:3000/b",
    scope: "openid email",
  });
  const visitor = new Visitor({ domain });
  const tokens = await visitor.tokens(request, { username: "ada", password: "a:b" });
  assert.equal(tokens.expires_in, 300);
  assert.equal(decodeJwt(tokens.id_token)["cognito:username"], "ada");

  child.kill("SIGTERM");
  const [code, signal] = await once(child, "exit");
  assert.deepEqual([code, signal], [0, null]);
  assert.equal(await errors, "");
});

test("the terminal has one line for each refusal, with what was sent and what is registered", async (t) => {
  const child = spawn(process.execPath, [cli, ...free, "--client-id", "mine"]);
  t.after(() => child.kill());
  const errors = text(child.stderr);
  const { domain } = await addressesOf(child);
  const visitor = new Visitor({ domain });
  const wrongCallback = { client_id: "mine", redirect_uri: "http://localhost:3000/?code=secret1" };
  await visitor.visit(authorizationRequest(wrongCallback).path);
  await visitor.visit(authorizationRequest({ client_id: "other\n\u001b[2J" }).path);
  await visitor.visit(authorizationRequest({ client_id: "mine", scope: "openid admin" }).path);
  await visitor.visit("/logout?client_id=mine&logout_uri=http://localhost:3000/out");
  await visitor.visit("/logout?id_token_hint=secret2&post_logout_redirect_uri=secret3");

  child.kill("SIGTERM");
  await once(child, "exit");
  assert.deepEqual((await errors).split("\n"), [
    'Refused, redirect_mismatch: This redirect_uri is no callback URL of the client mine. They are compared exactly: register it, or correct redirectUri in the app. Sent: "http://localhost:3000/?code=…". Registered: "http://localhost:8585/callback".',
    'Refused, redirect_mismatch: No app client has this client_id: correct clientId in the app. Sent: "other\\u{a}\\u{1b}[2J". Registered: "mine".',
    'Refused, invalid_scope: A scope is not enabled for the client mine. Sent: "openid", "admin". Registered: "openid", "email", "profile", "phone".',
    'Refused, redirect_mismatch: This logout_uri is no sign-out URL of the client mine. They are compared exactly: register it, or correct postLogoutRedirectUri in the app. Sent: "http://localhost:3000/out". Registered: "http://localhost:8585/".',
    'Refused, Required String parameter \'redirect_uri\' is not present: A sign-out takes client_id and logout_uri; Cognito does not know post_logout_redirect_uri. Sent: "id_token_hint", "post_logout_redirect_uri".',
    "",
  ]);
});

test("what other providers do is played when asked for", async (t) => {
  const child = spawn(process.execPath, [
    cli,
    ...free,
    ...["--access-token-seconds", "300", "--id-token-seconds", "600", "--auth-time-of-refresh"],
    ...["--second-issuer", "refresh", "--clock-offset-seconds=-7200"],
    ...["--alter-refresh", '{"expires_in":null,"token_type":"bearer"}'],
  ]);
  t.after(() => child.kill());
  const { issuer, domain } = await addressesOf(child);
  const now = Math.floor(Date.now() / 1000);
  const tokens = await new Visitor({ domain }).tokens();
  const first = decodeJwt(tokens.id_token);
  assert.equal(tokens.expires_in, 300);
  assert.equal(first.exp - first.iat, 600);
  assert.ok(Math.abs(first.iat + 7200 - now) < 3600);

  const { id_token: idToken, ...others } = await (
    await refresh({ domain }, tokens.refresh_token)
  ).json();
  const second = decodeJwt(idToken);
  assert.deepEqual(Object.keys(others), ["access_token", "token_type"]);
  assert.equal(others.token_type, "bearer");
  assert.equal(second.iss, issuer.replace("localhost", "127.0.0.1"));
  assert.equal(second.auth_time, second.iat);
});

test("--refuse-refresh refuses refreshes alone, and lets scripts read when to come again", async (t) => {
  for (const [words, status, retryAfter, body] of [
    [["401:token_inactive"], 401, null, '{"error":"token_inactive"}'],
    [["503", "--retry-after-seconds", "30"], 503, "30", ""],
  ]) {
    const child = spawn(process.execPath, [cli, ...free, "--refuse-refresh", ...words]);
    t.after(() => child.kill());
    const { domain } = await addressesOf(child);
    const { refresh_token: token } = await new Visitor({ domain }).tokens();
    const response = await refresh({ domain }, token);
    assert.equal(response.status, status);
    assert.equal(response.headers.get("access-control-allow-origin"), "*");
    assert.equal(response.headers.get("retry-after"), retryAfter);
    assert.equal(
      response.headers.get("access-control-expose-headers"),
      retryAfter && "Retry-After",
    );
    assert.equal(await response.text(), body);
  }
});

test("--no-domain starts the issuer alone", async (t) => {
  const child = spawn(process.execPath, [cli, ...free, "--no-domain"]);
  t.after(() => child.kill());
  const { issuer, domain } = await addressesOf(child);
  assert.equal(domain, "none");
  const document = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
  assert.equal(document.authorization_endpoint, `${issuer}/authorize`);
});

test("a taken port is one line that says what to do, and exit code 1", async (t) => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const { port } = server.address();
  for (const taken of [
    ["--issuer-port", `${port}`, "--domain-port", "0"],
    ["--issuer-port", "0", "--domain-port", `${port}`],
  ]) {
    const { code, output, errors } = await finished(...taken);
    assert.equal(code, 1);
    assert.equal(output, "");
    assert.match(
      errors,
      new RegExp(`^Port ${port} is taken: .* --issuer-port or --domain-port\\.\n$`),
    );
  }
});

test("a wrong option is one line, and exit code 1", async () => {
  for (const [args, message] of [
    [["--bogus"], "Unknown option '--bogus'. See --help.\n"],
    [["--rotation", "61"], "--rotation must be off, or a grace period of 0 to 60 seconds.\n"],
    [["--user", "ada"], "--user must be written as name:password.\n"],
    [["--second-issuer", "x"], "--second-issuer must be one of discovery, refresh, all.\n"],
    [["--clock-offset-seconds=1h"], "--clock-offset-seconds must be a whole number.\n"],
    [
      ["--alter-refresh", "[]"],
      `--alter-refresh must be a JSON object, such as '{"expires_in":0}'.\n`,
    ],
    [
      ["--alter-refresh", "x"],
      `--alter-refresh must be a JSON object, such as '{"expires_in":0}'.\n`,
    ],
    [["--refuse-refresh", "no"], "--refuse-refresh must be a status, or as 400:invalid_request.\n"],
    [["--retry-after-seconds", "1"], "--retry-after-seconds goes with --refuse-refresh.\n"],
    [["--issuer-port", "x"], "--issuer-port must be a whole number, 0 or more.\n"],
  ]) {
    const { code, errors } = await finished(...args);
    assert.equal(code, 1);
    assert.equal(errors, message);
  }
});

test("--help names every option", async () => {
  const { code, output } = await finished("--help");
  assert.equal(code, 0);
  for (const option of [
    "issuer-port",
    "domain-port",
    "user-pool-id",
    "client-id",
    "callback-url",
    "logout-url",
    "scope",
    "user",
    "rotation",
    "access-token-seconds",
    "id-token-seconds",
    "no-domain",
    "auth-time-of-refresh",
    "second-issuer",
    "clock-offset-seconds",
    "alter-refresh",
    "refuse-refresh",
    "retry-after-seconds",
  ]) {
    assert.match(output, new RegExp(`--${option}[ =]`));
  }
});
