import type { ClientOptions, Endpoints } from "../types/options.js";
import { given, invalid, refuseSecret, required, url, type Rest } from "./settings.js";

/** What Cognito's console shows of a user pool and its app client. */
export interface CognitoSettings extends Rest {
  /** Such as `eu-west-1_AbCdEf123`. */
  readonly userPoolId: string;
  /**
   * The pool's domain: its prefix (`my-app`), a host name (`auth.example.com`) or an address
   * (`https://my-app.auth.eu-west-1.amazoncognito.com`).
   */
  readonly domain: string;
  /** The app client's ID. It must be a public client. */
  readonly clientId: string;
  /** One of the app client's allowed callback URLs, exactly. */
  readonly redirectUri: string;
  /** The pool's issuer where it is not the region's usual one: the updated form, or an emulator. */
  readonly issuer?: string | undefined;
  /** Refused: a browser cannot keep one. */
  readonly clientSecret?: string | undefined;
}

/**
 * Options for an Amazon Cognito user pool. All endpoints are known, so that nothing is requested
 * before the browser leaves for the login page.
 *
 * @throws {AuthError} `invalid_config` or `client_has_secret`, naming the setting.
 */
export function cognito(settings: CognitoSettings): ClientOptions {
  const { userPoolId, domain, clientId, redirectUri, issuer, clientSecret, ...rest } =
    given(settings);
  refuseSecret("clientSecret", clientSecret);
  const region = regionOf(required("userPoolId", userPoolId));
  return {
    ...rest,
    endpoints: cognitoEndpoints(
      issuer === undefined ? issuerOf(userPoolId, region) : url("issuer", issuer),
      domainOf(required("domain", domain), region),
    ),
    provider: "cognito",
    clientId: required("clientId", clientId),
    redirectUri: url("redirectUri", redirectUri),
  };
}

/** A pool's endpoints: keys at the issuer, everything else at the domain. */
function cognitoEndpoints(issuer: string, domain: string): Endpoints {
  return {
    issuer,
    authorization: `${domain}/oauth2/authorize`,
    token: `${domain}/oauth2/token`,
    jwks: `${issuer}/.well-known/jwks.json`,
    userinfo: `${domain}/oauth2/userInfo`,
    revocation: `${domain}/oauth2/revoke`,
    endSession: `${domain}/logout`,
  };
}

function regionOf(userPoolId: string): string {
  const region = /^([a-z]{2}(?:-[a-z]+)+-\d)_[A-Za-z0-9]+$/.exec(userPoolId)?.[1];
  if (region === undefined) {
    throw invalid('The setting userPoolId must look like "eu-west-1_AbCdEf123".');
  }
  return region;
}

/** China has its own top-level names. */
function suffixOf(region: string): string {
  return region.startsWith("cn-") ? ".cn" : "";
}

function issuerOf(userPoolId: string, region: string): string {
  return `https://cognito-idp.${region}.amazonaws.com${suffixOf(region)}/${userPoolId}`;
}

function domainOf(domain: string, region: string): string {
  if (URL.canParse(domain) && /^https?:/.test(domain)) return new URL(domain).origin;
  const host = `https://${domain}`;
  if (domain.includes(".") && URL.canParse(host)) return new URL(host).origin;
  if (!/^[a-z\d-]+$/i.test(domain)) {
    throw invalid(
      "The setting domain must be the user pool domain: its prefix, its host or its URL.",
    );
  }
  const auth = region.startsWith("us-gov-") ? "auth-fips" : "auth";
  return `https://${domain}.${auth}.${region}.amazoncognito.com${suffixOf(region)}`;
}
