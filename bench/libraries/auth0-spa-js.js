import { Auth0Client } from "@auth0/auth0-spa-js";

export function open({ issuer, clientId, redirectUri, scope }) {
  // Its default is memory, where no reload finds a session without asking the provider in a frame.
  const client = new Auth0Client({
    domain: issuer,
    clientId,
    cacheLocation: "localstorage",
    useRefreshTokens: true,
    authorizationParams: { redirect_uri: redirectUri, scope },
  });
  return {
    signIn: () => client.loginWithRedirect(),
    callback: async () => {
      await client.handleRedirectCallback();
      return client.getTokenSilently();
    },
    restore: () => client.getTokenSilently(),
    token: () => client.getTokenSilently(),
    refresh: () => client.getTokenSilently({ cacheMode: "off" }),
  };
}
