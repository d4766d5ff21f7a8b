// Environment files of apps, Angular's environments, outputs of stacks: names of everybody's own, told by
// the words in them.

import { cognito } from "../../../dist/presets.js";
import { isOfCognito, issuerAt, regionOf } from "../../../dist/presets/issuer.js";
import { others, placeholderIn, required, url } from "../../../dist/presets/settings.js";
import { isNothing, nameIn } from "../../forms/tree.js";
import { Problem } from "../../problem.js";
import { isSecret } from "../left-out.js";

/** What a name is about, by its words; the first that fits. */
const ROLES = [
  ["identityPool", /identity_pool/],
  ["secret", /secret/],
  ["flow", /response_type/],
  [
    "signOut",
    /post_logout|(?:log|sign)_?out(?:_redirect)?_ur[il]s?$|redirect_sign_out|log_?out_redirect/,
  ],
  [
    "callback",
    /redirect_(?:ur[il]s?|sign_in(?:_ur[il]s?)?)$|call_?back_ur[il]s?$|sign_in_redirect$/,
  ],
  ["scope", /(?:^|_)scopes?$/],
  [
    "issuer",
    /(?:authority|issuer)(?:_ur[il])?$|pool_endpoint$|provider_url$|discovery_ur[il]$|well_known/,
  ],
  [
    "domain",
    /hosted_?(?:ui|auth|login)|(?:cognito|oauth|auth|login|pool|user_pool)_domain|^domain(?:_(?:prefix|url))?$|cognito_(?:url|host|base_url)/,
  ],
  ["client", /client(?:_ids?)?$|client_id_|^(?:aws_)?cognito_id$|(?:^|_)app_id$/],
  ["pool", /(?:user_?)?pools?_?id$|cognito_pool$|user_?pool$|user_pool_arn$/],
];

/** What looks like a user pool's ID, and is another pool's. */
const IDENTITY_POOL = /^[a-z]{2}(?:-[a-z]+)+-\d:[\da-f-]{36}$/;

/** Prefixes by which a framework tells what goes into the page. */
const PREFIX =
  /^(?:next_public|react_app|nuxt_public|gatsby|public|vite|vue_app|expo_public|ng_app)_/;

/** A client of something else than the page. */
const ANOTHERS =
  /admin|native|mobile|ios|android|server|back_?end|machine|m2m|service|api|test|cli(?!ent)|native|resource|internal|lambda/;

/** Which of several clients is the page's. */
const PAGES = /web|spa|front_?end|browser|public|site|^(?:user_pool_|app_)client/;

/** @type {import("../found.js").Find} */
export function findCognito(places, { clientId }) {
  const entries = places.flatMap(entriesOf);
  const of = (role) => entries.filter((entry) => entry.role === role);
  const written = (role) => of(role).filter(({ value }) => !isNothing(value));
  const issuers = written("issuer").filter(isIssuer);
  const isAboutSignIn = [...written("pool"), ...issuers, ...written("domain")].length > 0;
  if (!isAboutSignIn || (of("client").length === 0 && !clientId)) return undefined;
  const client = clientOf(written("client"), clientId) ?? of("client")[0];
  const pool = theOne(written("pool").map(withPool), "user pools");
  const issuer = theOne(issuers, "issuers");
  const [domain] = written("domain");
  const isOther =
    issuer !== undefined &&
    pool === undefined &&
    !isOfCognito(String(issuer.value)) &&
    placeholderIn(String(issuer.value)) === undefined;
  const settings = defined({
    userPoolId: isOther ? undefined : (pool ?? poolIn(issuer) ?? poolIn(domain)),
    issuer,
    domain: isOther ? undefined : domain,
    clientId: client,
    redirectUri: written("callback")[0] ?? of("callback")[0],
    postLogoutRedirectUri: written("signOut")[0],
    scope: written("scope")[0],
  });
  const secrets = written("secret").filter((each) => isOf(each, client));
  const isWrong = domain && !isOther && isOfCognito(String(domain.value));
  return {
    system: isOther ? "oidc-client" : "cognito",
    settings,
    secrets,
    leftOut: [
      ...(isWrong ? [{ name: domain.name, why: "wrong" }] : []),
      ...leftOut(entries, client, secrets),
    ],
    callback: { setting: "redirectUri" },
    madeOf: {
      issuer: issuer ? "issuer" : "userPoolId",
      "endpoints.issuer": "userPoolId",
      "endpoints.authorization": "domain",
    },
    make: isOther ? ofOther : ofCognito,
  };
}

/** The values of a place that are texts or lists of texts, with what they are about. */
function entriesOf(place) {
  return Object.entries(place.members).flatMap(([member, value]) => {
    const isText = [value].flat().every((each) => typeof each === "string" || each === null);
    if (!isText || value === undefined) return [];
    const words = wordsOf(member);
    const role = IDENTITY_POOL.test(String(value))
      ? "identityPool"
      : ROLES.find(([, pattern]) => pattern.test(words))?.[0];
    return [{ name: nameIn(place, member), member, words, role, value }];
  });
}

