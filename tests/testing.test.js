import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { AuthError } from "pkce-wasm";
import { fakeClient } from "pkce-wasm/testing";

const ada = { sub: "ada", email: "ada@example.com" };

/** What a client tells from now on. */
function listenTo(client) {
  const heard = [];
  for (const type of ["sessionchange", "signedout", "refresherror"]) {
    client.addEventListener(type, ({ detail }) => heard.push([type, detail?.error?.code]));
  }
  return heard;
}

/** Why sessions have ended from now on. */
function reasonsOf(client) {
  const reasons = [];
  client.addEventListener("signedout", ({ detail: { reason } }) => reasons.push(reason));
  return reasons;
}

test("somebody is signed in once the client has started", async () => {
  const client = fakeClient({ signedInAs: ada });
  assert.equal(client.session, null);
  const { session, returnTo } = await client.start();
  assert.equal(session, client.session);
  assert.equal(session.sub, "ada");
  assert.equal(session.claims.email, "ada@example.com");
  assert.equal(returnTo, null);
});

test("nobody is signed in unless the test says so", async () => {
  const client = fakeClient();
  assert.deepEqual(await client.start(), { session: null, returnTo: null });
  await assert.rejects(client.accessToken(), { code: "login_required", kind: "session" });
});

test("what a session tells ahead of its end is told on the test's word, while there is one", async () => {
  const client = fakeClient({ signedInAs: ada });
  const heard = [];
  for (const type of ["expiring", "idle", "active", "signedout"]) {
    client.addEventListener(type, ({ detail }) => heard.push([type, detail]));
  }
  client.idle(30);
  assert.deepEqual(heard, []);
  await client.start();
  const before = Date.now();
  client.expiring(60);
  client.idle(30);
  client.active();
  client.end("idle");
  client.active();
  client.expiring(60);
  assert.deepEqual(
    heard.map(([type]) => type),
    ["expiring", "idle", "active", "signedout"],
  );
  const [expiring, idle, active, signedout] = heard.map(([, detail]) => detail);
  assert.ok(expiring.expiresAt >= before + 60_000 && idle.expiresAt >= before + 30_000);
  assert.deepEqual([active, signedout], [null, { reason: "idle" }]);
});

test("another user is announced before being shown, and the same one is not", async () => {
  const client = fakeClient({ signedInAs: ada });
  const heard = [];
  const note = (type) => (event) => heard.push([type, client.session?.sub, event.detail.formerSub]);
  for (const type of ["userchange", "sessionchange"]) client.addEventListener(type, note(type));
  await client.start();
  client.refresh();
  client.become({ sub: "grace" });
  client.become(null);
  client.become(ada);
  assert.deepEqual(heard, [
    ["sessionchange", "ada", undefined],
    ["sessionchange", "ada", undefined],
    ["userchange", "grace", "ada"],
    ["sessionchange", "grace", undefined],
    ["sessionchange", undefined, undefined],
    ["sessionchange", "ada", undefined],
  ]);
});

test("a session does not spill its tokens, and its ID token says who it is about", async () => {
  const { session } = await fakeClient({ signedInAs: { ...ada, name: "Ada Lövelace 🦊" } }).start();
  assert.ok(Object.isFrozen(session) && Object.isFrozen(session.claims));
  const shown = [session, Object.getOwnPropertyDescriptors(session)];
  assert.ok(!JSON.stringify(shown).includes(session.accessToken));
  const [, payload] = session.idToken.split(".");
  assert.deepEqual(JSON.parse(Buffer.from(payload, "base64url")), { ...session.claims });
});

test("a callback gives the path that the sign-in began on, and what it was given", async () => {
  const appState = { basket: [1, 2] };
  const client = fakeClient({ signedInAs: ada, returnTo: "/reports", appState });
  for (const answer of [client.start(), client.handleCallback("https://app.test/?code=1")]) {
    const { returnTo, appState: given } = await answer;
    assert.deepEqual([returnTo, given], ["/reports", appState]);
  }
});

test("a refresh makes another session of the same user, and tells it", async () => {
  const client = fakeClient({ signedInAs: ada });
  const { session } = await client.start();
  const seen = [];
  client.subscribe((next) => seen.push(next));
  const heard = listenTo(client);
  client.refresh();
  assert.notEqual(client.session, session);
  assert.equal(client.session.sub, "ada");
  assert.notEqual(client.session.accessToken, session.accessToken);
  assert.deepEqual(seen, [session, client.session]);
  assert.deepEqual(heard, [["sessionchange", undefined]]);
});

