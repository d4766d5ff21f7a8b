import { failed, ok, refused, skipped } from "../finding.js";
import { pushedFinding } from "./pushed.js";
import { offerCode } from "./token.js";

/** What error pages of providers say of a callback, and of a client; some of them with status 200. */
const OF_CALLBACK = /redirect_?(?:uri)?_?mismatch|redirect[_ ]?ur[il]|callback url|AADSTS50011/i;
const OF_CLIENT =
  /invalid_client|(?:unknown|invalid)[ _]client|client (?:is invalid|not found)|AADSTS70001[16]/i;
const IN_A_PAGE = /AADSTS\d+/;

/** How many scopes, and other spellings of a callback, are asked for one by one. */
const MOST_SCOPES = 4;
const MOST_SPELLINGS = 8;

/** What some register though nobody needs to write it, and where frameworks' own servers listen. */
const DEFAULT_PORTS = { "http:": "80", "https:": "443" };
const DEVELOPMENT_PORTS = ["3000", "5173", "8080", "4200"];

/**
 * The request that the user would leave with, without a browser: the provider shows its login page, or says
 * what is wrong. No cookie is kept, and nobody signs in.
 * @type {import("../run.js").Check}
 */
export async function checkAuthorization(visit) {
  let begun;
  try {
    begun = visit.beginSignIn();
  } catch (refusal) {
    return [refused("authorization", refusal)];
  }
  const mustPush = begun.push !== undefined && !begun.mayPush;
  const pushed = mustPush ? [await pushedFinding(visit, begun.push)] : [];
  if (pushed.some(({ verdict }) => verdict === "failed")) return pushed;
  return [...pushed, ...(await asked(visit, begun.url, mustPush))];
}

/** The request as it is without having been pushed, which tells of the callback all the same. */
async function asked(visit, url, mustPush) {
  let outcome;
  try {
    outcome = await outcomeAt(visit, url);
  } catch (fault) {
    return [refused("authorization", fault)];
  }
  const { kind, evidence } = outcome;
  if (kind === "login") {
    return [
      ok("authorization", evidence),
      ...unannounced(visit, url),
      ...(await unseen(visit, url)),
    ];
  }
  if (kind === "callback") {
    const found = await answered(visit, url, outcome.location, mustPush);
    return found.verdict === "ok" ? [found, ...unannounced(visit, url)] : [found];
  }
  if (mustPush && kind === "stays" && outcome.said === "") {
    return [
      skipped(
        "authorization",
        "Whether it knows redirectUri shows when a user signs in: it takes pushed requests alone.",
      ),
    ];
  }
  if (kind === "stays") return [await stayed(visit, url, outcome)];
  if (outcome.status === 429) {
    const evidence = `${outcome.evidence} That is too many requests from here, and says nothing of the client.`;
    return [skipped("authorization", evidence)];
  }
  if (outcome.status >= 500 && (await isUnknown(visit))) return [unknownClient(visit, evidence)];
  if (outcome.status >= 500) {
    const fix =
      "See the provider's log; some fail like that for a client ID that they do not know.";
    return [failed("authorization", evidence, fix, "provider_unavailable")];
  }
  const fix = visit.isCognito
    ? "Copy the domain from Cognito's console: the endpoint is its /oauth2/authorize."
    : "Correct the authorization endpoint.";
  return [failed("authorization", evidence, fix)];
}

/** A provider may ignore a scope, and need not announce each that it has: OpenID Connect Core §3.1.2.1. */
function unannounced({ metadata }, url) {
  const { scopes_supported: announced } = metadata;
  if (!Array.isArray(announced)) return [];
  const others = scopesIn(url).filter((scope) => !announced.includes(scope));
  if (others.length === 0) return [];
  const evidence = `It takes the scope ${others.join(", ")} without announcing it: see whether the tokens have it.`;
  return [ok("authorization", evidence)];
}

function scopesIn(url) {
  return new URL(url).searchParams.get("scope").split(" ");
}