/** `VITE_COGNITO_USER_POOL_ID`, `cognitoUserPoolId` and `CognitoUserPoolId4F160690` are one. */
function wordsOf(name) {
  return name
    .replace(/(?<=[a-z])[\dA-F]{8}(?:[\dA-F]{8})?$/, "")
    .replace(/([a-z\d])([A-Z])/g, "$1_$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .replace(/[^A-Za-z\d]+/g, "_")
    .toLowerCase()
    .replace(PREFIX, "");
}

/** Whether it is an issuer of users: by its name, or by an address, for names alone are in many a file. */
function isIssuer({ words, value }) {
  return /oidc|oauth|cognito|authority|pool/.test(words) || /^https?:|\./i.test(String(value));
}

function clientOf(clients, isGiven) {
  const distinct = clients.filter(
    ({ value }, index) =>
      clients.findIndex((other) => String(other.value) === String(value)) === index,
  );
  if (distinct.length < 2 || isGiven) return distinct[0];
  const own = distinct.filter(({ words }) => !ANOTHERS.test(words));
  const candidates = own.length > 0 ? own : distinct;
  const pages = candidates.filter(({ words }) => PAGES.test(words));
  const chosen = candidates.length === 1 ? candidates : pages;
  if (chosen.length === 1) return chosen[0];
  throw several(candidates, "app clients", "say with --client-id which is the page's");
}

/** The one value that some settings have. */
function theOne(settings, what) {
  const [first, ...more] = settings;
  const other = more.find(({ value }) => String(value) !== String(first.value));
  if (other === undefined) return first;
  throw several([first, other], what, "keep those of one");
}

function several(settings, what, advice) {
  const names = settings.map(({ name }) => name).join(" and ");
  const message = `The file has several ${what}, ${names}: ${advice}.`;
  return new Problem("invalid_config", message, settings[0].name);
}

/** An ARN and an issuer have the pool at their end. */
function withPool(entry) {
  const [, pool] = /^arn:aws[\w-]*:cognito-idp:[^/]*\/(.+)$/.exec(String(entry.value)) ?? [];
  return pool ? { ...entry, value: pool } : entry;
}

function poolIn(entry) {
  const pool = String(entry?.value ?? "").match(/[a-z]{2}(?:-[a-z]+)+-\d_[A-Za-z\d]+/)?.[0];
  return isPoolIn(entry?.value) ? { ...entry, value: pool } : undefined;
}

function isPoolIn(value) {
  if (typeof value !== "string" || !isOfCognito(value)) return false;
  const [pool] = value.match(/[a-z]{2}(?:-[a-z]+)+-\d_[A-Za-z\d]+/) ?? [];
  return pool !== undefined && regionOf(pool) !== undefined;
}

/** Whether a secret is this client's: it is named as the client is, or as none in particular. */
function isOf({ words }, client) {
  const its = words.replace(/_?secrets?(?:_(?:arn|value|hash))?$/, "").replace(/_?client$/, "");
  const clients = client?.words.replace(/_?(?:client_?)?ids?$/, "").replace(/_?client$/, "");
  const isAny = /^(?:aws_)?(?:cognito|oidc|oauth2?|user_pool)?(?:_?(?:app|user_pool|web))?$/.test(
    its,
  );
  return /client/.test(words) ? its === clients || isAny : isAny && its !== "" && its !== "app";
}

function leftOut(entries, client, secrets) {
  return entries.flatMap(({ name, member, words, role, value }) => {
    if (isNothing(value) || secrets.some((each) => each.name === name)) return [];
    if (role === "identityPool") return [{ name, why: "unused" }];
    if (role === "flow") return value === "code" ? [] : [{ name, why: "flow" }];
    if (isSecret(member) || isSecret(words)) return [{ name, why: "secret" }];
    const isAnother =
      role === "client" && name !== client?.name && String(value) !== String(client?.value);
    return isAnother ? [{ name, why: "unused" }] : [];
  });
}

function ofCognito({ userPoolId, issuer, domain, ...values }, rest) {
  const named = issuer === undefined ? undefined : issuerAt("issuer", issuer);
  // It has the region's host, and lacks the pool.
  if (userPoolId === undefined && isOfCognito(domain ?? "")) issuerAt("domain", domain);
  const isUsual = named?.includes("://cognito-idp.");
  return cognito({
    ...values,
    ...rest,
    userPoolId,
    issuer: isUsual ? undefined : named,
    // Without a domain, and where it is the issuer, it is discovered.
    domain: domain ?? named ?? `https://cognito-idp.${regionOf(userPoolId ?? "")}.amazonaws.com/`,
  });
}

function ofOther({ issuer, clientId, redirectUri, scope }, rest) {
  return {
    issuer: issuerAt("issuer", issuer),
    clientId: required("clientId", clientId),
    redirectUri: url("redirectUri", redirectUri),
    ...others({ ...rest, scope }),
  };
}

function defined(settings) {
  return Object.fromEntries(
    Object.entries(settings).filter(([, setting]) => setting !== undefined),
  );
}