test("who subscribed hears of the end of a session before it is called signed out", async () => {
  const client = fakeClient({ signedInAs: ada });
  await client.start();
  const heard = [];
  client.addEventListener("signedout", () => heard.push("signedout"));
  const unsubscribe = client.subscribe((session) => heard.push(session && "signed in"));
  client.become(null);
  assert.deepEqual(heard, ["signed in", null, "signedout"]);
  unsubscribe();
  client.become(ada);
  assert.equal(heard.length, 3);
});

test("a token is refreshed when it is due, and not before", async () => {
  const lasting = fakeClient({ signedInAs: ada });
  assert.equal(await lasting.accessToken(), await lasting.accessToken());
  assert.equal(await lasting.idToken(), lasting.session.idToken);
  const first = await lasting.accessToken();
  assert.notEqual(await lasting.accessToken({ minValiditySeconds: Infinity }), first);

  const expiring = fakeClient({ signedInAs: ada, expiresInSeconds: 0 });
  assert.notEqual(await expiring.accessToken(), await expiring.accessToken());
});

test("signing in and out happens on the test's word", async () => {
  const client = fakeClient();
  await client.start();
  const heard = listenTo(client);
  client.become(ada);
  assert.equal(client.session.sub, "ada");
  await client.signOut();
  assert.equal(client.session, null);
  assert.deepEqual(
    heard.map(([type]) => type),
    ["sessionchange", "sessionchange", "signedout"],
  );
});

test("a sign-in is noted and stays pending, as one that leaves the page", async () => {
  const client = fakeClient();
  let ended = false;
  client.signIn({ returnTo: "/reports" }).finally(() => (ended = true));
  await client.start();
  assert.deepEqual(client.signIns, [{ returnTo: "/reports" }]);
  assert.equal(ended, false);
});

test("a popup or the provider's own session signs in whom the test names, or nobody", async () => {
  for (const step of ["signInPopup", "signInSilent"]) {
    const client = fakeClient({ signsInAs: ada });
    const { session } = await client[step]({ loginHint: "ada" });
    assert.equal(session.sub, "ada");
    assert.equal(client.session, session);
    assert.deepEqual(client.signIns, [{ loginHint: "ada" }]);
  }
  await assert.rejects(fakeClient().signInPopup(), { code: "popup_closed" });
  await assert.rejects(fakeClient().signInSilent(), { code: "login_required" });
});

test("one step, or all, fail with the code that the test names", async () => {
  const client = fakeClient({ signedInAs: ada, failing: { userInfo: "token_refused" } });
  const { sub } = (await client.start()).session;
  assert.equal(sub, "ada");
  await assert.rejects(client.userInfo(), { code: "token_refused" });

  client.failWith("network");
  for (const step of [
    "start",
    "signIn",
    "signInPopup",
    "signInSilent",
    "signOut",
    "accessToken",
    "idToken",
    "userInfo",
  ]) {
    const error = await client[step]().catch((reason) => reason);
    assert.ok(error instanceof AuthError, step);
    assert.equal(error.code, "network");
    assert.equal(error.kind, "network");
  }
  client.failWith({});
  client.become(ada);
  assert.equal((await client.userInfo()).email, "ada@example.com");
});

test("a fault of the network leaves the session, and a refusal ends it", async () => {
  const client = fakeClient({ signedInAs: ada, failing: { accessToken: "network" } });
  await client.start();
  const heard = listenTo(client);
  await assert.rejects(client.accessToken(), { code: "network" });
  assert.equal(client.session.sub, "ada");
  client.failWith({ accessToken: "session_ended" });
  await assert.rejects(client.accessToken(), { code: "session_ended" });
  assert.equal(client.session, null);
  assert.deepEqual(heard, [
    ["refresherror", "network"],
    ["sessionchange", undefined],
    ["signedout", undefined],
    ["refresherror", "session_ended"],
  ]);
});

test("a request is answered by the test, and carries the token", async () => {
  const client = fakeClient({
    signedInAs: ada,
    fetch: ({ url, headers }) => Response.json([url, headers.get("authorization")]),
  });
  const answer = await (await client.fetch("/api/users")).json();
  const token = await client.accessToken();
  assert.deepEqual(answer, ["http://localhost/api/users", `Bearer ${token}`]);
  await assert.rejects(fakeClient({ signedInAs: ada }).fetch("/api"), /option `fetch`/);
});

/** A client on whose requests it is noted where they went, and with what; and the answer to each. */
function fetching(options, answer = () => new Response("")) {
  const seen = [];
  const fetch = async (request) => {
    seen.push([request.url, request.headers.get("authorization"), await request.text()]);
    return answer(request);
  };
  return { client: fakeClient({ signedInAs: ada, fetch, ...options }), seen };
}

