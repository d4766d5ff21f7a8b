import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { startServer } from "./server.js";

/** Those of Auth0, to which auth0-spa-js adds nothing else. Cognito's are served as well, for Amplify. */
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
 * once, with a code. Signing is real (RS256).
 *
 * @param {{ rtt: number }} network
 */
export async function startProvider(network) {
  const { privateKey, publicKey } = await generateKeyPair("RS256");
  const jwk = { ...(await exportJWK(publicKey)), kid: "bench", alg: "RS256", use: "sig" };
  const codes = new Map();
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

  const metadata = () => ({
    issuer,
    ...Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, issuer + path])),
    response_types_supported: ["code"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
    code_challenge_methods_supported: ["S256"],
  });

  const redeem = (form) => {
    const { nonce } = codes.get(form.get("code")) ?? {};
    return tokens({ clientId: form.get("client_id"), nonce, seconds: lifetime.seconds });
  };

  /** A user pool of Cognito, which Amplify asks for new tokens. */
  async function newTokens({ ClientId }) {
    const { seconds } = lifetime;
    const { access_token, id_token } = await tokens({ clientId: ClientId, seconds });
    return {
      AuthenticationResult: {
        AccessToken: access_token,
        IdToken: id_token,
        TokenType: "Bearer",
        ExpiresIn: seconds,
      },
    };
  }

  /** Where the authorization endpoint sends the user back to. */
  function authorize(asked) {
    const code = `code-${(serial += 1)}`;
    codes.set(code, { nonce: asked.get("nonce") ?? undefined });
    const back = new URL(asked.get("redirect_uri"));
    back.search = new URLSearchParams({ code, state: asked.get("state"), iss: issuer });
    return back.href;
  }

  async function answer(request, pathname) {
    // auth0-spa-js may send JSON.
    const json = request.body.startsWith("{") ? JSON.parse(request.body) : undefined;
    switch (pathname) {
      case "/.well-known/openid-configuration":
        return metadata();
      case paths.jwks_uri:
        return { keys: [jwk] };
      case "/user-pool":
        request.entry.grant = "refresh_token";
        return newTokens(json);
      case paths.token_endpoint:
      case "/oauth2/token": {
        const form = new URLSearchParams(json ?? request.body);
        request.entry.grant = form.get("grant_type");
        return redeem(form);
      }
      default:
        return undefined;
    }
  }

  const server = await startServer("provider", network, async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, issuer);
    response.setHeader("Access-Control-Allow-Origin", request.headers.origin ?? "*");
    // keycloak-js sends cookies.
    response.setHeader("Access-Control-Allow-Credentials", "true");
    if (request.method === "OPTIONS") {
      const asked = request.headers["access-control-request-headers"];
      if (asked) response.setHeader("Access-Control-Allow-Headers", asked);
      return response.writeHead(204).end();
    }
    if (pathname === paths.authorization_endpoint || pathname === "/oauth2/authorize") {
      await gate;
      return response.writeHead(303, { Location: authorize(searchParams) }).end();
    }
    const value = await answer(request, pathname);
    response.setHeader("Content-Type", "application/json");
    return response.writeHead(value ? 200 : 404).end(JSON.stringify(value ?? {}));
  });
  issuer = server.origin;

  return {
    ...server,
    issuer,
    endpoints: metadata(),
    lifetime,
    /** Further claims of each token. */
    claims,
    /** The authorization endpoint waits for this with its answers. */
    hold: (until) => (gate = until),
    authorize,
  };
}
