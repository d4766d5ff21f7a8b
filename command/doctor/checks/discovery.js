import { failed, ok, refused, skipped, warning } from "../finding.js";
import { ALGORITHMS } from "./keys.js";

/** The provider's metadata, which the core reads. @type {import("../run.js").Check} */
export async function checkDiscovery(visit) {
  const { options, issuer } = visit;
  const request = visit.step((core) => core.prepareSignIn("{}", visit.origin));
  if (request === undefined) visit.metadata = ownEndpoints(options);
  const url = request?.url ?? `${issuer.replace(/\/+$/, "")}/.well-known/openid-configuration`;
  let answer;
  try {
    answer = await visit.ask(url);
  } catch (fault) {
    if (request === undefined)
      return [skipped("discovery", `${fault.message} The endpoints are in the options.`)];
    return [refused("discovery", fault)];
  }
  visit.answers.discovery = answer;
  const document = parsed(answer.text);
  if (request === undefined) return [...compared(visit, document, answer)];
  try {
    visit.read(answer, (core) => core.discovered());
  } catch (refusal) {
    const evidence = `${url} answers ${answer.status}: ${refusal.message}`;
    return [failed("discovery", evidence, fixFor(refusal.code, visit, document), refusal.code)];
  }
  visit.metadata = { ...document, ...ownEndpoints(options) };
  return [ok("discovery", `The metadata are ${issuer}'s, and whole.`), ...offered(document)];
}

const NAMES = {
  authorization: "authorization_endpoint",
  token: "token_endpoint",
  jwks: "jwks_uri",
  userinfo: "userinfo_endpoint",
  revocation: "revocation_endpoint",
  endSession: "end_session_endpoint",
};

function ownEndpoints({ endpoints = {} }) {
  return Object.fromEntries(
    Object.entries(endpoints)
      .filter(([, endpoint]) => endpoint !== undefined)
      .map(([name, endpoint]) => [NAMES[name] ?? name, endpoint]),
  );
}

function fixFor(code, { isCognito, issuer }, document) {
  if (code === "issuer_mismatch") return `Set the issuer to "${document?.issuer}", to the letter.`;
  if (code === "pool_has_no_domain")
    return "Give the user pool a domain: in Cognito's console, under Domain.";
  if (code === "pkce_unsupported") return "Turn PKCE with S256 on at the provider.";
  return isCognito
    ? `See whether the user pool's ID and its region are right: the issuer is https://cognito-idp.{region}.amazonaws.com/{user pool ID}.${twoRegionsIn(issuer)}`
    : `See whether ${issuer} is the issuer: its metadata are at /.well-known/openid-configuration below it.`;
}

/** The host may be in another Region than the pool is named for, where the pool is in both. */
function twoRegionsIn(issuer) {
  const [, ofHost, ofPool] =
    /cognito-idp\.([a-z\d-]+)\.amazonaws\.com(?:\.cn)?\/([a-z\d-]+)_/.exec(issuer) ?? [];
  if (ofHost === ofPool) return "";
  return ` It has ${ofHost} in its host, and ${ofPool} in the pool: that is right only for a pool in several Regions.`;
}

/** Endpoints among the options are used as they are; the provider may say otherwise. */
function compared(visit, document, answer) {
  const { endpoints } = visit.options;
  if (document?.issuer === undefined) {
    return [
      warning(
        "discovery",
        `There are no metadata at ${visit.issuer}, which answers ${answer.status}.`,
        "See whether the issuer among the endpoints is right: ID tokens have it, to the letter.",
        "id_token_issuer",
      ),
    ];
  }
  if (document.issuer !== endpoints.issuer && !areOfOnePool(document.issuer, endpoints.issuer)) {
    return [
      failed(
        "discovery",
        `The provider's issuer is "${document.issuer}", and the options have "${endpoints.issuer}".`,
        "Correct the issuer among the endpoints.",
        "id_token_issuer",
      ),
    ];
  }
  const other = Object.entries(NAMES).find(
    ([name, wire]) => endpoints[name] && document[wire] && endpoints[name] !== document[wire],
  );
  if (other !== undefined) {
    const [name, wire] = other;
    return [
      warning(
        "discovery",
        `The option endpoints.${name} is ${endpoints[name]}, and the provider says ${document[wire]}.`,
        "Take the provider's, or leave endpoints out: they are discovered.",
      ),
    ];
  }
  return [ok("discovery", "The endpoints in the options are the provider's own.")];
}

/** A pool of Cognito has two names in each of its Regions, and the core takes any of them. */
function areOfOnePool(...issuers) {
  const [one, other] = issuers.map((issuer) => URL.canParse(issuer) && new URL(issuer));
  return isOfPool(one) && isOfPool(other) && one.pathname === other.pathname;
}

function isOfPool({ protocol, hostname }) {
  const isHost = /^(?:issuer-)?cognito-idp\.[a-z\d-]+\.amazonaws\.com(?:\.cn)?$/.test(hostname);
  return protocol === "https:" && isHost;
}

function* offered(document) {
  const {
    id_token_signing_alg_values_supported: algorithms,
    code_challenge_methods_supported: methods,
  } = document;
  if (Array.isArray(algorithms) && !algorithms.some((each) => ALGORITHMS.includes(each))) {
    yield failed(
      "discovery",
      `ID tokens are signed with ${algorithms.join(", ")} only.`,
      "Have the provider sign ID tokens with RS256 or ES256.",
      "id_token_algorithm",
    );
  }
  const extras = [
    methods?.includes("S256") && "PKCE with S256",
    document.pushed_authorization_request_endpoint && "pushed requests",
    document.dpop_signing_alg_values_supported && "DPoP",
    document.authorization_response_iss_parameter_supported && "iss in the callback",
    document.end_session_endpoint && "a logout page",
    document.revocation_endpoint && "revocation",
  ].filter(Boolean);
  if (extras.length > 0) yield ok("discovery", `It announces ${extras.join(", ")}.`);
}

function parsed(text) {
  try {
    const document = JSON.parse(text);
    return typeof document === "object" && document !== null ? document : undefined;
  } catch {
    return undefined;
  }
}
