import { body, moved, refusal, status } from "../answers.js";
import { compact, keyOf, signed } from "../jws.js";
import { never } from "../provider.js";

const steps = ["start", "userInfo", "refresh", "userInfo"];
const passes = (code) => ({ code, at: "refresh" });
const ends = (code) => ({ code, at: "refresh", ends: true });
const now = () => Math.floor(Date.now() / 1000);
const gate = body("<!doctype html>", { "Content-Type": "text/html" });
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
    expects: ends("id_token_issuer"),
    section,
  },
  {
    name: "names another user in the refreshed ID token",
    module: "oidcc-client-test-refresh-token-invalid-sub",
    does: claims({ sub: "mallory" }),
    expects: ends("id_token_subject"),
    section,
  },
  {
    name: "leaves sub out of the refreshed ID token",
    does: claims({ sub: undefined }),
    expects: ends("id_token_subject"),
    section,
  },
  {
    name: "issues the refreshed ID token to another client",
    does: claims({ aud: "another-client" }),
    expects: ends("id_token_audience"),
    section,
  },
  {
    name: "names another authorized party in the refreshed ID token",
    does: claims({ azp: "another-client" }),
    expects: ends("id_token_authorized_party"),
    section,
  },
  {
    name: "puts another nonce into the refreshed ID token",
    does: claims({ nonce: "another" }),
    expects: ends("id_token_nonce"),
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
    expects: { signedIn: true },
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
    expects: ends("id_token_expired"),
    section: "OpenID Connect Core §3.1.3.7 (9)",
  },
  {
    name: "gives another access token's at_hash in the refreshed ID token",
    does: claims({ at_hash: "77QmUPtjPfzWtF2AnpK9RQ" }),
    expects: ends("id_token_access_token_hash"),
    section: "OpenID Connect Core §3.1.3.8",
  },
  {
    name: "does not sign the refreshed ID token",
    does: {
      refreshedIdToken: { made: (parts) => compact({ alg: "none" }, parts.claims, () => "") },
    },
    expects: ends("id_token_algorithm"),
    section: "OpenID Connect Core §3.1.3.7 (7)",
  },
  {
    name: "has the refreshed ID token signed by a stranger",
    does: {
      refreshedIdToken: {
        made: (parts) => signed(parts.header, parts.claims, keyOf("RS256", "RS256-stranger")),
      },
    },
    expects: ends("id_token_signature"),
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
    expects: passes("provider_unavailable"),
    section: "RFC 6749 §7.1",
  },
  {
    name: "gives no renewed access token",
    does: { refresh: { access_token: undefined } },
    expects: passes("provider_unavailable"),
    section: "RFC 6749 §5.1",
  },
  {
    name: "redirects the refresh request",
    does: { refresh: moved(({ elsewhere }) => `${elsewhere}/elsewhere`, 307) },
    expects: passes("provider_unavailable"),
    section: "RFC 9700 §4.12",
  },
  {
    name: "answers a refresh with an HTML page",
    does: { refresh: gate },
    expects: passes("provider_unavailable"),
    section: "RFC 6749 §5.1",
  },
  {
    name: "is in trouble when it is to refresh",
    does: { refresh: status(503) },
    expects: passes("provider_unavailable"),
    section: "RFC 9110 §15.6.4",
  },
  {
    name: "refuses the refresh with an error that is not about the token",
    does: { refresh: refusal("invalid_scope") },
    expects: ends("session_ended"),
    section: "RFC 6749 §5.2",
  },
  {
    name: "refuses the refresh token",
    does: { refresh: refusal("invalid_grant") },
    expects: ends("session_ended"),
    section: "RFC 6749 §5.2",
  },
  {
    name: "refuses the refresh token with a word of its own",
    does: { refresh: refusal("token_inactive", 401) },
    expects: ends("session_ended"),
    section: "RFC 6749 §5.2",
  },
  {
    name: "refuses the refresh with a 200",
    does: { refresh: { access_token: undefined, id_token: undefined, error: "invalid_grant" } },
    expects: ends("session_ended"),
    section: "RFC 6749 §5.2",
  },
  {
    name: "wants the user on its page before it renews the session",
    does: { refresh: refusal("interaction_required") },
    expects: ends("interaction_required"),
    section: "OpenID Connect Core §3.1.2.6",
  },
  {
    name: "asks at a refresh to be asked again",
    does: { refresh: refusal("temporarily_unavailable") },
    expects: passes("provider_unavailable"),
    section: "RFC 6749 §4.1.2.1",
  },
  {
    name: "has a gate before it that lets no refresh through",
    does: { refresh: (answer) => status(403)(gate(answer)) },
    expects: passes("provider_unavailable"),
    section: "RFC 9110 §15.5.4",
  },
  {
    name: "has no page any more at its token endpoint",
    does: { refresh: refusal("not_found", 404) },
    expects: passes("provider_unavailable"),
    section: "RFC 9110 §15.5.5",
  },
  {
    name: "does not say how long the renewed access token is good",
    does: { refresh: { expires_in: undefined } },
    expects: { signedIn: true },
    section: "RFC 6749 §5.1",
  },
  {
    name: "says that the renewed access token is over",
    does: { refresh: { expires_in: 0 } },
    expects: { signedIn: true },
    section: "RFC 6749 §5.1",
  },
  {
    name: "never answers a refresh",
    isSlow: true,
    does: { refresh: never },
    expects: passes("timeout"),
    section: "none: the library waits for 30 seconds",
  },
].map((one) => ({ steps, ...one }));
