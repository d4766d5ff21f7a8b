// The provider's metadata and its keys, held against what the core takes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { examine } from "../../command/doctor/run.js";
import { html, json, jwk, saidBy, startProvider } from "./provider.js";
import { complains, isWell, startWorld } from "./world.js";

const rsa = (bits, members) => jwk("rsa", { modulusLength: bits }, members);
const elliptic = (namedCurve, members) => jwk("ec", { namedCurve }, members);
const edwards = (members) => jwk("ed25519", undefined, members);

async function startKeys(t) {
  const provider = await startProvider(t);
  /** The provider with these keys, which announces these algorithms, or none. */
  const withKeys = (keys, algorithms) => {
    provider.keys = keys;
    provider.metadata = { id_token_signing_alg_values_supported: algorithms };
    return provider.options;
  };
  return { provider, withKeys };
}

test("keys that the core verifies with are not complained of", async (t) => {
  const { withKeys } = await startKeys(t);
  for (const [keys, algorithms] of [
    [[rsa(2048)]],
    [[rsa(2048, { alg: "PS384" })], ["PS384"]],
    [[rsa(2048, { alg: "RS256", use: undefined, key_ops: ["verify"] })], ["RS256"]],
    [[elliptic("P-256")], ["ES256"]],
    [[elliptic("P-384", { alg: "ES384" })], ["ES384"]],
    [[elliptic("P-521", { alg: "ES512" })], ["ES512"]],
    [
      [elliptic("P-256"), rsa(1024)],
      ["ES256", "RS256"],
    ],
    // What signs for this client only the provider's settings say.
    [
      [rsa(2048, { alg: "RS256" }), edwards({ alg: "EdDSA" })],
      ["RS256", "EdDSA"],
    ],
    [[rsa(2048, { alg: "RS256" }), edwards({ alg: "EdDSA" })]],
  ]) {
    await isWell(withKeys(keys, algorithms));
  }
  const { findings } = await isWell(
    withKeys([rsa(2048, { alg: "RS256" }), edwards({ alg: "EdDSA" }), rsa(2048, { use: "enc" })]),
  );
  assert.deepEqual(saidBy(findings, "keys"), [
    "ok: 2 of 3 keys can verify ID tokens: RS256, EdDSA.",
  ]);
});

test("a key set of which no key can verify an ID token", async (t) => {
  const { withKeys } = await startKeys(t);
  for (const [keys, algorithms] of [
    [[]],
    [[rsa(2048, { use: "enc" })]],
    [[rsa(2048, { use: undefined, key_ops: ["encrypt"] })]],
    [[rsa(2048, { alg: "RSA-OAEP" })]],
    [[{ ...rsa(2048), d: "AQAB" }]],
    [[elliptic("secp256k1")]],
    [[jwk("ed448")]],
    [[{ kty: "oct", k: "c2VjcmV0", use: "sig" }]],
    [[{ kty: "RSA", e: "AQAB", use: "sig" }]],
    // Of another algorithm than those that ID tokens are signed with.
    [[elliptic("P-256")], ["RS256"]],
    [[rsa(2048, { alg: "RS256" })], ["PS256", "ES256"]],
    [[edwards()], ["RS256"]],
    [[rsa(2048, { alg: "ES256" })], ["ES256"]],
    [[edwards({ alg: "ES256" })]],
  ]) {
    const options = withKeys(keys, algorithms);
    await complains(options, "keys", "id_token_key", /none can verify an ID token\. /);
  }
});

test("an RSA key of less than 2048 bits is said to be short, however it is written", async (t) => {
  const { withKeys } = await startKeys(t);
  const short = rsa(2040);
  const padded = Buffer.concat([Buffer.alloc(8), Buffer.from(short.n, "base64url")]);
  for (const key of [rsa(1024), short, { ...short, n: padded.toString("base64url") }]) {
    await complains(withKeys([key]), "keys", "id_token_key", /less than 2048 bits are refused/);
  }
});

test("keys of Ed25519 alone are not for older browsers", async (t) => {
  const { withKeys } = await startKeys(t);
  for (const [keys, algorithms] of [
    [[edwards({ alg: "EdDSA" })], ["EdDSA"]],
    [[edwards({ alg: "Ed25519" })], ["EdDSA"]],
    [[edwards(), rsa(2048, { alg: "RS256" })], ["Ed25519"]],
  ]) {
    const { findings } = await examine(withKeys(keys, algorithms));
    assert.deepEqual(
      findings
        .filter(({ verdict }) => /failed|warning/.test(verdict))
        .map(({ check, code }) => [check, code]),
      [["keys", "id_token_algorithm"]],
    );
    assert.match(saidBy(findings, "keys").join(), /Chrome and Edge .* 137/);
  }
});

test("what is no key set", async (t) => {
  const { provider } = await startKeys(t);
  for (const its of [json({ keys: {} }), json([]), json({ keys: [] }, 500), html("<p>Keys")]) {
    provider.answers["/keys"] = () => its;
    const { findings } = await examine(provider.options);
    const [failed] = findings.filter(({ verdict }) => verdict === "failed");
    assert.deepEqual([failed.check, failed.code], ["keys", "response_invalid"]);
    assert.match(failed.evidence, /and no key set/);
  }
});

