import assert from "node:assert/strict";
import { test } from "node:test";

import {
  authorizationRequest,
  callbackUrl,
  clientId,
  redeem,
  startPool,
  Visitor,
} from "./visitor.js";

const good = { username: "user@example.com", password: "Passw0rd!" };

test("the right password returns a code and the state, and no `iss`", async (t) => {
  const ui = await startPool(t);
  const request = authorizationRequest();
  const { url, status } = await new Visitor(ui).signIn(request);
  assert.equal(status, 302);
  assert.equal(url.origin + url.pathname, callbackUrl);
  assert.deepEqual([...url.searchParams.keys()], ["code", "state"]);
  assert.match(url.searchParams.get("code"), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.equal(url.searchParams.get("state"), request.state);
});

test("a wrong password shows the form again with an alert and the name kept", async (t) => {
  const ui = await startPool(t);
  const visitor = new Visitor(ui);
  const shown = await visitor.visit(authorizationRequest().path);
  const again = await visitor.submit(shown, { username: `a"b`, password: "wrong" });
  assert.equal(again.status, 200);
  assert.match(again.html, /role="alert" id="problem">Incorrect username or password\.</);
  assert.ok(again.html.includes(`value="a&quot;b"`));
  const { url } = await visitor.submit(again, good);
  assert.ok(url.searchParams.has("code"));
});

test("Cancel is a provider's refusal: access_denied, in the live order", async (t) => {
  const ui = await startPool(t);
  const visitor = new Visitor(ui);
  const request = authorizationRequest({ state: "S" });
  const { url } = await visitor.submit(await visitor.visit(request.path), { action: "cancel" });
  assert.equal(url.origin + url.pathname, callbackUrl);
  assert.deepEqual([...url.searchParams.keys()], ["error_description", "state", "error"]);
  assert.equal(url.searchParams.get("error"), "access_denied");
  assert.equal(url.searchParams.get("state"), "S");
  const retried = await visitor.visit(request.path);
  assert.equal(retried.url.pathname, "/login");
});

test("the page loads nothing, cannot be framed, and has what password managers need", async (t) => {
  const ui = await startPool(t);
  const { html, response } = await new Visitor(ui).visit(authorizationRequest().path);
  assert.equal(response.headers.get("x-frame-options"), "DENY");
  assert.match(response.headers.get("content-security-policy"), /default-src 'none'/);
  assert.equal(response.headers.get("cache-control"), "no-store");
  assert.equal(response.headers.get("access-control-allow-origin"), null);
  assert.ok(!/<script|<link rel="stylesheet"|src=/.test(html));
  assert.match(html, /<label for="username">Username<\/label>/);
  assert.match(html, /<label for="password">Password<\/label>/);
  assert.match(html, /autocomplete="username"/);
  assert.match(html, /autocomplete="current-password"/);
  assert.match(html, /<button type="submit">Sign in<\/button>/);
});

test("login_hint fills in the username, lang chooses the language", async (t) => {
  const ui = await startPool(t);
  const show = async (changes) =>
    (await new Visitor(ui).visit(authorizationRequest(changes).path)).html;
  const hinted = await show({ login_hint: `"><script>` });
  assert.ok(hinted.includes(`value="&quot;&gt;&lt;script&gt;"`));
  assert.ok(!hinted.includes("<script>"));
  for (const [lang, label] of [
    ["de", "Benutzername"],
    ["fr-CA", "Mot de passe"],
    ["es", "Contraseña"],
    ["ja", "パスワード"],
    ["tlh", "Username"],
  ]) {
    const html = await show({ lang });
    assert.ok(html.includes(label), lang);
    assert.ok(html.includes(`<html lang="${lang === "tlh" ? "en" : lang.slice(0, 2)}">`), lang);
  }
});

test("two tabs with the login page open both finish their own sign-in", async (t) => {
  const ui = await startPool(t);
  const visitor = new Visitor(ui);
  const first = authorizationRequest();
  const second = authorizationRequest();
  const firstPage = await visitor.visit(first.path);
  const secondPage = await visitor.visit(second.path);

  for (const [request, shown] of [
    [first, firstPage],
    [second, secondPage],
  ]) {
    const { url } = await visitor.submit(shown, good);
    assert.equal(url.searchParams.get("state"), request.state);
    const response = await redeem(ui, request, url.searchParams.get("code"));
    assert.equal(response.status, 200);
  }
});

test("reloading the older of two tabs keeps its own sign-in", async (t) => {
  const ui = await startPool(t);
  const visitor = new Visitor(ui);
  const request = authorizationRequest();
  const older = await visitor.visit(request.path);
  await visitor.visit(authorizationRequest().path);
  const { url } = await visitor.submit(await visitor.visit(older.url), good);
  assert.equal(url.searchParams.get("state"), request.state);
});

test("another browser cannot finish a sign-in by posting its form", async (t) => {
  const ui = await startPool(t);
  const shown = await new Visitor(ui).visit(authorizationRequest().path);
  const { url } = await new Visitor(ui).submit(shown, good);
  assert.equal(url.pathname + url.search, "/error?error=Invalid+state");
});

test("a form sent a second time answers from the session, as after the back button", async (t) => {
  const ui = await startPool(t);
  const visitor = new Visitor(ui);
  const request = authorizationRequest();
  const shown = await visitor.visit(request.path);
  const once = await visitor.submit(shown, good);
  const twice = await visitor.submit(shown, good);
  assert.equal(twice.url.searchParams.get("state"), request.state);
  assert.notEqual(twice.url.searchParams.get("code"), once.url.searchParams.get("code"));
});

test("a login page left open for more than five minutes starts the sign-in anew", async (t) => {
  const ui = await startPool(t);
  const visitor = new Visitor(ui);
  const request = authorizationRequest();
  t.mock.timers.enable({ apis: ["Date"], now: Date.now() });
  const shown = await visitor.visit(request.path);
  t.mock.timers.setTime(Date.now() + 301_000);
  const late = await visitor.submit(shown, good);
  assert.equal(late.url.pathname, "/login");
  const { url } = await visitor.submit(late, good);
  assert.equal(url.searchParams.get("state"), request.state);
});

test("the login session lasts one hour from the password, used or not", async (t) => {
  const ui = await startPool(t);
  const visitor = new Visitor(ui);
  const start = Date.now();
  t.mock.timers.enable({ apis: ["Date"], now: start });
  await visitor.signIn(authorizationRequest());
  const silently = async () =>
    (await visitor.visit(authorizationRequest({ prompt: "none" }).path)).url.searchParams;

  t.mock.timers.setTime(start + 3_500_000);
  assert.ok((await silently()).has("code"));
  t.mock.timers.setTime(start + 3_601_000);
  assert.equal((await silently()).get("error"), "login_required");
});

test("signing in as somebody else takes the browser over", async (t) => {
  const users = [
    { username: "ada", password: "1" },
    { username: "bob", password: "2" },
  ];
  const ui = await startPool(t, { users });
  const visitor = new Visitor(ui);
  const usernameOf = ({ access_token: token }) =>
    JSON.parse(Buffer.from(token.split(".")[1], "base64url")).username;

  const ada = await visitor.tokens(authorizationRequest(), users[0]);
  assert.equal(usernameOf(ada), "ada");
  const asked = authorizationRequest({ prompt: "login" });
  assert.equal(usernameOf(await visitor.tokens(asked, users[1])), "bob");
  const silent = authorizationRequest({ prompt: "none" });
  const { url } = await visitor.visit(silent.path);
  const response = await redeem(ui, silent, url.searchParams.get("code"));
  assert.equal(usernameOf(await response.json()), "bob");
});

test("cookies and forms of an earlier run do not disturb a new one", async (t) => {
  const earlier = await startPool(t);
  const visitor = new Visitor(earlier);
  await visitor.signIn(authorizationRequest());
  const request = authorizationRequest({ prompt: "login" });
  const leftOpen = await visitor.visit(request.path);
  const { port } = new URL(earlier.domain);
  const issuerPort = Number(new URL(earlier.issuer).port);
  await earlier.close();

  visitor.ui = await startPool(t, { issuerPort, domainPort: Number(port) });
  assert.equal(visitor.ui.domain, earlier.domain);
  assert.ok(visitor.hasCookie(`cognito-${port}`));
  const restarted = await visitor.submit(leftOpen, good);
  assert.equal(restarted.url.pathname, "/login");
  const { url } = await visitor.submit(restarted, good);
  assert.equal(url.searchParams.get("state"), request.state);
  const response = await redeem(visitor.ui, request, url.searchParams.get("code"));
  assert.equal(response.status, 200);
});

test("two pools on one host do not share their cookies", async (t) => {
  const [one, other] = await Promise.all([startPool(t), startPool(t)]);
  const visitor = new Visitor(one);
  await visitor.signIn(authorizationRequest());
  visitor.ui = other;
  await visitor.signIn(authorizationRequest());
  visitor.ui = one;
  const { url } = await visitor.visit(authorizationRequest({ prompt: "none" }).path);
  assert.ok(url.searchParams.has("code"));
});

test("an enabled external provider is named on the page that stands in for it", async (t) => {
  const clients = [{ clientId, callbackUrls: [callbackUrl], identityProviders: ["Google"] }];
  const ui = await startPool(t, { clients });
  const request = authorizationRequest({ identity_provider: "Google" });
  const { html } = await new Visitor(ui).visit(request.path);
  assert.match(html, /stands in for <strong>Google</);
});
