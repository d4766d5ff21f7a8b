// A provider whose every answer a test may change; unchanged, there is nothing to complain of.
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { serve } from "./world.js";

/** The public key of such a pair, as key sets have it. */
export function jwk(type, options, members = {}) {
  const { publicKey } = generateKeyPairSync(type, options);
  return { ...publicKey.export({ format: "jwk" }), use: "sig", ...members };
}

const signing = jwk("rsa", { modulusLength: 2048 }, { alg: "RS256" });
const READABLE = { "access-control-allow-origin": "*" };

export const json = (document, status = 200) => ({
  status,
  headers: { "content-type": "application/json", ...READABLE },
  body: JSON.stringify(document),
});
export const html = (body, status = 200) => ({
  status,
  headers: { "content-type": "text/html" },
  body,
});
export const leadsTo = (location) => ({ status: 302, headers: { location } });
/** No answer at all. */
export const silence = { isSilent: true };

/**
 * @param {object} [given]
 * @param {object} [given.page] the app's answer
 * @param {string[]} [given.registered] callbacks, as they are told the app's origin
 */
export async function startProvider(t, { page, registered } = {}) {
  const app = await serve(t, page);
  const provider = { metadata: {}, keys: [signing], answers: {}, requests: [] };
  const isRegistered = (uri) => (registered?.(app) ?? [`${app}/callback`]).includes(uri);
  const usual = {
    "/.well-known/openid-configuration": () => json({ ...whole(issuer), ...provider.metadata }),
    "/keys": () => json({ keys: provider.keys }),
    "/authorize": ({ searchParams }) =>
      isRegistered(searchParams.get("redirect_uri"))
        ? html("<form>Log in")
        : html("redirect_uri is not registered", 400),
    "/token": () => json({ error: "invalid_grant" }, 400),
    "/userinfo": () => ({
      status: 204,
      headers: { ...READABLE, "access-control-allow-headers": "authorization" },
    }),
    "/revoke": () => json({}),
    "/logout": ({ searchParams }) =>
      searchParams.get("post_logout_redirect_uri") === `${app}/`
        ? html("<form>Sign out?")
        : html("post_logout_redirect_uri not registered", 400),
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url, issuer);
    provider.requests.push(`${request.method} ${url.pathname}`);
    const changed = provider.answers[url.pathname]?.(url, request);
    const { status, headers, body, isSilent } =
      changed ?? usual[url.pathname]?.(url) ?? html("", 404);
    if (isSilent) response.destroy();
    else response.writeHead(status, headers).end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const issuer = `http://localhost:${server.address().port}`;
  const options = { issuer, clientId: "orders", redirectUri: `${app}/callback` };
  return Object.assign(provider, { app, issuer, options });
}

function whole(issuer) {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
    userinfo_endpoint: `${issuer}/userinfo`,
    revocation_endpoint: `${issuer}/revoke`,
    end_session_endpoint: `${issuer}/logout`,
    response_types_supported: ["code"],
    code_challenge_methods_supported: ["S256"],
    id_token_signing_alg_values_supported: ["RS256"],
  };
}

/** What a check has found, as verdicts and words. */
export const saidBy = (findings, name) =>
  findings
    .filter(({ check }) => check === name)
    .map(({ verdict, evidence }) => `${verdict}: ${evidence}`);
