import type { Claims, Session } from "../types/session.js";

/** A session as the real client makes it. Its ID token says who it is about, and nobody signed it. */
export function fakeSession<C extends Claims>(
  given: Partial<C>,
  { number, expiresInSeconds }: { number: number; expiresInSeconds: number },
): Session<C> {
  const iat = Math.floor(Date.now() / 1000);
  const made = {
    iss: "https://issuer.test",
    aud: "fake-client",
    sub: "fake-user",
    iat,
    exp: iat + expiresInSeconds,
    ...given,
  };
  // As out of a token: what JSON cannot hold is not there, and nobody can change the rest.
  const claims = JSON.parse(JSON.stringify(made), (_, value: unknown) => Object.freeze(value)) as C;
  const session = {
    claims,
    sub: claims.sub,
    expiresAt: Date.now() + expiresInSeconds * 1000,
    scope: "openid email profile",
  };
  const accessToken = `fake-access-token-${number}`;
  const idToken = `${encoded({ alg: "none" })}.${encoded(claims)}.`;
  const hidden = { accessToken: { get: () => accessToken }, idToken: { get: () => idToken } };
  return Object.freeze(Object.defineProperties(session, hidden)) as Session<C>;
}

/** JSON in base64url: RFC 7515 §2. In ASCII, for test environments that have no `TextEncoder`. */
function encoded(value: object): string {
  const ascii = JSON.stringify(value).replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return btoa(ascii).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
