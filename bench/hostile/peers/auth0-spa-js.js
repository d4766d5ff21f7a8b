import { Auth0Client } from "@auth0/auth0-spa-js";

export function open({ issuer, clientId, redirectUri }) {
  // Its worker wants the provider at the root of an origin, and its frame Auth0's own answers.
  const client = new Auth0Client({
    domain: issuer.replace(/\/$/, ""),
    clientId,
    cacheLocation: "localstorage",
    useRefreshTokens: true,
    authorizationParams: { redirect_uri: redirectUri },
  });
  return {
    signIn: ({ acrValues, maxAge }) =>
      client.loginWithRedirect({
        authorizationParams: { acr_values: acrValues, max_age: maxAge },
      }),
    callback: () => client.handleRedirectCallback(),
    session: async () => {
      const claims = await client.getIdTokenClaims();
      return claims && { sub: claims.sub, accessToken: await client.getTokenSilently() };
    },
    refresh: () => client.getTokenSilently({ cacheMode: "off" }),
  };
}
