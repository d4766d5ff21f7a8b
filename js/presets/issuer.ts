import { invalid, required, url } from "./settings.js";

/** How Cognito names its issuers: the usual form, the updated one, and those for FIPS 140. */
const COGNITO =
  /^(?:https?:\/\/)?(?:issuer-)?cognito-idp(?:-fips)?\.[^/]*\.amazonaws\.com(?:\.cn)?(?=\/|$)/i;

/** The domains that Cognito gives; a custom one cannot be told. */
const DOMAIN = /\.amazoncognito\.com(?:\.cn)?$/;

const POOL = /^([a-z]{2}(?:-[a-z]+)+-\d)_[A-Za-z\d]+$/;

/** Whether a setting is on the host of Cognito's issuers. */
export function isOfCognito(value: string): boolean {
  return COGNITO.test(value);
}

/** Whether an address is at a domain that Cognito gave. */
export function isOfDomain(address: string): boolean {
  return DOMAIN.test(new URL(address).hostname);
}

/** The region of a user pool, which its ID begins with; undefined when it is no such ID. */
export function regionOf(userPoolId: string): string | undefined {
  return POOL.exec(userPoolId)?.[1];
}

/**
 * The issuer that a setting names: itself, where its discovery document is, or one of Keycloak's
 * endpoints. One of Cognito's has a pool, and loses a final slash; others are compared to the letter, and
 * stay as they were written.
 *
 * @throws {AuthError} `invalid_config`
 */
export function issuerAt(name: string, value: string | null | undefined): string {
  const given = required(name, value);
  const isCognito = isOfCognito(given);
  const absolute = isCognito && !/^https?:/i.test(given) ? `https://${given}` : given;
  const issuer = url(name, absolute).replace(
    /\/\.well-known\/openid-configuration\/?$|\/protocol\/openid-connect\/\w+$/,
    "",
  );
  const { pathname } = new URL(issuer);
  const pool = pathname.replace(/^\/|\/+$/g, "");
  if (isOfDomain(issuer) || (isCognito && regionOf(pool) === undefined)) {
    const found = isCognito ? "has no user pool ID" : "is the user pool's domain";
    const form = "https://cognito-idp.{region}.amazonaws.com/{user pool ID}";
    throw invalid(name, `${found}: it must be ${form}, not ${issuer}.`);
  }
  return isCognito ? issuer.replace(/\/+$/, "") : issuer;
}
