import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { exportJWK, generateKeyPair, SignJWT } from "jose";

const paths = {
  authorization_endpoint: "/authorize",
  token_endpoint: "/oauth/token",
  jwks_uri: "/jwks",
  userinfo_endpoint: "/userinfo",
  revocation_endpoint: "/revoke",
  end_session_endpoint: "/logout",
};

/** A JWT, for keycloak-js reads it as one. */
const refreshToken = "eyJhbGciOiJub25lIn0.eyJ0eXAiOiJSZWZyZXNoIn0.";

/**
 * An OpenID provider where the user has a session already: the authorization endpoint answers at
 * once, with a code. Signing is real (RS256). It answers after the round trips that the network
 * would take: `network.rtt` milliseconds each, one for a request, and two for a new connection, for TCP
 * and TLS 1.3.
 *
 * @param {{ rtt: number }} network
 */
export async function startProvider(network) {
  const { privateKey, publicKey } = await generateKeyPair("RS256");
  const jwk = { ...(await exportJWK(publicKey)), kid: "bench", alg: "RS256", use: "sig" };
  const codes = new Map();
  const log = [];
  const lifetime = { seconds: 3600 };
  const claims = { accessToken: {}, idToken: {} };
  let gate = Promise.resolve();
  const authTime = Math.floor(Date.now() / 1000);
  let serial = 0;
  let issuer;

  async function tokens({ clientId, nonce, seconds }) {
    const now = Math.floor(Date.now() / 1000);
    // auth0-spa-js wants Auth0's form of an issuer, with a slash at its end.
    const iss = clientId === "auth0-spa-js" ? `${issuer}/` : issuer;
    const sign = (claims, lives) =>
      new SignJWT({ jti: String((serial += 1)), ...claims })
        .setProtectedHeader({ alg: "RS256", kid: "bench" })
        .setIssuer(iss)
        .setSubject("alice")
        .setAudience(clientId)
        .setIssuedAt(now)
        .setExpirationTime(now + lives)
        .sign(privateKey);
    return {
      access_token: await sign(
        { ...claims.accessToken, scope: "openid email offline_access" },
        seconds,
      ),
      id_token: await sign(
        { ...claims.idToken, email: "alice@example.com", auth_time: authTime, nonce },
        3600,
      ),
      refresh_token: refreshToken,
      token_type: "Bearer",
      scope: "openid email offline_access",
      expires_in: seconds,
    };
  }

  async function answer(request, url, form) {
    const clientId = form.get("client_id");
    if (url.pathname === paths.jwks_uri) return { keys: [jwk] };
    if (url.pathname === "/.well-known/openid-configuration") return metadata();
    if (url.pathname !== paths.token_endpoint) return undefined;
    if (form.get("grant_type") === "authorization_code") {
      const { nonce } = codes.get(form.get("code"));
      return tokens({ clientId, nonce, seconds: lifetime.seconds });
    }
    return tokens({ clientId, seconds: lifetime.seconds });
  }

  const metadata = () => ({
    issuer,
    ...Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, issuer + path])),
    response_types_supported: ["code"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
    code_challenge_methods_supported: ["S256"],
  });

  const server = createServer(async (request, response) => {
    const entry = begin(log, "provider", request);
    const url = new URL(request.url, issuer);
    const parts = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts).toString();
    // auth0-spa-js may send JSON.
    const form = body.startsWith("{")
      ? new URLSearchParams(JSON.parse(body))
      : new URLSearchParams(body);
    entry.grant = form.get("grant_type");
    await travel(request.socket, network);
    response.setHeader("Access-Control-Allow-Origin", request.headers.origin ?? "*");
    response.setHeader("Access-Control-Allow-Headers", "content-type, auth0-client");
    // keycloak-js sends cookies.
    response.setHeader("Access-Control-Allow-Credentials", "true");
    response.on("finish", () => (entry.end = now()));
    if (request.method === "OPTIONS") return response.writeHead(204).end();
    if (url.pathname === paths.authorization_endpoint) {
      const asked = url.searchParams;
      const code = `code-${(serial += 1)}`;
      codes.set(code, { nonce: asked.get("nonce") ?? undefined });
      await gate;
      const back = new URL(asked.get("redirect_uri"));
      back.search = new URLSearchParams({ code, state: asked.get("state"), iss: issuer });
      return response.writeHead(303, { Location: back.href }).end();
    }
    const value = await answer(request, url, form);
    response.setHeader("Content-Type", "application/json");
    return response.writeHead(value ? 200 : 404).end(JSON.stringify(value ?? {}));
  });
  watchConnections(server);
  server.keepAliveTimeout = 600_000;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // Another site than the app's, which is at localhost: as in life, they share no connections.
  issuer = `http://127.0.0.1:${server.address().port}`;

  return {
    issuer,
    endpoints: metadata(),
    log,
    lifetime,
    /** Further claims of each token. */
    claims,
    /** The authorization endpoint waits for this with its answers. */
    hold: (until) => (gate = until),
    closeIdle: () => server.closeIdleConnections(),
    close: () => close(server),
  };
}

/** Writes a request into a log, with the time of its arrival. */
export function begin(log, at, { method, url, headers }) {
  const [path, query = ""] = url.split("?");
  const bearer = headers.authorization;
  const entry = { at, method, path, query, bearer, start: now(), end: Infinity };
  log.push(entry);
  return entry;
}

/** Milliseconds since the epoch, with fractions, as pages have them too. */
export const now = () => performance.timeOrigin + performance.now();

/** When each connection was opened. */
const opened = new WeakMap();

/** Notes the connections of a server, for {@link travel}. */
export function watchConnections(server) {
  server.on("connection", (socket) => opened.set(socket, now()));
}

/**
 * Waits as long as a request and its answer travel, and before that until the connection would be there:
 * two round trips after it was opened, which may have been ahead of the request.
 */
export async function travel(socket, { rtt }) {
  const connecting = opened.get(socket) + 2 * rtt - now();
  if (rtt > 0) await wait(Math.max(connecting, 0) + rtt);
}

export async function close(server) {
  server.close();
  server.closeAllConnections();
  await once(server, "close");
}
