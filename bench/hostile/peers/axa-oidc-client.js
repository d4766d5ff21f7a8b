import { OidcClient } from "@axa-fr/oidc-client";

export function open({ issuer, clientId, redirectUri, postLogoutRedirectUri }) {
  // Without its service worker, which is optional.
  const client = OidcClient.getOrCreate(() => fetch)({
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: "openid offline_access",
    authority: issuer,
  });
  return {
    signIn: ({ acrValues, maxAge }) =>
      client.loginAsync("/", {
        ...(acrValues && { acr_values: acrValues }),
        ...(maxAge && { max_age: String(maxAge) }),
      }),
    callback: async () => {
      await client.tryKeepExistingSessionAsync();
      if (!client.tokens) await client.loginCallbackAsync();
    },
    session: () => {
      const { tokens } = client;
      return tokens ? { sub: tokens.idTokenPayload?.sub, accessToken: tokens.accessToken } : null;
    },
    userInfo: () => client.userInfoAsync(),
    refresh: () => client.renewTokensAsync(),
    signOut: () => client.logoutAsync(postLogoutRedirectUri),
    signedOut: () => client.tryKeepExistingSessionAsync(),
  };
}
