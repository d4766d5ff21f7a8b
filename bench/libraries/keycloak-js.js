import Keycloak from "keycloak-js";

export function open({ issuer, endpoints, clientId, redirectUri, scope }) {
  const keycloak = new Keycloak({
    clientId,
    oidcProvider: endpoints ? { issuer, ...endpoints } : issuer,
  });
  // init() asks for the provider's metadata, so it is made when it is first needed, as in the others.
  let ready;
  const init = () =>
    (ready ??= keycloak.init({
      pkceMethod: "S256",
      responseMode: "query",
      checkLoginIframe: false,
    }));
  return {
    signIn: async () => {
      await init();
      await keycloak.login({ redirectUri, scope });
    },
    callback: async () => {
      await init();
      return keycloak.token;
    },
    token: async () => {
      await keycloak.updateToken(30);
      return keycloak.token;
    },
    refresh: async () => {
      await keycloak.updateToken(-1);
      return keycloak.token;
    },
  };
}
