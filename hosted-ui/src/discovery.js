/**
 * The issuer's origin: discovery and keys, for everyone, and nothing else. Where the pool has a
 * second issuer, the host by which it is asked chooses.
 */
export function issuerHandler({ issuer, secondIssuer, domain, keys, altered }) {
  const { pathname } = new URL(issuer);
  const documents = {
    [`${pathname}/.well-known/openid-configuration`]: (name) => discovery(name, domain),
    [`${pathname}/.well-known/jwks.json`]: () => keys.jwks(),
  };
  const nameAt = (host) =>
    secondIssuer && host === new URL(secondIssuer).host ? secondIssuer : issuer;
  return (request, response) => {
    const { pathname: path } = new URL(request.url, issuer);
    if (!Object.hasOwn(documents, path)) return sendBadRequest(response);
    response.setHeader("Access-Control-Allow-Origin", "*");
    if (request.method === "OPTIONS") {
      response.setHeader("Access-Control-Allow-Methods", "GET, HEAD");
      const asked = request.headers["access-control-request-headers"];
      if (asked) response.setHeader("Access-Control-Allow-Headers", asked);
      return response.writeHead(200).end();
    }
    if (request.method !== "GET" && request.method !== "HEAD") return sendBadRequest(response);
    const document = documents[path](nameAt(request.headers.host));
    sendJson(response, 200, altered(path, document, request));
  };
}

/** Only the fields that Cognito publishes, in its order. */
function discovery(issuer, domain) {
  return {
    authorization_endpoint: domain ? `${domain}/oauth2/authorize` : `${issuer}/authorize`,
    ...(domain ? { end_session_endpoint: `${domain}/logout` } : {}),
    id_token_signing_alg_values_supported: ["RS256"],
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    response_types_supported: ["code", "token"],
    ...(domain ? { revocation_endpoint: `${domain}/oauth2/revoke` } : {}),
    scopes_supported: ["openid", "email", "phone", "profile"],
    subject_types_supported: ["public"],
    token_endpoint: domain ? `${domain}/oauth2/token` : `${issuer}/token`,
    token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
    userinfo_endpoint: domain ? `${domain}/oauth2/userInfo` : `${issuer}/userInfo`,
  };
}

/** What the service answers to a browser that followed the endpoints of a pool without a domain. */
function sendBadRequest(response) {
  sendJson(response, 400, {
    code: "BadRequest",
    message: "The server did not understand the operation that was requested.",
  });
}

function sendJson(response, status, body) {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
}
