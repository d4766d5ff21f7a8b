import { createRemoteJWKSet, jwtVerify } from "jose";

/**
 * A protected API that takes the access tokens of one client, and answers with their subject.
 *
 * @param {{ issuer: string, clientId: string }} options
 * @returns {(authorization?: string) => Promise<{ status: number, body: object }>}
 */
export function createAccessTokenApi({ issuer, clientId }) {
  const keySet = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
  return async function whoAmI(authorization = "") {
    const token = authorization.replace(/^Bearer /, "");
    try {
      const { payload } = await jwtVerify(token, keySet, { issuer, algorithms: ["RS256"] });
      const { token_use, client_id, sub } = payload;
      // Cognito's access tokens have no aud: the client they were issued to is in client_id.
      if (token_use === "access" && client_id === clientId) return { status: 200, body: { sub } };
      return { status: 403, body: { message: "another kind of token, or another client's" } };
    } catch ({ message }) {
      return { status: 401, body: { message } };
    }
  };
}
