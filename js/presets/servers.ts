import type { ClientOptions } from "../types/options.js";
import { isOfCognito, isOfDomain, issuerAt } from "./issuer.js";
import {
  at,
  callback,
  given,
  invalid,
  optional,
  others,
  refused,
  refuseSecret,
  required,
  scopes,
  url,
  type Rest,
  type Scopes,
} from "./settings.js";

// What else stands in the systems' settings and is the server's own business, by name: it says nothing to
// a client. A name that is in no list is taken for an option, and refused by the client if it is none.

const OF_RANCHER =
  /^(?:accessMode|allowedPrincipalIds|enabled|type|id|name|labels|annotations|status|(?:base)?Type|links|actions|created(?:TS)?|creatorId|uuid|logoutAll\w+|groupSearchEnabled|groupsField|groupsClaim|nameClaim|emailClaim|certificate|privateKey|acrValue|authEndpoint|tokenEndpoint|userInfoEndpoint|jwksUrl|endSessionEndpoint|pkceMethod)$/;

const OF_POMERIUM =
  /^(?:(?:access_log|auto|authenticate_internal|authorize|bearer_token|branding|certificate|circuit|client_c|cookie|databroker|default_upstream|derive_tls|dns|downstream|envoy|error_message|favicon|forward_auth|google_cloud|grpc|health|http|jwt|log|mcp|metrics|otel|pass_identity|policy|primary|programmatic|proxy|rate_limit|runtime|secondary|set_response|shared|signing|signout|skip|ssh|timeout|tls|tracing|use_proxy|xff)_\w+|idp_(?:access_token|refresh|request|service|directory)\w*|address|administrators|autocert|codec_type|debug|insecure_server|installation_id|policy|routes|services)$/;

const OF_APPSMITH = /^user_?name_?attribute$/i;

const OF_THE_THINGS_STACK =
  /^(?:name|description|attributes|allowRegistrations|createdAt|updatedAt|logoutUrl)$/i;

/** Rancher's form “Configure an Amazon Cognito account”, by the names of its resource. */
export interface RancherSettings extends Rest {
  readonly clientId: string;
  /** `https://cognito-idp.{region}.amazonaws.com/{userPoolId}` */
  readonly issuer: string;
  /** Rancher's own address, with or without the callback's path `/verify-auth`. */
  readonly rancherUrl: string;
  /** Refused: a browser cannot keep one. */
  readonly clientSecret?: string | undefined;
}

/**
 * Options from Rancher's settings.
 *
 * @throws {AuthError} `invalid_config` or `client_has_secret`, naming the setting.
 */
export function rancher(settings: RancherSettings): ClientOptions {
  const { clientId, issuer, rancherUrl, clientSecret, ...rest } = given(settings);
  refuseSecret("clientSecret", clientSecret);
  return {
    ...others(rest, OF_RANCHER),
    issuer: issuerAt("issuer", issuer),
    clientId: required("clientId", clientId),
    redirectUri: callback(rest, () => at("rancherUrl", rancherUrl, "/verify-auth")),
  };
}

/** Pomerium's settings, by their names in `config.yaml`. */
export interface PomeriumSettings extends Rest {
  /** `oidc`, `cognito`, `auth0` and so on. */
  readonly idp_provider?: string | undefined;
  readonly idp_provider_url: string;
  readonly idp_client_id: string;
  readonly idp_scopes?: Scopes | undefined;
  /** The callback is its `/oauth2/callback`. */
  readonly authenticate_service_url: string;
  /** The callback's path where it is another. */
  readonly authenticate_callback_path?: string | undefined;
  /** Stands beside the other one in Pomerium's guide; a browser has no use for it. */
  readonly authorize_service_url?: string | undefined;
  /** Refused: a browser cannot keep one. */
  readonly idp_client_secret?: string | undefined;
}

/** Pomerium's settings, by their names in the environment. */
export interface PomeriumEnvironment extends Rest {
  /** `oidc`, `cognito`, `auth0` and so on. */
  readonly IDP_PROVIDER?: string | undefined;
  readonly IDP_PROVIDER_URL: string;
  readonly IDP_CLIENT_ID: string;
  readonly IDP_SCOPES?: Scopes | undefined;
  readonly AUTHENTICATE_SERVICE_URL: string;
  readonly AUTHENTICATE_CALLBACK_PATH?: string | undefined;
  readonly AUTHORIZE_SERVICE_URL?: string | undefined;
  /** Refused: a browser cannot keep one. */
  readonly IDP_CLIENT_SECRET?: string | undefined;
}

/**
 * Options from Pomerium's settings, as `config.yaml` or the environment has them.
 *
 * @throws {AuthError} `invalid_config` or `client_has_secret`, naming the setting.
 */
