import { createClient } from "pkce-wasm";

export function open({ issuer, clientId, redirectUri, postLogoutRedirectUri, client: more }) {
  const client = createClient({ issuer, clientId, redirectUri, postLogoutRedirectUri, ...more });
  return {
    signIn: (request) => client.signIn(request),
    callback: () => client.start(),
    session: () => client.session,
    userInfo: () => client.userInfo(),
    refresh: () => client.accessToken({ minValiditySeconds: Infinity }),
    signOut: () => client.signOut(),
    signedOut: () => client.start(),
  };
}