/** Some look at the callback only when the user has signed in, and some take any of an origin. */
async function unseen(visit, url) {
  const madeUp = `${new URL(visit.options.redirectUri).origin}/pkce-wasm-doctor`;
  const { kind, evidence } = await tried(visit, changed(url, "redirect_uri", madeUp));
  if (kind === "stays") {
    return [
      ok("authorization", "It knows client and callback."),
      await proofKeyFinding(visit, url),
    ];
  }
  const seen = kind === "other" ? evidence : "It does so for a made-up callback as well.";
  return [
    skipped("authorization", `${seen} Whether it knows redirectUri shows when a user signs in.`),
  ];
}

/** What a request without a code challenge comes to: RFC 7636 §4.4.1. */
async function proofKeyFinding(visit, url) {
  const without = new URL(url);
  without.searchParams.delete("code_challenge");
  without.searchParams.delete("code_challenge_method");
  const { kind, location, evidence } = await tried(visit, without.href);
  if (kind === "login") return ok("authorization", "It takes requests without PKCE, too.");
  if (kind === "stays" || (location && errorOf(location) === "invalid_request")) {
    return ok("authorization", "It demands PKCE.");
  }
  const said = evidence ?? "It sends back with another error.";
  return skipped("authorization", `Whether it demands PKCE could not be seen. ${said}`);
}

/** The outcome of a request beside the user's own, of which nothing follows where there is no answer. */
async function tried(visit, url) {
  try {
    return await outcomeAt(visit, url);
  } catch ({ message }) {
    return { kind: "other", evidence: message };
  }
}

/** What the provider does with a request: it shows a login page or an error page, or sends back. */
async function outcomeAt(visit, url) {
  const { status, headers, text } = await visit.ask(url, { headers: { accept: "text/html" } });
  const place = url.split("?")[0];
  const stays = (said, evidence) => ({ kind: "stays", said, evidence: `${place} ${evidence}.` });
  if (status >= 300 && status < 400 && headers.has("location")) {
    const location = addressIn(headers, url);
    if (location === undefined) {
      return { kind: "other", evidence: `${place} answers ${status}, and leads to no page.` };
    }
    const { host, pathname } = location;
    if (isAt(new URL(url).searchParams.get("redirect_uri"), location))
      return { kind: "callback", location };
    if (/\/error\/?$/.test(pathname)) {
      const said = errorIn(location);
      return stays(said, `leads to its error page: ${said}`);
    }
    return { kind: "login", evidence: `${place} leads to the login page, ${host}${pathname}.` };
  }
  const said = OF_CALLBACK.exec(text)?.[0] ?? OF_CLIENT.exec(text)?.[0] ?? "";
  if (status === 200 && !IN_A_PAGE.test(text)) {
    return { kind: "login", evidence: `${place} shows the login page.` };
  }
  if ([200, 400, 401, 403].includes(status)) {
    return stays(said, `shows an error page (${status})${said && `: ${said}`}`);
  }
  return { kind: "other", status, evidence: `${place} answers ${status}, and no login page.` };
}

/** Where a page leads to, if browsers can go there. */
function addressIn(headers, url) {
  const location = headers.get("location");
  if (!URL.canParse(location, url)) return undefined;
  const address = new URL(location, url);
  return /^https?:$/.test(address.protocol) ? address : undefined;
}