test("a request to an origin that is not allowed goes without the token", async () => {
  const { client, seen } = fetching({ allowedOrigins: ["https://api.test", "no origin"] });
  await client.fetch("https://evil.test/");
  await client.fetch("https://api.test.evil.test/");
  await client.fetch("/api");
  await client.fetch("https://api.test/users");
  assert.deepEqual(
    seen.map(([, authorization]) => authorization),
    [null, null, null, `Bearer ${client.session.accessToken}`],
  );

  const unsaid = fetching();
  await unsaid.client.fetch("https://api.test/");
  assert.deepEqual(unsaid.seen, [["https://api.test/", null, ""]]);
});

test("a request elsewhere needs nobody signed in, and one with the token does", async () => {
  const { client, seen } = fetching({ signedInAs: undefined });
  await client.fetch("https://other.test/");
  assert.equal(seen.length, 1);
  await assert.rejects(client.fetch("/api"), { code: "login_required" });
  assert.equal(seen.length, 1);
});

test("the ID token is sent where that is the bearer", async () => {
  const { client, seen } = fetching({ bearer: "id_token" });
  await client.fetch("/api");
  assert.equal(seen[0][1], `Bearer ${client.session.idToken}`);
});

test("a 401 is tried once more with a renewed token, and the same body", async () => {
  const answers = [401, 200];
  const { client, seen } = fetching({}, () => new Response("", { status: answers.shift() }));
  const { accessToken } = (await client.start()).session;
  const response = await client.fetch("/api", { method: "POST", body: "hello" });
  assert.equal(response.status, 200);
  assert.notEqual(client.session.accessToken, accessToken);
  assert.deepEqual(seen, [
    ["http://localhost/api", `Bearer ${accessToken}`, "hello"],
    ["http://localhost/api", `Bearer ${client.session.accessToken}`, "hello"],
  ]);
});

test("an API that always says 401 is answered, and costs one refresh", async () => {
  const { client, seen } = fetching({}, () => new Response("", { status: 401 }));
  await client.start();
  const heard = listenTo(client);
  for (let times = 0; times < 5; times += 1) {
    assert.equal((await client.fetch("/api")).status, 401);
  }
  assert.equal(heard.length, 1);
  assert.equal(seen.length, 6);
});

test("a 401 is the caller's where there is no other token to be had", async () => {
  const unauthorized = () => new Response("", { status: 401 });
  for (const options of [{ hasRefreshToken: false }, { failing: { refresh: "network" } }]) {
    const { client, seen } = fetching(options, unauthorized);
    assert.equal((await client.fetch("/api")).status, 401);
    assert.equal(seen.length, 1);
    assert.equal(client.session.sub, "ada");
  }
});

test("a request that is given up rejects, though the test does not answer it", async () => {
  const { client } = fetching({}, () => new Promise(() => undefined));
  const giving = new AbortController();
  const reason = new Error("enough");
  const sent = client.fetch("/api", { signal: giving.signal });
  giving.abort(reason);
  await assert.rejects(sent, reason);
});

test("a failing refresh leaves a token that is good, and is told", async () => {
  const client = fakeClient({ signedInAs: ada, failing: { refresh: "network" } });
  const { accessToken } = (await client.start()).session;
  assert.equal(await client.accessToken(), accessToken);
  const heard = listenTo(client);
  await assert.rejects(client.accessToken({ minValiditySeconds: Infinity }), { code: "network" });
  assert.equal(client.session.accessToken, accessToken);
  client.failWith({ refresh: "session_ended" });
  await assert.rejects(client.idToken({ minValiditySeconds: Infinity }), { code: "session_ended" });
  assert.equal(client.session, null);
  assert.deepEqual(heard, [
    ["refresherror", "network"],
    ["sessionchange", undefined],
    ["signedout", undefined],
    ["refresherror", "session_ended"],
  ]);

  const over = fakeClient({
    signedInAs: ada,
    expiresInSeconds: 0,
    failing: { refresh: "network" },
  });
  await assert.rejects(over.accessToken(), { code: "network" });
  assert.equal(over.session.sub, "ada");
});

test("a session without a refresh token ends with its tokens", async () => {
  const lasting = fakeClient({ signedInAs: ada, hasRefreshToken: false });
  const { accessToken } = (await lasting.start()).session;
  assert.equal(await lasting.accessToken({ minValiditySeconds: Infinity }), accessToken);

  const over = fakeClient({ signedInAs: ada, hasRefreshToken: false, expiresInSeconds: 0 });
  const reasons = reasonsOf(over);
  await assert.rejects(over.accessToken(), { code: "login_required" });
  assert.equal(over.session, null);
  assert.deepEqual(reasons, ["expired"]);
});

