// An OpenID provider that is none: it plays one for the playground of the documentation, in a service
// worker. What it answers is what a provider answers, its signatures and hashes are real, so that the
// client's checks have something to check. It knows one client, and lets everybody in.
import {
  base64url,
  calculateJwkThumbprint,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  jwtVerify,
  SignJWT,
} from "jose";
import { loginPage, refusalPage, signedOutPage } from "./pages.js";

const ALG = "RS256";
const CODE_SECONDS = 60;
const TOKEN_SECONDS = 300;

const users = [
  { sub: "ada", name: "Ada Example", email: "ada@example.com" },
  { sub: "grace", name: "Grace Example", email: "grace@example.com" },
];

/**
 * @param {object} options
 * @param {string} options.issuer
 * @param {{ clientId: string, redirectUri: string, postLogoutRedirectUri: string }} options.client
 * @param {import("./kept.js").Kept} options.kept
 */
export function createProvider({ issuer, client, kept }) {
  const routes = {
    "/.well-known/openid-configuration": () => Response.json(discovery(issuer)),
    "/jwks": async () => Response.json({ keys: [await publicKey()] }),
    "/authorize": authorize,
    "/token": token,
    "/userinfo": userInfo,
    "/revoke": revoke,
    "/logout": logout,
  };

  return {
    /** @type {(request: Request) => Promise<Response>} */
    async respond(request) {
      const path = new URL(request.url).pathname.slice(new URL(issuer).pathname.length);
      if (!Object.hasOwn(routes, path)) return html(refusalPage("Nothing is here."), 404);
      return routes[path](request);
    },
    readKeySet: async () => createLocalJWKSet({ keys: [await publicKey()] }),
  };

  /** OpenID Connect Core §3.1.2: the page, and what was chosen there. */
  async function authorize(request) {
    const asked = Object.fromEntries(new URL(request.url).searchParams);
    if (asked.client_id !== client.clientId)
      return html(refusalPage("The client is unknown."), 400);
    if (asked.redirect_uri !== client.redirectUri) {
      return html(refusalPage("The redirect URI is not registered."), 400);
    }
    // RFC 9207: the answer says whose it is.
    const answer = (members) =>
      sendBack(asked.redirect_uri, { ...members, iss: issuer, ...stateOf(asked) });
    if (asked.response_type !== "code") return answer({ error: "unsupported_response_type" });
    if (asked.code_challenge_method !== "S256" || !asked.code_challenge) {
      return answer({ error: "invalid_request", error_description: "PKCE with S256 is needed." });
    }
    if (asked.prompt === "none") return answer({ error: "login_required" });
    if (request.method !== "POST") return html(loginPage(users));

    const chosen = new URLSearchParams(await request.text()).get("user");
    const user = users.find(({ sub }) => sub === chosen);
    if (!user) return answer({ error: "access_denied" });
    const code = randomText();
    await kept.keep(`code ${code}`, {
      sub: user.sub,
      scope: asked.scope ?? "openid",
      nonce: asked.nonce,
      challenge: asked.code_challenge,
      authTime: now(),
      expiresAt: now() + CODE_SECONDS,
    });
    return answer({ code });
  }

  /** RFC 6749 §4.1.3 and §6. Codes and refresh tokens are good for one use. */
  async function token(request) {
    const form = new URLSearchParams(await request.text());
    if (form.get("client_id") !== client.clientId) return refuse(401, "invalid_client");
    const grants = { authorization_code: byCode, refresh_token: byRefreshToken };
    const grantType = form.get("grant_type");
    if (!Object.hasOwn(grants, grantType)) return refuse(400, "unsupported_grant_type");
    const signIn = await grants[grantType](form);
    return signIn ? Response.json(await tokensOf(signIn), noStore) : refuse(400, "invalid_grant");
  }

  async function byCode(form) {
    const signIn = await kept.take(`code ${form.get("code")}`);
    const isGood =
      signIn &&
      now() < signIn.expiresAt &&
      form.get("redirect_uri") === client.redirectUri &&
      base64url.encode(await sha256(form.get("code_verifier") ?? "")) === signIn.challenge;
    return isGood ? signIn : undefined;
  }

  /** The ID token of a refresh has no nonce: OpenID Connect Core §12.2. */
  async function byRefreshToken(form) {
    const signIn = await kept.take(`refresh ${form.get("refresh_token")}`);
    return signIn && { ...signIn, nonce: undefined };
  }

  async function tokensOf({ sub, scope, nonce, authTime }) {
    const about = { sub, auth_time: authTime };
    const accessToken = await sign({
      ...about,
      client_id: client.clientId,
      scope,
      jti: randomText(),
    });
    const idToken = await sign({
      ...about,
      ...claimsOf(sub),
      aud: client.clientId,
      nonce,
      at_hash: base64url.encode((await sha256(accessToken)).subarray(0, 16)),
    });
    const refreshToken = randomText();
    await kept.keep(`refresh ${refreshToken}`, { sub, scope, authTime });
    return {
      access_token: accessToken,
      id_token: idToken,
      refresh_token: refreshToken,
      token_type: "Bearer",
      expires_in: TOKEN_SECONDS,
      scope,
    };
  }

  /** OpenID Connect Core §5.3 */
  async function userInfo(request) {
    const [, bearer] = /^Bearer +(\S+)$/i.exec(request.headers.get("Authorization") ?? "") ?? [];
    try {
      const { payload } = await jwtVerify(bearer ?? "", await publicKey(), { issuer });
      // An ID token has no scope.
      if (payload.scope) return Response.json(claimsOf(payload.sub));
    } catch {
      // Whatever is wrong with it, it is no access token of this provider.
    }
    return refuse(401, "invalid_token", { "WWW-Authenticate": 'Bearer error="invalid_token"' });
  }

  /** RFC 7009 §2.2: also a token that is unknown is gone. */
  async function revoke(request) {
    const form = new URLSearchParams(await request.text());
    await kept.take(`refresh ${form.get("token")}`);
    return new Response(null, noStore);
  }

  /** OpenID Connect RP-Initiated Logout 1.0 §2. There is no session here that would have to end. */
  function logout(request) {
    const asked = Object.fromEntries(new URL(request.url).searchParams);
    const address = asked.post_logout_redirect_uri;
    if (address === undefined) return html(signedOutPage());
    if (address !== client.postLogoutRedirectUri) {
      return html(refusalPage("The address after sign-out is not registered."), 400);
    }
    return sendBack(address, stateOf(asked));
  }

  async function sign(claims) {
    const { privateKey, jwk } = await keys();
    return new SignJWT(claims)
      .setProtectedHeader({ alg: ALG, kid: jwk.kid })
      .setIssuer(issuer)
      .setIssuedAt()
      .setExpirationTime(now() + TOKEN_SECONDS)
      .sign(privateKey);
  }

  async function publicKey() {
    return (await keys()).jwk;
  }

  /** A pair for each browser, whose private half no script can read. */
  async function keys() {
    const found = await kept.find("keys");
    if (found) return found;
    const { privateKey, publicKey } = await generateKeyPair(ALG);
    const jwk = await exportJWK(publicKey);
    const made = {
      privateKey,
      jwk: { ...jwk, alg: ALG, use: "sig", kid: await calculateJwkThumbprint(jwk) },
    };
    await kept.keep("keys", made);
    return made;
  }
}