function isAt(redirectUri, { href } = {}) {
  return href?.split(/[?#]/)[0] === redirectUri.split("?")[0];
}

/** The words of an error page's address; Google's are in base64. */
function errorIn({ searchParams }) {
  const encoded = Buffer.from(searchParams.get("authError") ?? "", "base64").toString("latin1");
  const words = ["error", "error_description"].map((name) => searchParams.get(name));
  return [...words, OF_CALLBACK.exec(encoded)?.[0]].filter(Boolean).join(", ");
}

/** The provider has sent back with an error, which the core reads as it would in the browser. */
async function answered(visit, url, location, mustPush) {
  try {
    visit.step((core) => core.resume(location.href, core.transactionKey(location.href)));
    return ok("authorization", "The provider sent back at once.");
  } catch (refusal) {
    if (mustPush && refusal.code === "provider_error") {
      return ok("authorization", "It knows client and callback, and takes pushed requests alone.");
    }
    if (refusal.code !== "scope_not_enabled")
      return refused("authorization", { ...refusal, fix: fixOf(refusal.code) });
    const scopes = await scopesRefused(visit, url, location);
    const named = scopes.length > 0 ? ` It is ${scopes.join(", ")}.` : "";
    return failed(
      "authorization",
      `A scope is not enabled for this client.${named}`,
      `Enable ${scopes.join(", ") || "it"} for the app client, or leave it out of scope.`,
      refusal.code,
    );
  }
}

function fixOf(code) {
  return code === "flow_not_enabled"
    ? "Turn the authorization code grant on for the app client."
    : "Correct what the provider names.";
}

/** Which of the scopes it is: each beside openid alone is refused in the same way. */
async function scopesRefused(visit, url, refusal) {
  const scopes = scopesIn(url).filter((scope) => scope !== "openid");
  const refusedOnes = [];
  for (const scope of scopes.slice(0, MOST_SCOPES)) {
    const { location } = await tried(visit, changed(url, "scope", `openid ${scope}`));
    if (location !== undefined && errorOf(location) === errorOf(refusal)) refusedOnes.push(scope);
  }
  return refusedOnes;
}

function errorOf({ searchParams }) {
  return searchParams.get("error");
}

/** The user would not come back: the client or the callback is not known. The token endpoint knows clients. */
async function stayed(visit, url, { said, evidence }) {
  const { redirectUri } = visit.options;
  const isNobody = (await isUnknown(visit)) || OF_CLIENT.test(said);
  const registered = await registeredSpelling(visit, url);
  if (registered !== undefined) {
    return failed(
      "authorization",
      `${redirectUri} is no callback of the client, and ${registered} is one.`,
      `Write redirectUri as it is registered, or register ${redirectUri} as well.`,
      "redirect_uri_mismatch",
    );
  }
  if (isNobody) return unknownClient(visit, evidence);
  const fix = OF_CALLBACK.test(said)
    ? `Register ${redirectUri} at the provider, to the letter.`
    : "Compare client ID and callback with what the provider has.";
  return failed(
    "authorization",
    evidence,
    fix,
    OF_CALLBACK.test(said) ? "redirect_uri_mismatch" : undefined,
  );
}

/** Whether the token endpoint refuses the client, which says more than some login pages. */
async function isUnknown(visit) {
  const refusal = await offerCode(visit).catch(() => undefined);
  return refusal?.code === "client_has_secret";
}

function unknownClient({ options }, evidence) {
  return failed(
    "authorization",
    `${evidence} The client ${options.clientId} is not known there, or has a secret.`,
    "Copy the client ID again, of a public app client.",
  );
}

/** A callback that is registered under another spelling, as happens. */
async function registeredSpelling(visit, url) {
  const spellings = new Set(spellingsOf(visit.options.redirectUri));
  spellings.delete(visit.options.redirectUri);
  for (const spelling of [...spellings].slice(0, MOST_SPELLINGS)) {
    const { kind, location } = await tried(visit, changed(url, "redirect_uri", spelling));
    if (kind === "login" || isAt(spelling, location)) return spelling;
  }
  return undefined;
}

const TWINS = { localhost: "127.0.0.1", "127.0.0.1": "localhost" };

function* spellingsOf(redirectUri) {
  const { origin, protocol, hostname } = new URL(redirectUri);
  const [, scheme, written] = /^([^/]*\/\/)([^/?#]*)/.exec(redirectUri);
  const at = (authority) => redirectUri.replace(scheme + written, scheme + authority);
  yield redirectUri.endsWith("/") ? redirectUri.replace(/\/+$/, "") : `${redirectUri}/`;
  const twin = TWINS[hostname];
  if (twin !== undefined) yield at(written.replace(hostname, twin));
  yield at(written === hostname ? `${hostname}:${DEFAULT_PORTS[protocol]}` : hostname);
  yield `${origin}/callback`;
  if (twin === undefined) return;
  for (const other of DEVELOPMENT_PORTS) yield at(`${hostname}:${other}`);
}

function changed(url, name, value) {
  const other = new URL(url);
  other.searchParams.set(name, value);
  return other.href;
}
