import assert from "node:assert/strict";
import { test } from "node:test";

import { authorizationRequest, callbackUrl, clientId, startPool, Visitor } from "./visitor.js";

const logoutUrl = "http://localhost:8585/";
const logoutPath = (parameters) => `/logout?${new URLSearchParams(parameters)}`;

async function startTold(t, options) {
  const told = [];
  const ui = await startPool(t, { ...options, onRefusal: (refusal) => told.push(refusal) });
  return { told, visitor: new Visitor(ui) };
}

/** What the error page lists under a heading. */
function listed(html, heading) {
  const [, list] = new RegExp(`<dt>${heading}</dt>((?:<dd>.*?</dd>)+)`).exec(html) ?? [];
  return (
    list && [...list.matchAll(/<dd>(?:<code>)?(.*?)(?:<\/code>)?<\/dd>/g)].map(([, one]) => one)
  );
}

test("the error page says what was sent and what is registered, and so is the library told", async (t) => {
  const { told, visitor } = await startTold(t);
  const slash = `${callbackUrl}/`;
  for (const [path, sent, registered] of [
    [authorizationRequest({ redirect_uri: slash }).path, [slash], [callbackUrl]],
    [authorizationRequest({ client_id: "nobody" }).path, ["nobody"], [clientId]],
    [authorizationRequest({ identity_provider: "Google" }).path, ["Google"], ["COGNITO"]],
    [logoutPath({ client_id: clientId, logout_uri: callbackUrl }), [callbackUrl], [logoutUrl]],
    [logoutPath({ client_id: "nobody", logout_uri: logoutUrl }), ["nobody"], [clientId]],
    [logoutPath({ logout_uri: logoutUrl }), ["nothing"], [clientId]],
    [logoutPath({ client_id: clientId, redirect_uri: slash }), [slash], [callbackUrl]],
  ]) {
    const { status, html, url } = await visitor.visit(path);
    assert.equal(status, 400);
    assert.ok(html.includes("An error was encountered with the requested page."));
    assert.ok(html.includes("Said by the local provider only"));
    assert.deepEqual([listed(html, "Sent"), listed(html, "Registered")], [sent, registered], path);
    const { error, message, ...lists } = told.pop();
    assert.equal(error, url.searchParams.get("error"));
    assert.ok(html.includes(message));
    assert.deepEqual(lists, { sent: sent.filter((one) => one !== "nothing"), registered });
  }
  assert.deepEqual(told, []);
});

test("where parameters are missing, the names of those that came are shown", async (t) => {
  const { visitor } = await startTold(t);
  const { html } = await visitor.visit("/oauth2/authorize?client_id=app&state=S");
  assert.deepEqual(listed(html, "Sent"), ["client_id", "state"]);
  assert.equal(listed(html, "Registered"), undefined);
});

test("a scope is refused at the callback as by Cognito, and the library told which are enabled", async (t) => {
  const clients = [{ clientId, callbackUrls: [callbackUrl], scopes: ["openid", "email"] }];
  const { told, visitor } = await startTold(t, { clients });
  for (const scope of ["openid phone", "email"]) {
    const { url } = await visitor.visit(authorizationRequest({ scope }).path);
    assert.equal(url.searchParams.get("error_description"), "invalid_scope");
    const { error, message, sent, registered } = told.pop();
    assert.equal(error, "invalid_scope");
    assert.match(message, scope === "email" ? /need openid/ : /not enabled for the client/);
    assert.deepEqual([sent, registered], [scope.split(" "), ["openid", "email"]]);
  }
  assert.deepEqual(told, []);
});

test("neither a value of a query or fragment, nor a token, nor markup is shown", async (t) => {
  const { told, visitor } = await startTold(t);
  const token = "eyJjdHkiAAAA.BBBB.CCCC..DDDD";
  for (const [redirectUri, sent] of [
    [
      "http://a.test/cb?code=SECRET&state=S#SECRET-that-is-longer-than-names",
      "http://a.test/cb?code=…&state=…#…",
    ],
    ["http://a.test/#/cb?code=SECRET", "http://a.test/#/cb?code=…"],
    [
      "http://a.test/cb#access_token=SECRET&id_token=SECRET",
      "http://a.test/cb#access_token=…&id_token=…",
    ],
    ["http://ada:SECRET@a.test/cb", "http://…@a.test/cb"],
    [
      "http%3A%2F%2Fa.test%2Fcb%3Fcode%3DSECRET%26state%3DS",
      "http%3A%2F%2Fa.test%2Fcb%3Fcode=…%26state=…",
    ],
    [
      "http%253A%252F%252Fada%253ASECRET%2540a.test%252Fcb",
      "http%253A%252F%252F…%2540a.test%252Fcb",
    ],
    [`http://a.test/${token}`, "http://a.test/…"],
    ["undefined", "undefined"],
    ["<script>\u0007\u202e", "<script>\\u{7}\\u{202e}"],
    [`http://a.test/${"x".repeat(300)}`, `http://a.test/${"x".repeat(186)}…`],
  ]) {
    const { html } = await visitor.visit(authorizationRequest({ redirect_uri: redirectUri }).path);
    assert.deepEqual(told.pop().sent, [sent]);
    for (const secret of ["SECRET", token, "<script>"]) assert.ok(!html.includes(secret));
  }
  const hint = logoutPath({ id_token_hint: token, post_logout_redirect_uri: logoutUrl });
  const { html } = await visitor.visit(hint);
  assert.ok(!html.includes(token));
  assert.ok(!JSON.stringify(told).includes(token));
});

test("an error page that no request led to explains nothing", async (t) => {
  const { visitor } = await startTold(t);
  const { html } = await visitor.visit("/error?error=redirect_mismatch&client_id=nobody");
  assert.ok(!html.includes("local provider"));
});
