/**
 * The answer of an OpenMetadata server to `GET /api/v1/system/config/auth`, for a public client of
 * a Cognito user pool.
 *
 * @param {{ issuer: string, clientId: string, callbackUrl: string }} options
 */
export function openMetadataConfig({ issuer, clientId, callbackUrl }) {
  return {
    provider: "aws-cognito",
    providerName: "",
    clientType: "public",
    responseType: "code",
    publicKeyUrls: [`${issuer}/.well-known/jwks.json`],
    tokenValidationAlgorithm: "RS256",
    authority: issuer,
    clientId,
    callbackUrl,
    jwtPrincipalClaims,
    jwtPrincipalClaimsMapping: [],
    enableSelfSignup: true,
    ldapConfiguration: null,
    samlConfiguration: null,
    oidcConfiguration: null,
  };
}

/** The claims that may name the user, in the order in which OpenMetadata tries them. */
export const jwtPrincipalClaims = ["email", "preferred_username", "sub"];

/** The domain of a user whose claim is no e-mail address. */
export const principalDomain = "localhost";
