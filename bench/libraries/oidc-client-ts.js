import { UserManager, WebStorageStateStore } from "oidc-client-ts";

export function open({ issuer, endpoints, clientId, redirectUri, scope, shared }) {
  const manager = new UserManager({
    authority: issuer,
    ...(endpoints && { metadata: { issuer, ...endpoints } }),
    client_id: clientId,
    redirect_uri: redirectUri,
    scope,
    ...(shared && { userStore: new WebStorageStateStore({ store: localStorage }) }),
  });
  const token = async () => {
    const user = await manager.getUser();
    if (user && !user.expired) return user.access_token;
    return (await manager.signinSilent()).access_token;
  };
  return {
    signIn: () => manager.signinRedirect(),
    callback: async () => (await manager.signinRedirectCallback()).access_token,
    restore: token,
    token,
    refresh: async () => (await manager.signinSilent()).access_token,
  };
}