test("metadata whose algorithms no browser verifies, and without PKCE by S256", async (t) => {
  const provider = await startProvider(t);
  for (const algorithms of [["HS256"], ["none", "ES256K"]]) {
    provider.metadata = { id_token_signing_alg_values_supported: algorithms };
    const words = new RegExp(`signed with ${algorithms.join(", ")} only`);
    await complains(provider.options, "discovery", "id_token_algorithm", words);
  }
  for (const methods of [["plain"], []]) {
    provider.metadata = { code_challenge_methods_supported: methods };
    await complains(provider.options, "discovery", "pkce_unsupported", /Turn PKCE with S256 on/);
  }
  provider.metadata = { dpop_signing_alg_values_supported: ["ES256"] };
  const { findings } = await isWell(provider.options);
  assert.ok(
    saidBy(findings, "discovery").includes(
      "ok: It announces PKCE with S256, DPoP, a logout page, revocation.",
    ),
  );
});

test("endpoints in the options are compared with those that the provider announces", async (t) => {
  const provider = await startProvider(t);
  const { issuer, options } = provider;
  const endpoints = {
    issuer,
    authorization: `${issuer}/authorize`,
    token: `${issuer}/token`,
    jwks: `${issuer}/keys`,
  };
  const given = { ...options, issuer: undefined, endpoints };
  await isWell(given);
  await isWell({ ...given, endpoints: { ...endpoints, revocation: undefined } });
  const unset = await isWell({ ...options, endpoints: { revocation: undefined } });
  assert.match(saidBy(unset.findings, "cross-origin").join(), /may revoke tokens/);
  const elsewhere = { ...endpoints, userinfo: `${issuer}/revoke` };
  const { findings } = await examine({ ...given, endpoints: elsewhere });
  assert.match(
    saidBy(findings, "discovery").join(),
    /^warning: The option endpoints\.userinfo is .*\/revoke, and the provider says .*\/userinfo\./,
  );
  provider.metadata = { issuer: "https://id.example.org" };
  await complains(given, "discovery", "id_token_issuer", /issuer is "https:\/\/id\.example\.org"/);
  provider.answers["/.well-known/openid-configuration"] = () => html("", 404);
  const { findings: without } = await examine(given);
  assert.match(saidBy(without, "discovery").join(), /^warning: There are no metadata .* 404/);
});

test("a wrong Region is named, in the pool's ID and in the issuer's host", async (t) => {
  const { options } = await startWorld(t);
  const issuer = options.issuer.replace("us-east-1_", "eu-west-1_");
  const wrong = { ...options, issuer, provider: "cognito" };
  await complains(wrong, "discovery", "response_invalid", /its region are right/);
  const aws = atPool("https://cognito-idp.eu-west-1.amazonaws.com/us-east-1_QwErTy789");
  aws.answer = () => json({ message: "User pool us-east-1_QwErTy789 does not exist." }, 400);
  const { findings } = await aws.examine();
  const [failed] = findings.filter(({ verdict }) => verdict === "failed");
  assert.match(failed.fix, /eu-west-1 in its host, and us-east-1 in the pool/);
  aws.options.issuer = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_QwErTy789";
  const { findings: same } = await aws.examine();
  assert.doesNotMatch(same.find(({ verdict }) => verdict === "failed").fix, /in its host/);
});

test("ID tokens may have either name of a pool in a second Region, and metadata the one that is asked for", async (t) => {
  const hosts = [
    "cognito-idp.us-east-1.amazonaws.com",
    "cognito-idp.eu-west-1.amazonaws.com",
    "issuer-cognito-idp.us-east-1.amazonaws.com",
  ];
  for (const host of hosts) {
    const issuer = `https://${host}/us-east-1_QwErTy789`;
    for (const its of hosts) {
      const aws = atPool(issuer);
      aws.announced = `https://${its}/us-east-1_QwErTy789`;
      assert.deepEqual(await aws.discovery(), [its === host ? "ok" : "failed"]);
      aws.options = { ...aws.options, issuer: undefined, endpoints: aws.endpoints };
      assert.deepEqual(await aws.discovery(), ["ok"], `${issuer} ${aws.announced}`);
    }
  }
  for (const announced of [
    "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Another99",
    "https://cognito-idp.us-east-1.example.org/us-east-1_QwErTy789",
  ]) {
    const aws = atPool("https://cognito-idp.us-east-1.amazonaws.com/us-east-1_QwErTy789");
    aws.announced = announced;
    assert.deepEqual(await aws.discovery(), ["failed"]);
    aws.options = { ...aws.options, issuer: undefined, endpoints: aws.endpoints };
    assert.deepEqual(await aws.discovery(), ["failed"]);
  }
});

/** A pool at Amazon's own hosts, which nobody asks: the answers are the test's. */
function atPool(issuer) {
  const domain = "https://orders.auth.us-east-1.amazoncognito.com";
  const pool = {
    options: { issuer, clientId: "orders", redirectUri: "https://orders.example.org/in" },
    announced: issuer,
    endpoints: {
      issuer,
      authorization: `${domain}/oauth2/authorize`,
      token: `${domain}/oauth2/token`,
      jwks: `${issuer}/.well-known/jwks.json`,
    },
    answer: () =>
      json({
        issuer: pool.announced,
        authorization_endpoint: pool.endpoints.authorization,
        token_endpoint: pool.endpoints.token,
        jwks_uri: pool.endpoints.jwks,
        response_types_supported: ["code"],
      }),
    examine: () => examine(pool.options, { requests: { sent: [], ask } }),
    discovery: async () =>
      (await pool.examine()).findings
        .filter(({ check }) => check === "discovery")
        .map(({ verdict }) => verdict),
  };
  const ask = async (url) => {
    if (!/openid-configuration$/.test(url)) throw { code: "network", message: "No.", fix: "None." };
    const { status, headers, body: text } = pool.answer();
    return { status, headers: new Headers(headers), bytes: Buffer.from(text), text, at: 0 };
  };
  return pool;
}
