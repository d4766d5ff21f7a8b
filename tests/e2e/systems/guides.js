import { openMetadataConfig } from "../../../www/openmetadata-config.js";

const secret = "1re5ukkv3dab6up5aefv7rru65lu60oblf04t6cv8u9s0itjbci7";

/**
 * The systems whose guides set up Cognito, each with the settings that its guide has people type,
 * by that system's own names.
 *
 * @typedef {object} Guide
 * @property {string} name
 * @property {string} preset the function of `pkce-wasm/presets`
 * @property {string} callbackPath
 * @property {(place: Place) => object} settings filled in with the user pool's values
 * @property {object} confidential the setting that makes them those of a confidential client
 * @property {string} [settingsPath] where the system's server publishes them: the page then gives
 *   the preset the server's address alone
 * @property {string} apiPath
 * @property {"access_token" | "principal"} apiTakes the kind of its resource server
 *
 * @typedef {object} Place
 * @property {string} origin the system's own
 * @property {string} issuer
 * @property {string} [domain]
 * @property {string} clientId
 * @property {string} callbackUrl
 *
 * @type {Guide[]}
 */
export const guides = [
  {
    name: "OpenMetadata",
    preset: "openMetadata",
    callbackPath: "/callback",
    settings: openMetadataConfig,
    confidential: { clientType: "confidential" },
    settingsPath: "/api/v1/system/config/auth",
    apiPath: "/api/v1/users/loggedInUser",
    apiTakes: "principal",
  },
  {
    name: "Rancher",
    preset: "rancher",
    callbackPath: "/verify-auth",
    settings: ({ origin, issuer, clientId }) => ({ clientId, issuer, rancherUrl: origin }),
    confidential: { clientSecret: secret },
    apiPath: "/v3/users",
    apiTakes: "access_token",
  },
  {
    name: "Pomerium (environment)",
    preset: "pomerium",
    callbackPath: "/oauth2/callback",
    settings: ({ origin, issuer, clientId }) => ({
      AUTHENTICATE_SERVICE_URL: origin,
      IDP_PROVIDER: "oidc",
      IDP_PROVIDER_URL: issuer,
      IDP_CLIENT_ID: clientId,
      IDP_SCOPES: "openid,profile,email",
    }),
    confidential: { IDP_CLIENT_SECRET: secret },
    apiPath: "/api/verify",
    apiTakes: "access_token",
  },
  {
    name: "Pomerium (config.yaml)",
    preset: "pomerium",
    callbackPath: "/oauth2/callback",
    settings: ({ origin, issuer, clientId }) => ({
      authenticate_service_url: origin,
      idp_provider: "oidc",
      idp_provider_url: issuer,
      idp_client_id: clientId,
      idp_scopes: ["openid", "email", "profile"],
    }),
    confidential: { idp_client_secret: secret },
    apiPath: "/api/verify",
    apiTakes: "access_token",
  },
  {
    name: "Appsmith",
    preset: "appsmith",
    callbackPath: "/login/oauth2/code/oidc",
    settings: ({ callbackUrl, issuer, domain, clientId }) => ({
      clientId,
      authorizationUrl: `${domain}/oauth2/authorize`,
      tokenUrl: `${domain}/oauth2/token`,
      userInfoUrl: `${domain}/oauth2/userInfo`,
      jwkSetUrl: `${issuer}/.well-known/jwks.json`,
      redirectUrl: callbackUrl,
    }),
    confidential: { clientSecret: secret },
    apiPath: "/api/v1/users/me",
    apiTakes: "access_token",
  },
  {
    name: "The Things Stack",
    preset: "theThingsStack",
    callbackPath: "/oauth/login/aws-cog/callback",
    settings: ({ origin, issuer, clientId }) => ({
      clientId,
      providerId: "aws-cog",
      discoveryAddress: issuer,
      serverAddress: origin,
    }),
    confidential: { clientSecret: secret },
    apiPath: "/api/v3/auth_info",
    apiTakes: "access_token",
  },
];
