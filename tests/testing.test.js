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

test("a session does not spill its tokens, and its ID token says who it is about", async () => {
  const { session } = await fakeClient({ signedInAs: { ...ada, name: "Ada Lövelace 🦊" } }).start();
  assert.ok(Object.isFrozen(session) && Object.isFrozen(session.claims));
  const shown = [session, Object.getOwnPropertyDescriptors(session)];
  assert.ok(!JSON.stringify(shown).includes(session.accessToken));
  const [, payload] = session.idToken.split(".");
  assert.deepEqual(JSON.parse(Buffer.from(payload, "base64url")), { ...session.claims });
});

test("a callback gives the path that the sign-in began on", async () => {
  const client = fakeClient({ signedInAs: ada, returnTo: "/reports" });
  assert.equal((await client.start()).returnTo, "/reports");
  assert.equal((await client.handleCallback("https://app.test/?code=1")).returnTo, "/reports");
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
