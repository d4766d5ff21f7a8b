import { Auth0Client } from "@auth0/auth0-spa-js";

export function open({ issuer, clientId, redirectUri, request }) {
  // Its worker wants the provider at the root of an origin, and its frame Auth0's own answers.
  const client = new Auth0Client({
    domain: issuer.replace(/\/$/, ""),
    clientId,
    cacheLocation: "localstorage",
    useRefreshTokens: true,
    // Here, as it checks max_age only where it was given here.
    authorizationParams: {
      redirect_uri: redirectUri,
      acr_values: request.acrValues,
      max_age: request.maxAge,
    },
  });
  return {
    signIn: () => client.loginWithRedirect(),
    callback: () => client.handleRedirectCallback(),
    session: async () => {
      const claims = await client.getIdTokenClaims();
      return claims && { sub: claims.sub, accessToken: await client.getTokenSilently() };
    },
    refresh: () => client.getTokenSilently({ cacheMode: "off" }),
  };
}
