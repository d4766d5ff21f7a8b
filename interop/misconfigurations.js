// Configurations that the doctor looks at: honest ones, and those of docs/mistakes.md that it can see.

/**
 * @typedef {object} Configuration
 * @property {(options: object, wrong: object) => object} [changes] of the options; `wrong` has the provider's
 *   clients that are not as they should be
 * @property {(options: object) => object} [page] the app's answer
 * @property {(options: object) => string} [origin] of the page
 */

const policy = (directives) => ({ headers: { "content-security-policy": directives } });
const hosts = ({ issuer, endpoints }) =>
  [issuer, ...Object.values(endpoints ?? {})].filter(Boolean).map((url) => new URL(url).origin);
/** The issuer among the options, in whichever place. */
const issuerAs =
  (change) =>
  ({ issuer, endpoints }) =>
    issuer === undefined
      ? { endpoints: { ...endpoints, issuer: change(endpoints.issuer) } }
      : { issuer: change(issuer) };

/** @type {Record<string, Configuration>} */
export const honest = {
  "as registered": {},
  "without a sign-out address": { changes: () => ({ postLogoutRedirectUri: undefined }) },
  "with `openid` alone": { changes: () => ({ scope: "openid" }) },
  "a strict policy": {
    page: (options) =>
      policy(
        `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' ${hosts(options).join(" ")}; frame-ancestors 'none'`,
      ),
  },
};

/**
 * `check` is which may name it, by `code` or `words`, and `told` what is said where the provider takes it; `needs`
 * is a client that not each provider has.
 * @type {Record<string, Configuration & { check: string[], code?: string, words?: RegExp, told?: RegExp, needs?: string }>}
 */
export const mistakes = {
  "`redirectUri` is not registered": {
    changes: ({ redirectUri }) => ({ redirectUri: redirectUri.replace("/callback", "/signed-in") }),
    check: ["authorization"],
    words: /[Rr]egister|redirect/,
  },
  "`redirectUri` has a final slash": {
    changes: ({ redirectUri }) => ({ redirectUri: `${redirectUri}/` }),
    check: ["authorization"],
    words: /[Rr]egister|redirect/,
  },
  "a wrong `clientId`": {
    changes: () => ({ clientId: "nobody" }),
    check: ["authorization", "token"],
    words: /client ID/,
  },
  "`postLogoutRedirectUri` is not registered": {
    changes: ({ redirectUri }) => ({ postLogoutRedirectUri: new URL("/bye", redirectUri).href }),
    check: ["sign-out"],
    words: /Register/,
  },
  "the client has a secret": {
    needs: "confidential",
    changes: (_options, { confidential }) => ({ clientId: confidential }),
    check: ["token", "authorization"],
    words: /has a secret/,
  },
  "a scope is not enabled": {
    changes: ({ scope = "openid" }) => ({ scope: `${scope} warehouse` }),
    check: ["authorization"],
    code: "scope_not_enabled",
    told: /takes the scope warehouse without announcing it/,
  },
  "no authorization code grant": {
    needs: "withoutCode",
    changes: (_options, { withoutCode }) => ({ clientId: withoutCode }),
    check: ["authorization", "token"],
    code: "flow_not_enabled",
  },
  "the discovery address as issuer": {
    changes: issuerAs((issuer) => `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`),
    check: ["settings"],
    words: /leave out/,
  },
  "another host as issuer": {
    changes: issuerAs(() => "http://login.example.org"),
    check: ["settings"],
    code: "insecure_url",
  },
  "a wrong port": {
    changes: issuerAs((issuer) => issuer.replace(/:\d+/, ":9")),
    check: ["discovery"],
    words: /port/,
  },
  "`https:` for `http:`": {
    changes: issuerAs((issuer) => issuer.replace("http:", "https:")),
    check: ["discovery"],
    words: /TLS/,
  },
  "another issuer of the same host": {
    changes: issuerAs((issuer) => new URL("/another/tenant", issuer).href),
    check: ["discovery"],
    words: /issuer/,
  },
  "no scheme": {
    changes: issuerAs((issuer) => issuer.replace("http://", "")),
    check: ["settings"],
    words: /scheme/,
  },
  "a variable that was not filled in": {
    changes: issuerAs(() => "undefined"),
    check: ["settings"],
    words: /not set/,
  },
  "the quotes of a `.env` file": {
    changes: issuerAs((issuer) => `"${issuer}"`),
    check: ["settings"],
    words: /quotation/,
  },
  "opened at `127.0.0.1`": {
    origin: ({ redirectUri }) => new URL(redirectUri).origin.replace("localhost", "127.0.0.1"),
    check: ["settings"],
    code: "redirect_uri_mismatch",
  },
  "`redirectUri` as a path": {
    changes: () => ({ redirectUri: "/callback" }),
    check: ["settings"],
    words: /redirectUri/,
  },
  "a client secret among the options": {
    changes: () => ({ clientSecret: "kept-to-ourselves" }),
    check: ["settings"],
    code: "client_has_secret",
  },
  "a misspelt option": {
    changes: () => ({ clientID: "interop" }),
    check: ["settings"],
    words: /clientID/,
  },
  "`scope` without `openid`": {
    changes: () => ({ scope: "email profile" }),
    check: ["settings"],
    words: /openid/,
  },
  "404 at the callback's path": {
    page: () => ({ status: 404 }),
    check: ["page"],
    code: "redirect_uri_mismatch",
  },
  "a policy without `'wasm-unsafe-eval'`": {
    page: () => policy("script-src 'self'"),
    check: ["page"],
    code: "wasm_blocked",
  },
  "a policy without the provider in `connect-src`": {
    page: () => policy("connect-src 'self'"),
    check: ["page"],
    code: "network",
  },
};