export function pomerium(settings: PomeriumSettings | PomeriumEnvironment): ClientOptions {
  const lower = Object.entries(given(settings)).map(([name, value]) => [
    /^[A-Z_]+$/.test(name) ? name.toLowerCase() : name,
    value as unknown,
  ]);
  const {
    idp_provider,
    idp_provider_url,
    idp_client_id,
    idp_client_secret,
    idp_client_secret_file,
    idp_scopes,
    authenticate_service_url,
    authenticate_callback_path,
    ...rest
  } = Object.fromEntries(lower) as PomeriumSettings & { idp_client_secret_file?: string };
  refuseSecret("idp_client_secret", idp_client_secret);
  refuseSecret("idp_client_secret_file", idp_client_secret_file);
  const by = optional("idp_provider", idp_provider)?.toLowerCase();
  const issuer = issuerAt("idp_provider_url", idp_provider_url);
  const path = optional("authenticate_callback_path", authenticate_callback_path);
  return {
    ...others(rest, OF_POMERIUM),
    ...(idp_scopes && { scope: scopes(idp_scopes) }),
    ...(by === "cognito" && { provider: "cognito" }),
    // Auth0's issuers end in a slash, which Pomerium adds where it is missing.
    issuer: by === "auth0" ? issuer.replace(/\/*$/, "/") : issuer,
    clientId: required("idp_client_id", idp_client_id),
    redirectUri: callback(rest, () =>
      at("authenticate_service_url", authenticate_service_url, path ?? "/oauth2/callback"),
    ),
  };
}

/** Appsmith's OIDC form. */
export interface AppsmithSettings extends Rest {
  readonly clientId: string;
  /** `https://<user-pool_domain>/oauth2/authorize` */
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
  readonly userInfoUrl?: string | undefined;
  /** `https://cognito-idp.<region>.amazonaws.com/<user-pool-id>/.well-known/jwks.json` */
  readonly jwkSetUrl: string;
  /** The “Redirect URL” that Appsmith's form shows. */
  readonly redirectUrl: string;
  readonly scope?: Scopes | undefined;
  /** Refused: a browser cannot keep one. */
  readonly clientSecret?: string | undefined;
}

/**
 * Options from Appsmith's settings. They have no issuer: it is the JWK Set URL without what Cognito,
 * Keycloak or Okta have put behind it.
 *
 * @throws {AuthError} `invalid_config` or `client_has_secret`, naming the setting.
 */
export function appsmith(settings: AppsmithSettings): ClientOptions {
  const {
    clientId,
    authorizationUrl,
    tokenUrl,
    userInfoUrl,
    jwkSetUrl,
    redirectUrl,
    clientSecret,
    ...rest
  } = given(settings);
  refuseSecret("clientSecret", clientSecret);
  const jwks = url("jwkSetUrl", jwkSetUrl);
  const issuer = issuerOf(jwks);
  const named = (name: string, value: string | undefined): string => {
    const endpoint = url(name, value);
    if (isElsewhere(endpoint, jwks, issuer)) {
      const places = `${new URL(jwks).host} and ${new URL(endpoint).host}`;
      throw refused(
        name,
        `The settings jwkSetUrl and ${name} are of two providers, at ${places}: copy both of one.`,
      );
    }
    return endpoint;
  };
  const userinfo = optional("userInfoUrl", userInfoUrl);
  return {
    ...others(rest, OF_APPSMITH),
    endpoints: {
      issuer,
      authorization: named("authorizationUrl", authorizationUrl),
      token: named("tokenUrl", tokenUrl),
      jwks,
      userinfo: userinfo === undefined ? undefined : named("userInfoUrl", userinfo),
    },
    clientId: required("clientId", clientId),
    redirectUri: callback(rest, () => url("redirectUrl", redirectUrl)),
  };
}

/** Where Cognito and others keep keys, and Keycloak and Okta (with an authorization server of one's own or not). */
const WELL_KNOWN = /\/\.well-known\/jwks\.json$/;
const KEYS = [
  WELL_KNOWN,
  /\/protocol\/openid-connect\/certs$/,
  /(?<=\/oauth2\/[^/]+)\/v1\/keys$|\/oauth2\/v1\/keys$/,
];

function issuerOf(jwkSetUrl: string): string {
  const keys = KEYS.find((each) => each.test(jwkSetUrl));
  if (keys === undefined) {
    throw invalid("jwkSetUrl", "must end in /.well-known/jwks.json, for the issuer to be known.");
  }
  return issuerAt("jwkSetUrl", jwkSetUrl.replace(keys, ""));
}

/**
 * Whether an endpoint is of another provider than the keys. Cognito has its endpoints at a domain, by paths
 * of its own; Keycloak and Okta have all at one origin; where others have them, nobody can tell.
 */
function isElsewhere(endpoint: string, jwks: string, issuer: string): boolean {
  const { origin, pathname } = new URL(endpoint);
  if (isOfCognito(issuer)) return !/\/oauth2\/\w+$/.test(pathname);
  return isOfDomain(endpoint) || (!WELL_KNOWN.test(jwks) && origin !== new URL(issuer).origin);
}

/** The Things Stack's authentication provider. */
export interface TheThingsStackSettings extends Rest {
  readonly clientId: string;
  /** The “Authentication Provider ID”, such as `aws-cog`. */
  readonly providerId: string;
  /** The “OpenID Discovery Address”. */
  readonly discoveryAddress: string;
  /** The server's address; the callback is its `/oauth/login/<providerId>/callback`. */
  readonly serverAddress: string;
  /** Refused: a browser cannot keep one. */
  readonly clientSecret?: string | undefined;
}

/**
 * Options from The Things Stack's settings.
 *
 * @throws {AuthError} `invalid_config` or `client_has_secret`, naming the setting.
 */
export function theThingsStack(settings: TheThingsStackSettings): ClientOptions {
  const { clientId, providerId, discoveryAddress, serverAddress, clientSecret, ...rest } =
    given(settings);
  refuseSecret("clientSecret", clientSecret);
  const id = required("providerId", providerId);
  if (!/^(?=.{3,36}$)[a-z0-9]+(-[a-z0-9]+)*$/.test(id)) {
    throw invalid("providerId", "must be 3 to 36 lower-case letters, digits and dashes.");
  }
  // People copy the address that they are at.
  const server = (): string =>
    required("serverAddress", serverAddress).replace(/\/console\/?$/, "");
  return {
    ...others(rest, OF_THE_THINGS_STACK),
    issuer: issuerAt("discoveryAddress", discoveryAddress),
    clientId: required("clientId", clientId),
    redirectUri: callback(rest, () => at("serverAddress", server(), `/oauth/login/${id}/callback`)),
  };
}
