import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { keyOf, signed } from "./jws.js";

/**
 * What an endpoint answers. A body that is an object is sent as JSON; `cutOff` ends the connection
 * before the body's announced end, `unfinished` never ends the body, `endless` goes on with spaces.
 *
 * @typedef {{ status: number, headers: Record<string, string>, body?: any, cutOff?: boolean,
 *   unfinished?: boolean, endless?: boolean }} Answer
 */

/**
 * How an issuer deviates from a correct one: for each endpoint either members that replace those of
 * its JSON (undefined leaves one out), or a function that gives another answer, or `never`.
 *
 * @typedef {object | ((answer: Answer, issuer: Issuer) => Answer) | typeof never} Deviation
 *
 * @typedef {object} Deviations
 * @property {string} [signedBy] the algorithm of ID tokens
 * @property {Deviation} [metadata]
 * @property {Deviation} [authorization]
 * @property {Deviation} [token] answers to codes
 * @property {Deviation} [refresh] answers to refresh tokens
 * @property {Deviation} [keys]
 * @property {Deviation} [userinfo]
 * @property {Deviation} [logout]
 * @property {IdTokenDeviation} [idToken]
 * @property {IdTokenDeviation} [refreshedIdToken]
 * @property {boolean} [ignoresPkce]
 *
 * @typedef {object} IdTokenDeviation
 * @property {object} [header] members that replace those of the header
 * @property {object | ((claims: object, issuer: Issuer) => object)} [claims]
 * @property {(parts: { header: object, claims: object, key: object, issuer: Issuer }) => string} [made]
 */

/** In an answer's place: the request is left waiting. */
export const never = Symbol("never");

export const clientId = "single-page-app";
export const subject = "alice";

const paths = {
  metadata: "/.well-known/openid-configuration",
  authorization: "/authorize",
  token: "/token",
  keys: "/keys",
  userinfo: "/userinfo",
  revocation: "/revoke",
  logout: "/logout",
};

