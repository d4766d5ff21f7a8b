// Content Security Policy Level 3, as far as a sign-in meets it.
import { failed, ok, warning } from "../finding.js";
import { tagsIn } from "./html.js";

/**
 * One policy, of the header or of the page itself.
 * @typedef {{ directives: Map<string, string[]>, isSent: boolean }} Policy
 */

/** @returns {Policy[]} */
export function policiesOf(headers, text) {
  const inPage = tagsIn(text)
    .filter(({ name, attributes }) => name === "meta" && isPolicy(attributes))
    .map(({ attributes }) => attributes.get("content") ?? "");
  const sent = headers.get("content-security-policy")?.split(",") ?? [];
  return [
    ...sent.map((each) => ({ directives: directivesOf(each), isSent: true })),
    ...inPage.map((each) => ({ directives: directivesOf(each), isSent: false })),
  ];
}

function isPolicy(attributes) {
  return attributes.get("http-equiv")?.toLowerCase() === "content-security-policy";
}

function directivesOf(policy) {
  const directives = policy.split(";").map((each) => each.trim().split(/\s+/));
  return new Map(directives.reverse().map(([name, ...sources]) => [name.toLowerCase(), sources]));
}

/** What a policy keeps the core from: to run, and to ask the provider. */
export function* policyFindings(visit, { directives }) {
  const scripts = directives.get("script-src") ?? directives.get("default-src");
  if (scripts && !scripts.some((each) => /^'(?:wasm-)?unsafe-eval'$/i.test(each))) {
    yield failed(
      "page",
      "The page's Content Security Policy forbids WebAssembly.",
      "Add 'wasm-unsafe-eval' to script-src.",
      "wasm_blocked",
    );
  }
  const connections = directives.get("connect-src") ?? directives.get("default-src");
  const missing = missingIn(connections, originsOf(neededBy(visit)), visit.origin);
  if (missing.length > 0) {
    yield failed(
      "page",
      `The page's Content Security Policy forbids to ask ${missing.join(" and ")}.`,
      `Add ${missing.join(" ")} to connect-src.`,
      "network",
    );
  }
  const { userinfo_endpoint: userinfo, revocation_endpoint: revocation } = visit.metadata;
  for (const [endpoint, loss] of [
    [userinfo, "userInfo() fails"],
    [revocation, "signOut() does not revoke the tokens"],
  ]) {
    const [origin] = missingIn(connections, originsOf([endpoint]), visit.origin);
    if (origin === undefined || missing.includes(origin)) continue;
    yield warning(
      "page",
      `The page's Content Security Policy forbids to ask ${origin}: users sign in, and ${loss}.`,
      `Add ${origin} to connect-src.`,
      "network",
    );
  }
}

/** Where a sign-in sends requests to: to the issuer only for its metadata. */
function neededBy({ options, issuer, metadata }) {
  const {
    token_endpoint: token,
    jwks_uri: keys,
    require_pushed_authorization_requests: mustPush,
    pushed_authorization_request_endpoint: push,
  } = metadata;
  const isDiscovered = options.endpoints?.issuer === undefined;
  return [isDiscovered && issuer, token, keys, mustPush === true && push];
}

function originsOf(addresses) {
  return addresses.filter((each) => URL.canParse(each)).map((each) => new URL(each).origin);
}

/** What keeps `store: "worker"` from its worker, which is started from a `blob:` URL. */
export function* workerFindings({ options }, policies) {
  if (options.store !== "worker") return;
  if (!policies.every(({ directives }) => mayStartWorker(directives))) {
    yield failed(
      "page",
      "The page's Content Security Policy forbids the worker that is to keep the refresh token.",
      "Add blob: to worker-src.",
      "worker_blocked",
    );
    return;
  }
  const isGuarded = policies.some(({ directives }) =>
    directives.get("require-trusted-types-for")?.some((each) => /^'script'$/i.test(each)),
  );
  const isNamed = ({ directives }) =>
    directives.get("trusted-types")?.some((each) => each === "pkce-wasm" || each === "*") ?? true;
  if (!isGuarded || policies.every(isNamed)) return;
  yield failed(
    "page",
    "The page's Content Security Policy asks for Trusted Types, and does not have the worker's policy.",
    "Add pkce-wasm to trusted-types.",
    "worker_blocked",
  );
}

