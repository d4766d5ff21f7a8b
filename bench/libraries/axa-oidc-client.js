import { OidcClient } from "@axa-fr/oidc-client";

export function open({ issuer, endpoints, clientId, redirectUri, scope, shared }) {
  // Without its service worker, which is optional.
  const client = OidcClient.getOrCreate(() => fetch)({
    client_id: clientId,
    redirect_uri: redirectUri,
    scope,
    authority: issuer,
    ...(endpoints && { authority_configuration: { issuer, ...endpoints } }),
    ...(shared && { storage: localStorage }),
  });
  const token = async () => {
    if (!client.tokens) await client.tryKeepExistingSessionAsync();
    return (await client.getValidTokenAsync()).tokens.accessToken;
  };
  return {
    signIn: () => client.loginAsync("/"),
    callback: async () => {
      await client.loginCallbackAsync();
      return client.tokens.accessToken;
    },
    restore: token,
    token,
    refresh: async () => {
      await client.renewTokensAsync();
      return client.tokens.accessToken;
    },
  };
}
