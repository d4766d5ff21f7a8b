import assert from "node:assert/strict";
import { clientId, subject } from "./provider.js";
import * as inBrowser from "./visit.js";

/**
 * Plays one case in a tab, or in what `by` has in its place, and holds what came of it against what
 * the case expects.
 *
 * @param {import("./cases/index.js").Case} one
 */
export async function play(one, { tab, pages, provider, by = inBrowser }) {
  const { openCallback, signOut, visit } = by;
  const { optionsOf } = inBrowser;
  const { does, other, client, signIn, then, expects } = one;
  const issuer = provider.open(does);
  if (other) issuer.other = provider.open(other);
  const options = optionsOf(
    pages,
    issuer,
    typeof client === "function" ? client(issuer, pages) : client,
  );
  const steps = one.steps ?? ["start", "userInfo"];
  const answeredBy = one.answeredBy && optionsOf(pages, issuer.other, one.answeredBy(pages));

  const signingIn = { options, signIn, steps };
  let outcome = await visit(tab, pages, { ...signingIn, answeredBy, isFirst: true });
  if (then) {
    assertSignedIn(outcome, issuer);
    outcome = await {
      signInAgain: () => visit(tab, pages, signingIn),
      openCallbackAgain: () => openCallback(tab, issuer.honestCallback, options, steps),
      signOut: () => signOut(tab, options),
    }[then]();
  }

  assert.equal(outcome.polluted, false, "no prototype was changed");
  for (const { unforeseen } of [issuer, issuer.other].filter(Boolean)) {
    assert.deepEqual(unforeseen, [], "nothing was asked for but the endpoints");
  }
  const referrers = issuer.requests.filter(isOfTheCore).map(({ referrer }) => referrer);
  assert.ok(
    referrers.every((referrer) => referrer === undefined),
    "no request has a referrer",
  );
  assert.ok(codesSent(issuer) <= (then === "signInAgain" ? 2 : 1), "a code is sent once");
  if (expects.signedIn) assertSignedIn(outcome, issuer, expects);
  else if (expects.signedOut) assertSignedOut(outcome, issuer, expects);
  else if (expects.leftAlone) assertNobody(outcome, issuer, expects);
  else assertRefused(outcome, issuer, expects);

  if (expects.pending) {
    assertSignedIn(await openCallback(tab, issuer.honestCallback, options, steps), issuer);
  }
}

/** What a page says of itself when it is left is up to its own policy. */
const isOfTheCore = ({ endpoint }) => endpoint !== "authorization" && endpoint !== "logout";
const codesSent = (issuer) => issuer.asked("token").filter(isForCode).length;
const isForCode = ({ parameters }) => parameters.has("code");

function assertSignedIn({ code, at, message, session, userInfo }, issuer, expects = {}) {
  assert.deepEqual({ code, at, message }, { code: undefined, at: undefined, message: undefined });
  assert.equal(session.sub, subject);
  assert.equal(session.claims.iss, issuer.url);
  assert.ok([session.claims.aud].flat().includes(clientId));
  assert.equal(userInfo.sub, subject);
  if (expects.userInfo) assert.deepEqual(userInfo, expects.userInfo);
  assertGuarded(issuer.asked("authorization").at(-1).parameters);
  // RFC 6750 §2: in the header, and nowhere else.
  const { authorization, parameters } = issuer.asked("userinfo").at(-1);
  assert.equal(authorization, `Bearer ${session.accessToken}`);
  assert.equal(parameters.toString(), "");
}

/** 256 random bits each: RFC 9700 §4.5.3 and §4.7, OpenID Connect Core §15.5.2. */
function assertGuarded(request) {
  const values = ["state", "nonce", "code_challenge"].map((name) => request.get(name));
  for (const value of values) assert.match(value, /^[\w-]{43}$/);
  assert.equal(new Set(values).size, 3);
  assert.equal(request.get("code_challenge_method"), "S256");
}

/** RP-Initiated Logout §2, and nothing stays here. */
function assertSignedOut({ code, session, stored }, issuer, expects) {
  assert.deepEqual({ code, session }, { code: expects.code, session: null });
  assertNothingKept(stored, issuer);
  const { parameters } = issuer.asked("logout").at(-1);
  const { body } = issuer.sent.find(({ endpoint }) => endpoint === "token");
  assert.equal(parameters.get("id_token_hint"), body.id_token);
  assert.equal(issuer.asked("revocation").length, 1);
}

/** Nobody is signed in, no code was sent, and no error was made of it. */
function assertNobody({ code, session, stored }, issuer, { pending }) {
  assert.deepEqual({ code, session }, { code: undefined, session: null });
  assertNothingKept(stored, issuer);
  assert.equal(codesSent(issuer), 0);
  assert.ok(!pending || Object.values(stored).some(isPending), "the sign-in goes on waiting");
}

function assertRefused({ code, at, message, session, stored }, issuer, expects) {
  const expectedAt = expects.at ?? "start";
  assert.deepEqual({ code, at }, { code: expects.code, at: expectedAt }, message);
  for (const token of issuer.sentTokens) {
    assert.ok(!message.includes(token), "no token is in the message");
  }
  if (expectedAt === "signIn") {
    assert.deepEqual(issuer.asked("authorization"), [], "the page was not left");
    assert.deepEqual(stored, {});
  }
  if (expectedAt === "signIn" || expectedAt === "start") {
    assert.equal(session, null);
    assertNothingKept(stored, issuer);
    assert.deepEqual(issuer.asked("userinfo"), []);
    if (expects.pending) assert.equal(codesSent(issuer), 0);
    const isKept = Boolean(expects.pending || expects.passes);
    assert.equal(Object.values(stored).some(isPending), isKept, "whether it goes on waiting");
  } else if (expects.ends) {
    assert.equal(session, null);
    assertNothingKept(stored, issuer);
  } else {
    assertStands(session, stored, issuer, expects);
  }
}

/** The session is what the last answer made it that was to be accepted. */
function assertStands(session, stored, issuer, { renews }) {
  const answers = issuer.sent.filter(({ endpoint }) => endpoint === "token");
  const good = answers.slice(0, renews ? 2 : 1);
  const { access_token: accessToken, id_token: idToken } = good.at(-1).body;
  assert.deepEqual(
    { sub: session.sub, accessToken: session.accessToken, idToken: session.idToken },
    { sub: subject, accessToken, idToken },
  );
  const unwanted = answers
    .slice(good.length)
    .flatMap(({ body }) => [body?.access_token, body?.id_token])
    .filter((token) => typeof token === "string");
  assertNotStored(stored, unwanted);
  const bearers = good.map(({ body }) => `Bearer ${body.access_token}`);
  assert.ok(issuer.asked("userinfo").every(({ authorization }) => bearers.includes(authorization)));
}

function assertNothingKept(stored, issuer) {
  const isSession = (key) => key.startsWith("pkce-wasm/session/");
  assert.deepEqual(Object.keys(stored).filter(isSession), []);
  assertNotStored(stored, issuer.sentTokens);
}

function assertNotStored(stored, tokens) {
  const everything = Object.values(stored).join();
  for (const token of tokens) assert.ok(!everything.includes(token), "no such token is stored");
}

const isPending = (record) => record.includes('"transaction/1"');
