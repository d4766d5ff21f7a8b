import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { format } from "prettier";

const folder = new URL("../tests/fixtures/foreign/", import.meta.url);

/** Where the fixtures say that the two are: the ports of a recording are of no interest. */
const PROVIDER = "http://localhost:9000";
const APPLICATION = "http://localhost:8585";

const ACCESS_TOKEN = "an-access-token";
const CODE = "the-code";

/**
 * Writes what a provider says in one sign-in and one refresh, for `tests/foreign_providers.rs` to play
 * on the core. Secrets are replaced; an ID token is its header and its claims, for the test to sign.
 */
export async function record(provider, user) {
  const { site } = user;
  user.forget();
  site.use({});
  await user.be("signed out");
  const signedInAt = seconds();
  const { callback } = await user.signIn();
  const tokens = await user.tokens();
  const header = decodeProtectedHeader(tokens.id_token);
  const { refreshedAt, refreshed, userInfo } = (await user.session())
    ? await furtherAnswers(user)
    : await refreshWithout(user, tokens);
  for (const name of ["code", "state"]) callback.searchParams.delete(name);
  const { issuer, clientId, redirectUri, scope, endpoints, dpop } = site.options;
  const seen = {
    provider: provider.name,
    version: provider.version,
    options: { issuer, clientId, redirectUri, scope, endpoints, dpop },
    signIn: provider.signInOptions ?? {},
    metadata: site.metadata,
    keys: redactKeys(await (await fetch(endpoints?.jwks ?? site.metadata.jwks_uri)).json(), header),
    callback: Object.fromEntries(callback.searchParams),
    signedInAt,
    tokens: redactTokens(tokens),
    userInfo,
    ...(refreshed && { refreshedAt, refreshed: redactTokens(refreshed) }),
  };
  const text = JSON.stringify(seen)
    .replaceAll(new URL(site.metadata.jwks_uri).origin, PROVIDER)
    .replaceAll(new URL(redirectUri).origin, APPLICATION)
    .replaceAll(tokens.session_state ?? decodeJwt(tokens.id_token).sid ?? "a-session", "a-session");
  await mkdir(folder, { recursive: true });
  const file = new URL(`${provider.name.replace(/[^\w.]+/g, "-")}.json`, folder);
  await writeFile(file, await format(text, { parser: "json", printWidth: 100 }));
}

/** What the provider says to a session's client. */
async function furtherAnswers(user) {
  await user.tab.evaluate(() => client.userInfo());
  const refreshedAt = seconds();
  await user.refresh();
  const exchanges = await user.tab.evaluate(() => window.exchanges);
  const { userinfo_endpoint: endpoint } = user.site.metadata;
  const { body: claims } = exchanges.find(({ url }) => url === endpoint);
  const [refresh] = await user.refreshes();
  const refreshed = refresh && JSON.parse(refresh.body);
  return { refreshedAt, refreshed, userInfo: JSON.parse(claims) };
}

/** The refresh where the client has refused the sign-in's ID token, and so has no session. */
async function refreshWithout({ site }, { refresh_token: refreshToken }) {
  const { clientId, endpoints } = site.options;
  const refreshedAt = seconds();
  const answer = await fetch(endpoints.token, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "refresh_token",
      refresh_token: refreshToken,
      client_id: clientId,
    }),
  });
  return { refreshedAt, refreshed: await answer.json() };
}

const seconds = () => Math.floor(Date.now() / 1000);

/** The key that has signed is for the test to put in. */
function redactKeys({ keys, ...rest }, { kid }) {
  const redacted = keys.map((key) => {
    const isSigner = kid === undefined ? keys.length === 1 : key.kid === kid;
    if (isSigner) for (const name of ["n", "e", "x", "y"]) delete key[name];
    if (key.x5c) key.x5c = ["a-certificate"];
    return { ...key, ...(isSigner && { signs: true }) };
  });
  return { ...rest, keys: redacted };
}

function redactTokens({ id_token: idToken, ...tokens }) {
  tokens.access_token = ACCESS_TOKEN;
  if (tokens.refresh_token) tokens.refresh_token = "a-refresh-token";
  if (idToken === undefined) return tokens;
  const header = decodeProtectedHeader(idToken);
  const claims = decodeJwt(idToken);
  if (claims.at_hash) claims.at_hash = halfHash(header.alg, ACCESS_TOKEN);
  if (claims.c_hash) claims.c_hash = halfHash(header.alg, CODE);
  if (claims.nonce) claims.nonce = "the-nonce";
  return { ...tokens, id_token: { header, claims } };
}

/** OpenID Connect Core §3.1.3.6. */
function halfHash(alg, text) {
  const hash = createHash(`sha${alg.slice(-3)}`)
    .update(text)
    .digest();
  return hash.subarray(0, hash.length / 2).toString("base64url");
}
