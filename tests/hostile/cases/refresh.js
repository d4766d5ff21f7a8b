import { body, moved, refusal, status } from "../answers.js";
import { compact, keyOf, signed } from "../jws.js";
import { never } from "../provider.js";

const steps = ["start", "userInfo", "refresh", "userInfo"];
const refused = (code) => ({ code, at: "refresh" });
const now = () => Math.floor(Date.now() / 1000);
const claims = (changes) => ({ refreshedIdToken: { claims: changes } });
const section = "OpenID Connect Core §12.2";

/** What comes for the refresh token. */
export const refreshes = [
  {
    name: "renews the tokens",
    module: "oidcc-client-test-refresh-token",
    does: {},
    expects: { signedIn: true },
    section: "OpenID Connect Core §12",
  },
  {
    name: "names another issuer in the refreshed ID token",
    module: "oidcc-client-test-refresh-token-invalid-issuer",
    does: claims({ iss: "https://evil.example" }),
    expects: refused("id_token_issuer"),
    section,
  },
  {
    name: "names another user in the refreshed ID token",
    module: "oidcc-client-test-refresh-token-invalid-sub",
    does: claims({ sub: "mallory" }),
    expects: refused("id_token_subject"),
    section,
  },
  {
    name: "leaves sub out of the refreshed ID token",
    does: claims({ sub: undefined }),
    expects: refused("id_token_subject"),
    section,
  },
  {
    name: "issues the refreshed ID token to another client",
    does: claims({ aud: "another-client" }),
    expects: refused("id_token_audience"),
    section,
  },
  {
    name: "names another authorized party in the refreshed ID token",
    does: claims({ azp: "another-client" }),
    expects: refused("id_token_authorized_party"),
    section,
  },
  {
    name: "puts another nonce into the refreshed ID token",
    does: claims({ nonce: "another" }),
    expects: refused("id_token_nonce"),
    section,
  },
  {
    name: "puts the sign-in's nonce into the refreshed ID token",
    does: claims((honest, issuer) => ({
      ...honest,
      nonce: issuer.asked("authorization")[0].parameters.get("nonce"),
    })),
    expects: { signedIn: true },
    section,
  },
  {
    name: "puts the time of the refresh into auth_time",
    does: claims((honest) => ({ ...honest, auth_time: honest.auth_time + 1 })),
    expects: refused("id_token_auth_time"),
    section,
  },
  {
    name: "leaves auth_time out of the refreshed ID token",
    does: claims({ auth_time: undefined }),
    expects: { signedIn: true },
    section,
  },
  {
    name: "sends an expired refreshed ID token",
    does: claims((honest) => ({ ...honest, iat: now() - 7200, exp: now() - 3600 })),
    expects: refused("id_token_expired"),
    section: "OpenID Connect Core §3.1.3.7 (9)",
  },
  {
    name: "gives another access token's at_hash in the refreshed ID token",
    does: claims({ at_hash: "77QmUPtjPfzWtF2AnpK9RQ" }),
    expects: refused("id_token_access_token_hash"),
    section: "OpenID Connect Core §3.1.3.8",
  },
  {
    name: "does not sign the refreshed ID token",
    does: {
      refreshedIdToken: { made: (parts) => compact({ alg: "none" }, parts.claims, () => "") },
    },
    expects: refused("id_token_algorithm"),
    section: "OpenID Connect Core §3.1.3.7 (7)",
  },
  {
    name: "has the refreshed ID token signed by a stranger",
    does: {
      refreshedIdToken: {
        made: (parts) => signed(parts.header, parts.claims, keyOf("RS256", "RS256-stranger")),
      },
    },
    expects: refused("id_token_signature"),
    section: "OpenID Connect Core §3.1.3.7 (6)",
  },
  {
    name: "changes its key before a refresh",
    does: {
      keys: (answer, issuer) => {
        const isLater = issuer.asked("token").length > 1;
        const { jwk } = isLater ? keyOf("RS256", "RS256-next") : issuer.key;
        return { ...answer, body: { keys: [jwk] } };
      },
      refreshedIdToken: {
        made: ({ header, claims: honest }) => {
          const next = keyOf("RS256", "RS256-next");
          return signed({ ...header, kid: next.kid }, honest, next);
        },
      },
    },
    expects: { signedIn: true },
    section: "OpenID Connect Core §10.1.1",
  },
  {
    name: "gives no refreshed ID token",
    does: { refresh: { id_token: undefined } },
    expects: { signedIn: true },
    section,
  },
  {
    name: "gives no new refresh token",
    does: { refresh: { refresh_token: undefined } },
    expects: { signedIn: true },
    section: "RFC 6749 §6",
  },
  {
    name: "gives renewed tokens of another type",
    does: { refresh: { token_type: "mac" } },
    expects: refused("response_invalid"),
    section: "RFC 6749 §7.1",
  },
  {
    name: "gives no renewed access token",
    does: { refresh: { access_token: undefined } },
    expects: refused("response_invalid"),
    section: "RFC 6749 §5.1",
  },
  {
    name: "redirects the refresh request",
    does: { refresh: moved(({ elsewhere }) => `${elsewhere}/elsewhere`, 307) },
    expects: refused("response_invalid"),
    section: "RFC 9700 §4.12",
  },
  {
    name: "answers a refresh with an HTML page",
    does: { refresh: body("<!doctype html>", { "Content-Type": "text/html" }) },
    expects: refused("response_invalid"),
    section: "RFC 6749 §5.1",
  },
  {
    name: "is in trouble when it is to refresh",
    does: { refresh: status(503) },
    expects: refused("provider_unavailable"),
    section: "RFC 9110 §15.6.4",
  },
  {
    name: "refuses the refresh with an error that is not about the token",
    does: { refresh: refusal("invalid_scope") },
    expects: refused("scope_not_enabled"),
    section: "RFC 6749 §5.2",
  },
  {
    name: "refuses the refresh token",
    does: { refresh: refusal("invalid_grant") },
    expects: { code: "session_ended", at: "refresh", ends: true },
    section: "RFC 6749 §5.2",
  },
  {
    name: "never answers a refresh",
    isSlow: true,
    does: { refresh: never },
    expects: refused("timeout"),
    section: "none: the library waits for 30 seconds",
  },
].map((one) => ({ steps, ...one }));
