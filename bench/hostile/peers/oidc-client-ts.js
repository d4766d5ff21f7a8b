import { UserManager } from "oidc-client-ts";

export function open({ issuer, clientId, redirectUri, postLogoutRedirectUri, everyCheck }) {
  const manager = new UserManager({
    authority: issuer,
    client_id: clientId,
    redirect_uri: redirectUri,
    post_logout_redirect_uri: postLogoutRedirectUri,
    requestTimeoutInSeconds: 10,
    loadUserInfo: everyCheck,
  });
  return {
    signIn: ({ acrValues, maxAge }) =>
      manager.signinRedirect({
        acr_values: acrValues,
        max_age: maxAge,
        nonce: everyCheck ? crypto.randomUUID() : undefined,
      }),
    callback: () => manager.signinRedirectCallback(),
    session: async () => {
      const user = await manager.getUser();
      return user && { sub: user.profile.sub, accessToken: user.access_token };
    },
    // Asked by the callback: there is no method for it.
    userInfo: everyCheck ? () => manager.getUser() : undefined,
    refresh: () => manager.signinSilent(),
    signOut: () => manager.signoutRedirect({ state: "signed out" }),
    signedOut: () => manager.signoutRedirectCallback(),
  };
}
