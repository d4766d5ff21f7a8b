// oidc-provider as it comes, with the pages that it has for development.
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";

const { PORT, VERSION, APP_ORIGIN, REDIRECT_URI, POST_LOGOUT_REDIRECT_URI, STRICT } = process.env;
const { Provider } = await import(`oidc-provider-${VERSION}`);

/** What a stricter provider asks for: pushed requests, and proofs with a nonce of its own. */
const strict = {
  pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true },
  dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true },
};

const provider = new Provider(`http://localhost:${PORT}`, {
  clients: [
    {
      client_id: "interop",
      token_endpoint_auth_method: "none",
      grant_types: ["authorization_code", "refresh_token"],
      redirect_uris: [REDIRECT_URI],
      post_logout_redirect_uris: [POST_LOGOUT_REDIRECT_URI],
      ...(STRICT && { dpop_bound_access_tokens: true }),
    },
    {
      client_id: "confidential",
      client_secret: randomBytes(16).toString("hex"),
      redirect_uris: [REDIRECT_URI],
    },
  ],
  clientBasedCORS: (_ctx, origin) => origin === APP_ORIGIN,
  claims: { openid: ["sub"], email: ["email"], profile: ["name"] },
  pkce: { required: () => true },
  features: { revocation: { enabled: true }, ...(STRICT && strict) },
});
createServer(provider.callback()).listen(Number(PORT), "localhost");
