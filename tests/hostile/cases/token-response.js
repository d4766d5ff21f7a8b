import { body, headers, moved, refusal, status } from "../answers.js";
import { never } from "../provider.js";

const invalid = { code: "response_invalid" };
const accepted = { signedIn: true };
const token = (changes) => ({ token: changes });
const RFC6749 = (section) => `RFC 6749 §${section}`;

/** What comes for the code. */
export const tokenResponses = [
  {
    name: "writes the token type as bEARER",
    module: "fapi2-security-profile-final-client-test-token-type-case-insensitivity",
    does: token({ token_type: "bEARER" }),
    expects: accepted,
    section: RFC6749(5.1),
  },
  {
    name: "does not say when the tokens expire",
    module: "fapi2-security-profile-final-client-test-token-endpoint-response-without-expires_in",
    does: token({ expires_in: undefined }),
    expects: accepted,
    section: RFC6749(5.1),
  },
  {
    name: "writes the granted scopes as an array",
    does: token({ scope: ["openid", "email"] }),
    expects: accepted,
    section: RFC6749(5.1),
  },
  {
    name: "gives tokens of another type",
    does: token({ token_type: "mac" }),
    expects: invalid,
    section: RFC6749(7.1),
  },
  {
    name: "gives tokens that need a proof of possession",
    does: token({ token_type: "DPoP" }),
    expects: invalid,
    section: RFC6749(7.1),
  },
  {
    name: "does not say of which type the tokens are",
    does: token({ token_type: undefined }),
    expects: invalid,
    section: RFC6749(5.1),
  },
  {
    name: "gives no access token",
    does: token({ access_token: undefined }),
    expects: invalid,
    section: RFC6749(5.1),
  },
  {
    name: "gives an empty access token",
    does: token({ access_token: "" }),
    expects: invalid,
    section: RFC6749("A.12"),
  },
  {
    name: "gives an access token with a header in it",
    does: {
      token: { access_token: "token\r\nX-Evil: 1" },
      idToken: { claims: { at_hash: undefined } },
    },
    expects: invalid,
    section: RFC6749("A.12"),
  },
  {
    name: "gives an access token that is a number",
    does: token({ access_token: 1 }),
    expects: invalid,
    section: RFC6749("A.12"),
  },
  {
    name: "hides the access token behind __proto__",
    does: {
      token: (answer) => {
        const { access_token: hidden, ...rest } = answer.body;
        const text = JSON.stringify(rest);
        return { ...answer, body: text.replace("{", `{"__proto__":{"access_token":"${hidden}"},`) };
      },
    },
    expects: invalid,
    section: RFC6749(5.1),
  },
  {
    name: "gives no ID token",
    does: token({ id_token: undefined }),
    expects: { code: "id_token_missing" },
    section: "OpenID Connect Core §3.1.3.3",
  },
  {
    name: "gives an ID token that is an object",
    does: token({ id_token: { iss: "https://evil.example" } }),
    expects: { code: "id_token_missing" },
    section: "OpenID Connect Core §3.1.3.3",
  },
  {
    name: "gives an ID token that is no JWT",
    does: token({ id_token: "opaque" }),
    expects: { code: "id_token_malformed" },
    section: "OpenID Connect Core §2",
  },
  {
    name: "swaps the access token",
    does: token({ access_token: "somebody-elses-access-token" }),
    expects: { code: "id_token_access_token_hash" },
    section: "OpenID Connect Core §3.1.3.8",
  },
  {
    name: "gives no refresh token",
    does: token({ refresh_token: undefined }),
    expects: accepted,
    section: RFC6749(5.1),
  },
  {
    name: "writes expires_in as a text",
    does: token({ expires_in: "3600" }),
    expects: accepted,
    section: RFC6749(5.1),
  },
  ...[1e300, "never", true, null, {}].map((seconds) => ({
    name: `writes expires_in as ${JSON.stringify(seconds)}`,
    does: token({ expires_in: seconds }),
    expects: accepted,
    section: RFC6749(5.1),
  })),
  {
    name: "adds members that nobody knows",
    does: token({ session_state: "1", constructor: { prototype: { isAdmin: true } }, foo: [[]] }),
    expects: accepted,
    section: RFC6749(5.1),
  },
  {
    name: "answers 200 with an error",
    does: { token: refusal("invalid_grant", 200) },
    expects: invalid,
    section: RFC6749(5.2),
  },
  {
    name: "answers 400 with tokens",
    does: { token: status(400) },
    expects: invalid,
    section: RFC6749(5.2),
  },
  {
    name: "answers 201 with tokens",
    does: { token: status(201) },
    expects: invalid,
    section: RFC6749(5.1),
  },
  ...[
    ["invalid_grant", "code_refused"],
    ["invalid_client", "client_has_secret"],
    ["unauthorized_client", "flow_not_enabled"],
    ["unsupported_grant_type", "flow_not_enabled"],
    ["invalid_scope", "scope_not_enabled"],
    ["__proto__", "provider_error"],
  ].map(([error, code]) => ({
    name: `refuses the code with ${error}`,
    does: { token: refusal(error, error === "invalid_client" ? 401 : 400) },
    expects: { code },
    section: RFC6749(5.2),
  })),
  {
    name: "refuses the code with an error that is an object",
    does: { token: refusal({ error: "invalid_grant" }) },
    expects: invalid,
    section: RFC6749(5.2),
  },
  ...[301, 302, 303, 307, 308].map((code) => ({
    name: `redirects from the token endpoint (${code})`,
    does: { token: moved(({ elsewhere }) => `${elsewhere}/elsewhere`, code) },
    expects: invalid,
    section: "RFC 9700 §4.12",
  })),
  {
    name: "redirects from the token endpoint to itself",
    does: { token: moved(({ url }) => `${url}/token`, 307) },
    expects: invalid,
    section: "RFC 9700 §4.12",
  },
  {
    name: "serves tokens as an HTML page",
    does: { token: headers({ "Content-Type": "text/html" }) },
    expects: invalid,
    section: RFC6749(5.1),
  },
  {
    name: "serves tokens as a script",
    does: { token: headers({ "Content-Type": "text/javascript" }) },
    expects: invalid,
    section: RFC6749(5.1),
  },
  {
    name: "serves tokens without a content type",
    does: { token: ({ headers: _, ...answer }) => ({ ...answer, headers: {} }) },
    expects: invalid,
    section: RFC6749(5.1),
  },
  {
    name: "serves tokens as application/json; charset=utf-8",
    does: { token: headers({ "Content-Type": "application/json; charset=utf-8" }) },
    expects: accepted,
    section: RFC6749(5.1),
  },
  {
    name: "serves an empty body",
    does: { token: body("") },
    expects: invalid,
    section: RFC6749(5.1),
  },
  {
    name: "is in trouble",
    does: { token: status(502) },
    // It may have taken the code: RFC 6749 §4.1.2.
    expects: { code: "provider_unavailable" },
    section: "RFC 9110 §15.6.3",
  },
  {
    name: "is asked too often",
    does: { token: status(429) },
    expects: { code: "provider_unavailable", passes: true },
    section: "RFC 6585 §4",
  },
  {
    name: "hangs up",
    does: { token: (answer) => ({ ...answer, cutOff: true }) },
    expects: { code: "network", passes: true },
    section: "RFC 9112 §8",
  },
  {
    name: "never answers with tokens",
    isSlow: true,
    does: { token: never },
    expects: { code: "timeout" },
    section: "none: the library waits for 30 seconds",
  },
  {
    name: "begins to answer with tokens, and never ends",
    isSlow: true,
    does: { token: (answer) => ({ ...answer, body: '{"access_token":', unfinished: true }) },
    expects: { code: "timeout" },
    section: "none: the library waits for 30 seconds",
  },
];
