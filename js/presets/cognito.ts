import type { ClientOptions, Endpoints } from "../types/options.js";
import { isOfCognito, issuerAt, regionOf } from "./issuer.js";
import {
  given,
  invalid,
  optional,
  others,
  refuseSecret,
  required,
  url,
  type Rest,
} from "./settings.js";

/** What Cognito's console shows of a user pool and its app client. */
export interface CognitoSettings extends Rest {
  /** Such as `eu-west-1_AbCdEf123`. */
  readonly userPoolId: string;
  /**
   * The pool's domain: its prefix (`my-app`), a host name (`auth.example.com`) or an address
   * (`https://my-app.auth.eu-west-1.amazoncognito.com`). Where it is the pool's issuer, the domain is
   * discovered.
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
  const pool = required("userPoolId", userPoolId);
  const region = regionOf(pool);
  if (region === undefined) {
    throw invalid("userPoolId", 'must look like "eu-west-1_AbCdEf123".');
  }
  const named = optional("issuer", issuer);
  const itsIssuer =
    named === undefined
      ? `https://cognito-idp.${region}.amazonaws.com${suffixOf(region)}/${pool}`
      : issuerAt("issuer", named);
  const place = required("domain", domain);
  const options = {
    ...others(rest),
    provider: "cognito",
    clientId: required("clientId", clientId),
    redirectUri: url("redirectUri", redirectUri),
  } as const;
  // Many a file has it so: the pool is known all the same, and its metadata have the domain.
  if (isOfCognito(place)) {
    if (place.includes("_") && !place.includes(pool)) {
      throw invalid("domain", "is the issuer of another user pool than userPoolId.");
    }
    return { ...options, issuer: itsIssuer };
  }
  // A pool in several regions has an issuer of its own choice.
  const regionOfDomain = named === undefined ? region : undefined;
  return { ...options, endpoints: endpointsAt(itsIssuer, domainOf(place, region, regionOfDomain)) };
}

/** A pool's endpoints: keys at the issuer, everything else at the domain. */
function endpointsAt(issuer: string, domain: string): Endpoints {
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

/** China has its own top-level names. */
function suffixOf(region: string): string {
  return region.startsWith("cn-") ? ".cn" : "";
}

/** The origin of a pool's domain, which must be in that region where it says one. */
function domainOf(domain: string, region: string, regionOfDomain: string | undefined): string {
  const wrong = (flaw: string): Error =>
    invalid("domain", `${flaw}, not "${domain}": copy it from Cognito's console.`);
  const isAddress = /^https?:\/\//i.test(domain);
  if (!isAddress && !domain.includes(".") && !/^[a-z\d-]+$/i.test(domain)) {
    throw wrong("must be the user pool domain: its prefix, its host or its URL");
  }
  const auth = region.startsWith("us-gov-") ? "auth-fips" : "auth";
  const host = domain.includes(".")
    ? domain
    : `${domain}.${auth}.${region}.amazoncognito.com${suffixOf(region)}`;
  const address = isAddress ? domain : `https://${host}`;
  if (!URL.canParse(address)) {
    throw wrong("must be the user pool domain: its prefix, its host or its URL");
  }
  const { origin, hostname } = new URL(address);
  const parts = /^(.*)\.auth(?:-fips)?\.([a-z\d-]+)\.amazoncognito\.com(?:\.cn)?$/.exec(hostname);
  if (parts === null) return origin;
  const [, prefix = "", its] = parts;
  if (!/^[a-z\d-]+$/.test(prefix)) {
    throw wrong(
      "must have a prefix of letters, digits and dashes, or be a custom domain by itself",
    );
  }
  if (regionOfDomain !== undefined && its !== regionOfDomain) {
    throw wrong(`must be in ${regionOfDomain}, as the user pool is`);
  }
  return origin;
}