test("what ends a session is told with its reason, once", async () => {
  const client = fakeClient({ signedInAs: ada });
  await client.start();
  const reasons = reasonsOf(client);
  await client.signOut();
  client.become(null);
  client.become(ada);
  client.end("expired");
  client.become(ada);
  client.failWith({ accessToken: "session_ended" });
  await assert.rejects(client.accessToken(), { code: "session_ended" });
  client.end("ended");
  assert.deepEqual(reasons, ["signed_out", "expired", "ended"]);
});

test("what an API says of a token ends no session", async () => {
  const client = fakeClient({ signedInAs: ada });
  await client.start();
  const heard = listenTo(client);
  client.failWith({ userInfo: "token_refused", fetch: "step_up_required" });
  await assert.rejects(client.userInfo(), { code: "token_refused" });
  await assert.rejects(fetching({ failing: { fetch: "step_up_required" } }).client.fetch("/api"), {
    code: "step_up_required",
  });
  assert.deepEqual(heard, []);
  client.failWith({ userInfo: "session_ended" });
  await assert.rejects(client.userInfo(), { code: "session_ended" });
  assert.equal(client.session, null);
});

test("a sign-out that the provider's page fails is done, and one that nothing could be done for is not", async () => {
  for (const [code, isOver] of [
    ["network", true],
    ["invalid_config", true],
    ["storage_blocked", false],
  ]) {
    const client = fakeClient({ signedInAs: ada, failing: { signOut: code } });
    await client.start();
    await assert.rejects(client.signOut(), { code });
    assert.equal(client.session === null, isOver, code);
  }
});

test("nothing changes after close, whatever is called", async () => {
  const { client, seen } = fetching({ signsInAs: { sub: "bob" } });
  const { session } = await client.start();
  const heard = listenTo(client);
  client.close();
  for (const call of [
    () => client.start(),
    () => client.handleCallback("https://app.test/?code=1"),
    () => client.signIn(),
    () => client.signInPopup(),
    () => client.signInSilent(),
    () => client.signOut(),
    () => client.accessToken(),
    () => client.idToken(),
    () => client.userInfo(),
    () => client.fetch("https://other.test/"),
  ]) {
    await assert.rejects(call, { code: "client_closed", kind: "session" });
  }
  client.become(null);
  client.become({ sub: "bob" });
  client.refresh();
  client.end("ended");
  assert.equal(client.session, session);
  assert.deepEqual([heard, seen, client.signIns], [[], [], []]);

  const early = fakeClient({ signedInAs: ada });
  early.close();
  await assert.rejects(early.start(), { code: "client_closed" });
  assert.equal(early.session, null);
});

test("the path to return to is given once for all calls of start that run", async () => {
  const client = fakeClient({ signedInAs: ada, returnTo: "/reports" });
  const both = await Promise.all([client.start(), client.start()]);
  assert.deepEqual(
    both.map(({ returnTo }) => returnTo),
    ["/reports", "/reports"],
  );
  assert.equal((await client.start()).returnTo, null);
});

test("a start that failed can still be tried again for its path", async () => {
  const client = fakeClient({ returnTo: "/reports", failing: { start: "network" } });
  await assert.rejects(client.start(), { code: "network" });
  client.failWith({});
  assert.equal((await client.start()).returnTo, "/reports");
});

test("nobody can put themselves into a group of a fake session", async () => {
  const { session } = await fakeClient({ signedInAs: { ...ada, groups: ["readers"] } }).start();
  assert.throws(() => session.claims.groups.push("admins"), TypeError);
});

test("an abort rejects with its reason, and a closed client says so", async () => {
  const client = fakeClient({ signedInAs: ada });
  const reason = new Error("enough");
  await assert.rejects(client.accessToken({ signal: AbortSignal.abort(reason) }), reason);
  client.close();
  await assert.rejects(client.accessToken(), { code: "client_closed" });
});

test("every code has the kind that the core gives it", async () => {
  const source = await readFile(new URL("../src/error.rs", import.meta.url), "utf8");
  const codes = [...source.matchAll(/\w+ = "([a-z_]+)" in (\w+);/g)];
  assert.ok(codes.length > 40);
  for (const [, code, kind] of codes) {
    const { kind: given } = await fakeClient({ failing: code })
      .start()
      .catch((error) => error);
    assert.equal(given, kind.replace(/\B[A-Z]/g, "_$&").toLowerCase(), code);
  }
});
