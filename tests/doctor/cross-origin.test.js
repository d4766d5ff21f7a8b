// Whether the page's script may ask, and read: preflights, and endpoints that are none.
import assert from "node:assert/strict";
import { test } from "node:test";
import { examine } from "../../command/doctor/run.js";
import { html, json, saidBy, silence, startProvider } from "./provider.js";
import { complains, isWell } from "./world.js";

const allowing = (headers, { origin = "*", status = 204 } = {}) => ({
  status,
  headers: { "access-control-allow-origin": origin, "access-control-allow-headers": headers },
});

/** What is said to the preflight of one endpoint. */
async function startPreflight(t, path, changes = {}) {
  const provider = await startProvider(t);
  const options = { ...provider.options, ...changes };
  const answer = (its) => {
    provider.answers[path] = (_url, { method }) => (method === "OPTIONS" ? its : undefined);
  };
  return { provider, options, answer };
}

test("UserInfo that the page may not send a token to is something to look at, and no more", async (t) => {
  const { options, answer } = await startPreflight(t, "/userinfo");
  for (const refusing of [
    allowing("content-type"),
    allowing("*"),
    allowing("authorization", { origin: "https://orders.example.org" }),
    allowing("authorization", { status: 302 }),
    html("", 404),
  ]) {
    answer(refusing);
    const { findings } = await examine(options);
    assert.deepEqual(
      findings
        .filter(({ verdict }) => /failed|warning/.test(verdict))
        .map(({ check, code }) => [check, code]),
      [["cross-origin", "network"]],
    );
    assert.match(
      saidBy(findings, "cross-origin").join("\n"),
      /^warning: UserInfo does not let .* authorization/m,
    );
  }
  for (const its of [allowing("Authorization, DPoP"), allowing("*, authorization")]) {
    answer(its);
    await isWell(options);
  }
  for (const its of [html("", 429), html("", 503), silence]) {
    answer(its);
    const { findings } = await isWell(options);
    assert.match(saidBy(findings, "cross-origin").join("\n"), /^skipped: /m);
  }
});

test("a token endpoint that takes no proof from the page ends a sign-in with dpop", async (t) => {
  const { options, answer, provider } = await startPreflight(t, "/token", { dpop: true });
  provider.answers["/userinfo"] = () => allowing("authorization, dpop");
  for (const refusing of [allowing("content-type"), allowing("dpop", { origin: "null" })]) {
    answer(refusing);
    await complains(options, "cross-origin", "network", /token endpoint does not let .* dpop/);
  }
  for (const its of [allowing("DPoP"), allowing("*"), html("", 503)]) {
    answer(its);
    await isWell(options);
  }
  answer(allowing("content-type"));
  await isWell(provider.options);
});

test("UserInfo is sent a proof beside the token where tokens are bound to a key", async (t) => {
  const { options, answer, provider } = await startPreflight(t, "/userinfo", { dpop: true });
  provider.answers["/token"] = (_url, { method }) =>
    method === "OPTIONS" ? allowing("dpop") : undefined;
  answer(allowing("authorization"));
  const { findings } = await examine(options);
  assert.match(saidBy(findings, "cross-origin").join("\n"), /^warning: UserInfo .* it dpop:/m);
  await isWell({ ...options, dpop: "refresh_token" });
  answer(allowing("authorization, *"));
  await isWell(options);
});

test("endpoints that are null are none", async (t) => {
  const provider = await startProvider(t);
  provider.metadata = { userinfo_endpoint: null, revocation_endpoint: null };
  const { findings } = await isWell(provider.options);
  assert.deepEqual(
    saidBy(findings, "cross-origin").map((said) => /^ok: .* may read the metadata/.test(said)),
    [true],
  );
});

test("a revocation endpoint that is no address, is not there, or cannot be read, is something to look at", async (t) => {
  const provider = await startProvider(t);
  const warned = async (words) => {
    const { findings } = await examine(provider.options);
    assert.deepEqual(
      findings.filter(({ verdict }) => /failed|warning/.test(verdict)).map(({ check }) => check),
      ["cross-origin"],
    );
    assert.match(saidBy(findings, "cross-origin").join("\n"), words);
  };
  provider.metadata = { revocation_endpoint: "/revoke" };
  await warned(/^warning: The revocation endpoint "\/revoke" is no address/m);
  provider.metadata = {};
  for (const [its, words] of [
    [html("", 404), /^warning: Tokens cannot be revoked: .* answers 404/m],
    [html("", 503), /^warning: Tokens cannot be revoked: .* answers 503/m],
    [silence, /^warning: Tokens cannot be revoked: /m],
    [html(""), /^warning: .* may revoke tokens, but not read what comes of it/m],
  ]) {
    provider.answers["/revoke"] = () => its;
    await warned(words);
  }
  provider.metadata = { revocation_endpoint: `${provider.issuer}/revoke?key=hushed` };
  provider.answers["/revoke"] = () => html("", 404);
  assert.doesNotMatch(JSON.stringify(await examine(provider.options)), /hushed/);
  provider.metadata = {};
  provider.answers["/revoke"] = () => html("", 429);
  await isWell(provider.options);
  provider.answers["/revoke"] = () => json({ error: "unsupported_token_type" }, 400);
  await isWell(provider.options);
});
