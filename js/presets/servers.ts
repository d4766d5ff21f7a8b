import type { ClientOptions } from "../types/options.js";
import {
  at,
  given,
  invalid,
  optional,
  refuseSecret,
  required,
  url,
  type Rest,
  type Scopes,
} from "./settings.js";

/** Rancher's form “Configure an Amazon Cognito account”, by the names of its resource. */
export interface RancherSettings extends Rest {
  readonly clientId: string;
  /** `https://cognito-idp.{region}.amazonaws.com/{userPoolId}` */
  readonly issuer: string;
  /** Rancher's own address; the callback is its `/verify-auth`. */
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
    ...rest,
    issuer: url("issuer", issuer),
    clientId: required("clientId", clientId),
    redirectUri: at("rancherUrl", rancherUrl, "/verify-auth"),
  };
}

/** Pomerium's settings, by their names in `config.yaml`. */
export interface PomeriumSettings extends Rest {
  readonly idp_provider?: "oidc" | "cognito" | undefined;
  readonly idp_provider_url: string;
  readonly idp_client_id: string;
  readonly idp_scopes?: Scopes | undefined;
  /** The callback is its `/oauth2/callback`. */
  readonly authenticate_service_url: string;
  /** Stands beside the other one in Pomerium's guide; a browser has no use for it. */
  readonly authorize_service_url?: string | undefined;
  /** Refused: a browser cannot keep one. */
  readonly idp_client_secret?: string | undefined;
}

/** Pomerium's settings, by their names in the environment. */
export interface PomeriumEnvironment extends Rest {
  readonly IDP_PROVIDER?: "oidc" | "cognito" | undefined;
  readonly IDP_PROVIDER_URL: string;
  readonly IDP_CLIENT_ID: string;
  readonly IDP_SCOPES?: Scopes | undefined;
  readonly AUTHENTICATE_SERVICE_URL: string;
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
    idp_scopes,
    authenticate_service_url,
    authorize_service_url: _,
    ...rest
  } = Object.fromEntries(lower) as PomeriumSettings;
  refuseSecret("idp_client_secret", idp_client_secret);
  return {
    ...rest,
    ...(idp_scopes !== undefined && { scope: idp_scopes }),
    ...(idp_provider === "cognito" && { provider: "cognito" }),
    // Pomerium trims the slash that a pasted address may end in.
    issuer: at("idp_provider_url", idp_provider_url, ""),
    clientId: required("idp_client_id", idp_client_id),
    redirectUri: at("authenticate_service_url", authenticate_service_url, "/oauth2/callback"),
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
 * Options from Appsmith's settings. They have no issuer: it is the JWK Set URL without
 * `/.well-known/jwks.json`.
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
  return {
    ...rest,
    endpoints: {
      issuer: issuerOf(jwks),
      authorization: url("authorizationUrl", authorizationUrl),
      token: url("tokenUrl", tokenUrl),
      jwks,
      userinfo: optional("userInfoUrl", userInfoUrl),
    },
    clientId: required("clientId", clientId),
    redirectUri: url("redirectUrl", redirectUrl),
  };
}

function issuerOf(jwkSetUrl: string): string {
  const suffix = "/.well-known/jwks.json";
  if (!jwkSetUrl.endsWith(suffix)) {
    throw invalid(`The setting jwkSetUrl must end in ${suffix}, for the issuer to be known.`);
  }
  return jwkSetUrl.slice(0, -suffix.length);
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
    throw invalid("The setting providerId must be 3 to 36 lower-case letters, digits and dashes.");
  }
  return {
    ...rest,
    issuer: at("discoveryAddress", discoveryAddress, ""),
    clientId: required("clientId", clientId),
    redirectUri: at("serverAddress", serverAddress, `/oauth/login/${id}/callback`),
  };
}