/** What stands for all hosts is not for `blob:`; and a script that may start others may start a worker. */
function mayStartWorker(directives) {
  const sources = ["worker-src", "child-src", "script-src", "default-src"]
    .map((name) => directives.get(name))
    .find((each) => each !== undefined);
  return sources?.some((each) => /^(?:blob:|'strict-dynamic')$/i.test(each)) ?? true;
}

/**
 * What keeps `signInSilent()` from working: the provider's page and then this one are in a frame of this one.
 * Few apps want that, and a page may well forbid it, so it is no complaint. Cognito's pages are never framed.
 */
export function* framesFindings(visit, policies, headers) {
  const { authorization_endpoint: authorization } = visit.metadata;
  if (visit.isCognito || !URL.canParse(authorization)) return;
  const framed = [new URL(authorization).origin, visit.origin];
  const sources = policies.map(
    ({ directives }) =>
      directives.get("frame-src") ?? directives.get("child-src") ?? directives.get("default-src"),
  );
  const missing = sources.flatMap((each) => missingIn(each, framed, visit.origin));
  // A policy in the page has no frame-ancestors, and where one is, X-Frame-Options is not looked at.
  const ancestors = policies
    .filter(({ directives, isSent }) => isSent && directives.has("frame-ancestors"))
    .map(({ directives }) => directives.get("frame-ancestors"));
  const mayBeFramed =
    ancestors.length > 0
      ? ancestors.every((each) => missingIn(each, [visit.origin], visit.origin).length === 0)
      : !/^\s*deny\b/i.test(headers.get("x-frame-options") ?? "");
  const embedder = headers.get("cross-origin-embedder-policy")?.split(";")[0].trim();
  const reasons = [
    missing.length > 0 && `frame-src has not ${[...new Set(missing)].join(" and ")}`,
    !mayBeFramed && "the page may not be framed (frame-ancestors, X-Frame-Options)",
    /^(?:require-corp|credentialless)$/.test(embedder) &&
      `Cross-Origin-Embedder-Policy is ${embedder}`,
  ].filter(Boolean);
  if (reasons.length === 0) return;
  yield ok("page", `signInSilent(), for who uses it, does not work there: ${reasons.join("; ")}.`);
}

/** Which of some origins a directive does not allow; without the directive all are allowed. */
function missingIn(sources, origins, own) {
  if (sources === undefined) return [];
  return [...new Set(origins)].filter(
    (origin) => !sources.some((source) => allows(source, origin, own)),
  );
}

const DEFAULT_PORTS = { "http:": "80", "https:": "443" };

/** Whether a source matches: §6.7.2.8, as far as origins go. */
function allows(source, origin, own) {
  if (source === "*") return true;
  const { protocol, hostname, port } = new URL(origin);
  const ofPage = new URL(own);
  if (/^'self'$/i.test(source)) {
    const isUpgrade =
      ofPage.hostname === hostname && protocol === "https:" && !ofPage.port && !port;
    return origin === own || isUpgrade;
  }
  const [, scheme, host, itsPort = ""] =
    /^(?:([a-z][a-z\d+.-]*:)(?:\/\/|$))?([^/:]+|\[[^\]]*\])?(?::(\d+|\*))?(?:\/|$)/i.exec(source) ??
    [];
  if (!isScheme(scheme?.toLowerCase() ?? ofPage.protocol, protocol)) return false;
  if (host === undefined) return scheme !== undefined;
  const isHost = host.startsWith("*.")
    ? hostname.endsWith(host.slice(1).toLowerCase())
    : host.toLowerCase() === hostname;
  const actual = port || DEFAULT_PORTS[protocol];
  const isPort =
    itsPort === "*" ||
    (itsPort || DEFAULT_PORTS[protocol]) === actual ||
    (itsPort === "80" && actual === "443");
  return isHost && isPort;
}

/** `http:` allows `https:` as well. */
function isScheme(allowed, protocol) {
  return allowed === protocol || (allowed === "http:" && protocol === "https:");
}
