import assert from "node:assert/strict";
import { clientId, subject } from "./provider.js";
import { forget, openCallback, optionsOf, signOut, visit } from "./visit.js";

/**
 * Plays one case in a tab, and holds what came of it against what the case expects.
 *
 * @param {import("./cases/index.js").Case} one
 */
export async function play(one, { tab, pages, provider }) {
  const { does, other, client, signIn, then, expects } = one;
  const issuer = provider.open(does);
  if (other) issuer.other = provider.open(other);
  const options = optionsOf(pages, issuer, typeof client === "function" ? client(issuer, pages) : client);
  const steps = one.steps ?? ["start", "userInfo"];
  const answeredBy = one.answeredBy && optionsOf(pages, issuer.other, one.answeredBy(pages));

  await forget(tab, pages);
  let outcome = await visit(tab, pages, { options, signIn, steps, answeredBy });
  if (then) {
    assertSignedIn(outcome, issuer);
    outcome = await {
      signInAgain: () => visit(tab, pages, { options, signIn, steps }),
      openCallbackAgain: () => openCallback(tab, issuer.honestCallback, options, steps),
      signOut: () => signOut(tab, options),
    }[then]();
  }

  assert.equal(outcome.polluted, false, "no prototype was changed");
  assert.deepEqual(issuer.unforeseen(), [], "nothing was asked for but the endpoints");
  if (expects.signedIn) assertSignedIn(outcome, issuer);
  else if (expects.signedOut) assertNobody(outcome, issuer);
  else assertRefused(outcome, issuer, expects);

  if (expects.code && expects.pending) {
    assertSignedIn(await openCallback(tab, issuer.honestCallback, options, steps), issuer);
  }
  return { outcome, issuer, options };
}

function assertSignedIn({ code, at, message, session, userInfo }, issuer) {
  assert.deepEqual({ code, at, message }, { code: undefined, at: undefined, message: undefined });
  assert.equal(session.sub, subject);
  assert.equal(session.claims.iss, issuer.url);
  assert.ok([session.claims.aud].flat().includes(clientId));
  assert.equal(userInfo.sub, subject);
  // RFC 6750 §2: in the header, and nowhere else.
  const { authorization, parameters } = issuer.asked("userinfo").at(-1);
  assert.equal(authorization, `Bearer ${session.accessToken}`);
  assert.equal(parameters.toString(), "");
}

/** Nobody is signed in, and nothing is left to sign in with. */
function assertNobody({ code, session, stored }, issuer) {
  assert.equal(code, undefined);
  assert.equal(session, null);
  assertNothingKept(stored, issuer.sentTokens());
}

function assertRefused({ code, at, message, session, stored }, issuer, expects) {
  const expectedAt = expects.at ?? "start";
  assert.deepEqual({ code, at }, { code: expects.code, at: expectedAt });
  const sent = issuer.sentTokens();
  for (const token of sent) assert.ok(!message.includes(token), "no token is in the message");

  if (expectedAt === "signIn") {
    assert.deepEqual(issuer.asked("authorization"), [], "the page was not left");
    assert.deepEqual(stored, {});
  }
  if (expectedAt === "signIn" || expectedAt === "start") {
    assert.equal(session, null);
    assertNothingKept(stored, sent);
    assert.deepEqual(issuer.asked("userinfo"), []);
    const wasExchanged = expectedAt === "start" && !expects.pending;
    assert.ok(issuer.asked("token").length <= (wasExchanged ? 1 : 0), "the code is sent once");
    if (expects.pending) assert.ok(Object.values(stored).some(isPending), "it goes on waiting");
  } else {
    assertStands(session, stored, issuer);
  }
}

/** The session is what the first, honest answer made it. */
function assertStands(session, stored, issuer) {
  const [first, ...later] = issuer.sent.filter(({ endpoint }) => endpoint === "token");
  assert.equal(session.sub, subject);
  assert.equal(session.idToken, first.body.id_token);
  assert.equal(session.accessToken, first.body.access_token);
  const unwanted = later.flatMap(({ body }) => [body?.id_token, body?.access_token]);
  assertKept(stored, unwanted.filter(isText), false);
  const bearers = new Set(issuer.asked("userinfo").map(({ authorization }) => authorization));
  assert.ok([...bearers].every((bearer) => bearer === `Bearer ${first.body.access_token}`));
}

function assertNothingKept(stored, tokens) {
  const isSession = (key) => key.startsWith("pkce-wasm/session/");
  assert.deepEqual(Object.keys(stored).filter(isSession), []);
  assertKept(stored, tokens, false);
}

function assertKept(stored, tokens, expected) {
  const texts = Object.values(stored);
  for (const token of tokens) {
    assert.equal(
      texts.some((text) => text.includes(token)),
      expected,
      "a token is stored",
    );
  }
}

const isPending = (record) => record.includes('"transaction/1"');
const isText = (value) => typeof value === "string" && value.length > 0;