/** A server of OpenID providers, each of which is correct but for what it is told. */
export async function startProvider() {
  const issuers = new Map();
  const server = createServer(async (request, response) => {
    const [, name] = request.url.split("/");
    const issuer = issuers.get(name);
    if (issuer) await issuer.serve(request, response);
    else response.writeHead(404).end();
  });
  // Else Node's fetch may take up a connection just as it is closed.
  server.keepAliveTimeout = 0;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  return {
    /** @param {Deviations} does */
    open(does = {}) {
      const name = `issuer-${issuers.size + 1}`;
      const issuer = new Issuer(`http://localhost:${port}/${name}`, does);
      issuers.set(name, issuer);
      return issuer;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/** One provider: an issuer of its own, so that nothing of one case is left for another. */
export class Issuer {
  #does;
  #codes = new Map();
  #refreshTokens = new Map();
  /** What was asked of it: `{ endpoint, method, parameters, authorization, referrer }`. */
  requests = [];
  /** What it answered: `{ endpoint, body }`. */
  sent = [];
  /** Another issuer, which it mixes up with itself. */
  other;
  /** The authorization response that a correct provider would have sent. */
  honestCallback;

  constructor(url, does) {
    this.url = url;
    this.#does = does;
    this.key = keyOf(does.signedBy ?? "RS256");
  }

  /** The same provider by another origin. */
  get elsewhere() {
    return this.url.replace("localhost", "127.0.0.1");
  }

  /** The requests to an endpoint, CORS preflights left out. */
  asked(endpoint) {
    return this.requests.filter((request) => request.endpoint === endpoint);
  }

  /** What was asked for that is no endpoint. */
  get unforeseen() {
    return this.requests.filter(({ endpoint }) => !Object.hasOwn(paths, endpoint));
  }

  /** Every token that it ever sent. */
  get sentTokens() {
    const members = ["access_token", "id_token", "refresh_token"];
    return this.sent
      .flatMap(({ body }) => members.map((name) => body?.[name]))
      .filter((token) => typeof token === "string" && token.length > 8);
  }

  async serve(request, response) {
    const url = new URL(request.url, this.url);
    const path = url.pathname.slice(new URL(this.url).pathname.length);
    const endpoint = Object.keys(paths).find((name) => paths[name] === path) ?? path;
    response.setHeader("Access-Control-Allow-Origin", "*");
    response.setHeader("Access-Control-Allow-Headers", "authorization");
    response.setHeader("Cache-Control", "no-store");
    if (request.method === "OPTIONS") return response.writeHead(204).end();

    const form = request.method === "POST" ? new URLSearchParams(await text(request)) : undefined;
    const parameters = form ?? url.searchParams;
    const { method, headers } = request;
    const { authorization, referer: referrer } = headers;
    this.requests.push({ endpoint, method, parameters, authorization, referrer });
    const honest = this.#honest(endpoint, { parameters, authorization });
    const name =
      endpoint === "token" && parameters.get("grant_type") === "refresh_token"
        ? "refresh"
        : endpoint;
    const answer = await this.#deviate(honest, this.#does[name]);
    this.sent.push({ endpoint, body: answer.body });
    send(response, answer);
  }

  #deviate(honest, deviation) {
    if (deviation === never) return never;
    if (typeof deviation === "function") return deviation(honest, this);
    return { ...honest, body: deviation ? { ...honest.body, ...deviation } : honest.body };
  }

  #honest(endpoint, request) {
    switch (endpoint) {
      case "metadata":
        return json(this.#metadata());
      case "authorization":
        return this.#authorize(request.parameters);
      case "token":
        return this.#exchange(request.parameters);
      case "keys":
        return json({ keys: [this.key.jwk] });
      case "userinfo":
        return json({ sub: subject, name: "Alice", email: "alice@example.com" });
      case "revocation":
        return json({});
      case "logout":
        return redirect(withState(request.parameters));
      default:
        return { status: 404, headers: {} };
    }
  }

  #metadata() {
    return {
      issuer: this.url,
      authorization_endpoint: this.url + paths.authorization,
      token_endpoint: this.url + paths.token,
      jwks_uri: this.url + paths.keys,
      userinfo_endpoint: this.url + paths.userinfo,
      revocation_endpoint: this.url + paths.revocation,
      end_session_endpoint: this.url + paths.logout,
      response_types_supported: ["code"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: [this.key.alg],
      token_endpoint_auth_methods_supported: ["none"],
      code_challenge_methods_supported: ["S256"],
      authorization_response_iss_parameter_supported: true,
    };
  }

  /** Nobody has to type anything: the user is always alice, and always agrees. */
  #authorize(parameters) {
    const { state, ...grant } = Object.fromEntries(parameters);
    const callback = new URL(grant.redirect_uri);
    callback.searchParams.set("code", this.grant(grant));
    callback.searchParams.set("state", state);
    callback.searchParams.set("iss", this.url);
    this.honestCallback = callback.href;
    return redirect(callback.href);
  }

  /** A code for an authorization request with these parameters. */
  grant(parameters) {
    const code = randomUUID();
    this.#codes.set(code, parameters);
    return code;
  }

  /** An access token or a refresh token: opaque, as RFC 6749 §1.4 and §1.5 have them. */
  newToken() {
    return randomUUID();
  }

  #exchange(parameters) {
    const isRefresh = parameters.get("grant_type") === "refresh_token";
    const [issued, key] = isRefresh
      ? [this.#refreshTokens, parameters.get("refresh_token")]
      : [this.#codes, parameters.get("code")];
    const grant = issued.get(key);
    issued.delete(key);
    const isGood =
      grant?.client_id === parameters.get("client_id") &&
      (isRefresh || this.#isRedeemable(grant, parameters));
    if (!isGood) return json({ error: "invalid_grant" }, 400);

    const refreshToken = this.newToken(grant);
    this.#refreshTokens.set(refreshToken, grant);
    const accessToken = this.newToken(grant);
    return json({
      access_token: accessToken,
      token_type: "Bearer",
      expires_in: 3600,
      refresh_token: refreshToken,
      scope: grant.scope,
      id_token: this.#idToken(grant, accessToken, isRefresh),
    });
  }

  /** RFC 6749 §4.1.3, RFC 7636 §4.6. */
  #isRedeemable(grant, parameters) {
    const verifier = parameters.get("code_verifier") ?? "";
    const challenge = createHash("sha256").update(verifier).digest("base64url");
    return (
      grant.redirect_uri === parameters.get("redirect_uri") &&
      (grant.code_challenge === challenge || this.#does.ignoresPkce === true)
    );
  }

  #idToken(grant, accessToken, isRefresh) {
    const { refreshedIdToken, idToken } = this.#does;
    const { header, claims, made } = (isRefresh ? refreshedIdToken : idToken) ?? {};
    const now = Math.floor(Date.now() / 1000);
    const honestClaims = {
      iss: this.url,
      sub: subject,
      aud: grant.client_id,
      exp: now + 3600,
      iat: now,
      auth_time: grant.auth_time ?? (grant.auth_time = now),
      nonce: isRefresh ? undefined : grant.nonce,
      at_hash: accessTokenHash(accessToken, this.key.alg),
    };
    const parts = {
      header: { alg: this.key.alg, kid: this.key.kid, typ: "JWT", ...header },
      claims:
        typeof claims === "function" ? claims(honestClaims, this) : { ...honestClaims, ...claims },
      key: this.key,
      issuer: this,
    };
    return made ? made(parts) : signed(parts.header, parts.claims, parts.key);
  }
}

/** OpenID Connect Core §3.1.3.6. */
function accessTokenHash(accessToken, alg) {
  const hash = alg === "EdDSA" ? "sha512" : `sha${alg.slice(-3)}`;
  const digest = createHash(hash).update(accessToken).digest();
  return digest.subarray(0, digest.length / 2).toString("base64url");
}

/** @returns {Answer} */
export function json(body, status = 200) {
  return { status, headers: { "Content-Type": "application/json" }, body };
}

/** @returns {Answer} */
export function redirect(location, status = 302) {
  return { status, headers: { Location: location } };
}

function send(response, answer) {
  if (answer === never) return;
  const { status, headers, body = "", cutOff, unfinished, endless } = answer;
  const isBytes = typeof body === "string" || body instanceof Uint8Array;
  const bytes = Buffer.from(isBytes ? body : JSON.stringify(body));
  if (cutOff) response.setHeader("Content-Length", bytes.length + 1);
  response.writeHead(status, headers);
  if (cutOff) response.write(bytes, () => response.destroy());
  else if (unfinished) response.write(bytes);
  else if (endless) pour(response, bytes);
  else response.end(bytes);
}

/** Goes on for as long as anybody reads. */
function pour(response, bytes) {
  const spaces = Buffer.alloc(65_536, " ");
  const goOn = () => {
    while (!response.destroyed && response.write(spaces));
  };
  response.on("drain", goOn).write(bytes);
  goOn();
}

/** Where RP-Initiated Logout §3 sends the user. */
function withState(parameters) {
  const url = new URL(parameters.get("post_logout_redirect_uri"));
  if (parameters.has("state")) url.searchParams.set("state", parameters.get("state"));
  return url.href;
}
