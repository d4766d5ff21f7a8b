import { createRemoteJWKSet, errors, jwtVerify } from "jose";
import { jwtPrincipalClaims, principalDomain } from "./openmetadata-config.js";

/**
 * A protected API as OpenMetadata's: it accepts the ID tokens and the access tokens of one client
 * and answers with the user they stand for.
 *
 * @param {object} options
 * @param {string} options.issuer
 * @param {string} options.clientId
 * @param {() => Promise<import("jose").JWTVerifyGetKey>} [options.readKeySet] the issuer's keys, where
 *   they are not to be asked for
 * @returns {(authorization?: string) => Promise<{ status: number, headers?: object, body: object }>}
 */
export function createResourceServer({
  issuer,
  clientId,
  readKeySet = () => remoteKeySet(issuer),
}) {
  let keySet;

  async function verify(token) {
    keySet ??= await readKeySet();
    const { payload } = await jwtVerify(token, keySet, { issuer, algorithms: ["RS256"] });
    // Cognito's access tokens name their client in client_id and have no aud.
    const audience = [payload.aud ?? payload.client_id].flat();
    if (!audience.includes(clientId)) {
      throw new errors.JWTClaimValidationFailed("the token was made for another client", payload);
    }
    return payload;
  }

  return async function loggedInUser(authorization) {
    const token = /^Bearer +([^ ]+)$/i.exec(authorization ?? "")?.[1];
    if (!token) return unauthorized("Bearer", "No bearer token was sent.");
    try {
      return { status: 200, body: userOf(await verify(token)) };
    } catch (error) {
      if (!isAboutTheToken(error)) {
        return {
          status: 503,
          body: { code: 503, message: `The keys of ${issuer} cannot be read: ${error.message}` },
        };
      }
      const description = error.message.replace(/["\\]|[^\x20-\x7e]/g, "'");
      return unauthorized(
        `Bearer error="invalid_token", error_description="${description}"`,
        error.message,
      );
    }
  };
}

async function remoteKeySet(issuer) {
  const response = await fetch(`${issuer}/.well-known/openid-configuration`);
  if (!response.ok) throw new Error(`discovery answered ${response.status}`);
  const { jwks_uri } = await response.json();
  // A local provider makes new keys whenever it starts: look again at every unknown key.
  return createRemoteJWKSet(new URL(jwks_uri), { cooldownDuration: 0 });
}

/** A failure to get the keys says nothing about the token: the client must not drop it for that. */
function isAboutTheToken(error) {
  const aboutTheKeys = ["ERR_JWKS_TIMEOUT", "ERR_JWKS_INVALID", "ERR_JOSE_GENERIC"];
  return error instanceof errors.JOSEError && !aboutTheKeys.includes(error.code);
}

function unauthorized(challenge, message) {
  return {
    status: 401,
    headers: { "WWW-Authenticate": challenge },
    body: { code: 401, message },
  };
}

function userOf(claims) {
  const principal = jwtPrincipalClaims.map((claim) => claims[claim]).find(Boolean);
  if (!principal) throw new errors.JWTClaimValidationFailed("the token names no user", claims);
  const [name, domain = principalDomain] = String(principal).split("@");
  return {
    id: claims.sub,
    name,
    displayName: claims.name ?? name,
    email: `${name}@${domain}`,
  };
}
