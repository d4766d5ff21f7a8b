import { authlibs } from "./authlib.js";
import { cognitoLocal } from "./cognito-local.js";
import { djangoOauthToolkits } from "./django-oauth-toolkit.js";
import { idpyoidc } from "./idpyoidc.js";
import { keycloak } from "./keycloak.js";
import { moto } from "./moto.js";
import { oauth2MockServer } from "./oauth2-mock-server.js";
import { oidcProviders } from "./oidc-provider.js";
import { springAuthorizationServer } from "./spring-authorization-server.js";
import { zitadelOidc } from "./zitadel-oidc.js";

/** Every provider of the lab, in the order in which they are played. */
export const providers = [
  ...oidcProviders,
  ...authlibs,
  ...djangoOauthToolkits,
  idpyoidc,
  keycloak,
  springAuthorizationServer,
  zitadelOidc,
  oauth2MockServer,
  cognitoLocal,
  moto,
];