function discovery(issuer) {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/userinfo`,
    jwks_uri: `${issuer}/jwks`,
    revocation_endpoint: `${issuer}/revoke`,
    end_session_endpoint: `${issuer}/logout`,
    response_types_supported: ["code"],
    grant_types_supported: ["authorization_code", "refresh_token"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: [ALG],
    token_endpoint_auth_methods_supported: ["none"],
    code_challenge_methods_supported: ["S256"],
    authorization_response_iss_parameter_supported: true,
    scopes_supported: ["openid", "email", "profile"],
  };
}

function claimsOf(sub) {
  return { ...users.find((user) => user.sub === sub), email_verified: true };
}

const noStore = { headers: { "Cache-Control": "no-store" } };

function refuse(status, error, headers = {}) {
  return Response.json({ error }, { status, headers: { ...noStore.headers, ...headers } });
}

function html(text, status = 200) {
  return new Response(text, { status, headers: { "Content-Type": "text/html; charset=utf-8" } });
}

function sendBack(address, members) {
  const url = new URL(address);
  for (const [name, value] of Object.entries(members)) url.searchParams.set(name, value);
  return Response.redirect(url, 303);
}

const stateOf = ({ state }) => (state === undefined ? {} : { state });

const now = () => Math.floor(Date.now() / 1000);

const randomText = () => base64url.encode(crypto.getRandomValues(new Uint8Array(32)));

async function sha256(text) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}
