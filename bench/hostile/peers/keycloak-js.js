import Keycloak from "keycloak-js";

export function open({ issuer, clientId, redirectUri, postLogoutRedirectUri }) {
  const keycloak = new Keycloak({ clientId, oidcProvider: issuer });
  let ready;
  // The provider here answers in the query, and is no Keycloak that could be watched in a frame.
  const init = () => (ready ??= keycloak.init({ responseMode: "query", checkLoginIframe: false }));
  return {
    signIn: async ({ acrValues, maxAge }) => {
      await init();
      await keycloak.login({ redirectUri, acrValues, maxAge });
    },
    callback: init,
    session: () =>
      keycloak.authenticated
        ? {
            sub: (keycloak.idTokenParsed ?? keycloak.tokenParsed)?.sub,
            accessToken: keycloak.token,
          }
        : null,
    userInfo: () => keycloak.loadUserInfo(),
    refresh: () => keycloak.updateToken(-1),
    signOut: () => keycloak.logout({ redirectUri: postLogoutRedirectUri }),
    signedOut: init,
  };
}
