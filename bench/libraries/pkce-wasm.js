import { createClient } from "pkce-wasm";

export function open({ issuer, endpoints, clientId, redirectUri, scope, shared }) {
  const known = endpoints && {
    issuer,
    authorization: endpoints.authorization_endpoint,
    token: endpoints.token_endpoint,
    jwks: endpoints.jwks_uri,
  };
  const client = createClient({
    ...(known ? { endpoints: known } : { issuer }),
    clientId,
    redirectUri,
    scope,
    store: shared ? "local" : "session",
  });
  return {
    load: () => client.start(),
    signIn: () => client.signIn(),
    callback: async () => {
      await client.start();
      return client.accessToken();
    },
    restore: async () => {
      await client.start();
      return client.accessToken();
    },
    token: () => client.accessToken(),
    finish: (url) => client.handleCallback(url),
    refresh: () => client.accessToken({ minValiditySeconds: Infinity }),
  };
}
