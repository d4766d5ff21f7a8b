import { randomBytes } from "node:crypto";

import { exportJWK, generateKeyPair } from "jose";

/**
 * The pool's two RSA keys: one signs ID tokens, the other access tokens.
 * `rotate` replaces both, and the old ones leave the JWKS at once.
 */
export async function createKeys() {
  const keys = {
    idToken: undefined,
    accessToken: undefined,
    jwks: () => ({ keys: [keys.idToken.jwk, keys.accessToken.jwk] }),
    async rotate() {
      [keys.idToken, keys.accessToken] = await Promise.all([createKey(), createKey()]);
    },
  };
  await keys.rotate();
  return keys;
}

async function createKey() {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
  const { e, kty, n } = await exportJWK(publicKey);
  const kid = createKeyId();
  return { kid, privateKey, publicKey, jwk: { alg: "RS256", e, kid, kty, n, use: "sig" } };
}

/**
 * Cognito's key ids are standard base64. Ours always hold all three of `+`, `/` and `=`, so that a
 * client that takes them for base64url, or puts them in a URL unescaped, fails here and not in
 * production.
 */
function createKeyId() {
  for (;;) {
    const kid = randomBytes(32).toString("base64");
    if (kid.includes("+") && kid.includes("/")) return kid;
  }
}
