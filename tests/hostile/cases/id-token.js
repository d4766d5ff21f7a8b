import { clientId } from "../provider.js";

const now = () => Math.floor(Date.now() / 1000);
const core = (step) => `OpenID Connect Core §3.1.3.7 (${step})`;
const refused = (code) => ({ code: `id_token_${code}` });
const accepted = { signedIn: true };
const claims = (changes) => ({ idToken: { claims: changes } });
const evilMember = '{"__proto__":{"isAdmin":true},';
const later = (changes) => ({
  idToken: { claims: (honest) => ({ ...honest, ...changes(now()) }) },
});

/** What an ID token says: each claim missing, wrong, and of the wrong form. */
export const idToken = [
  {
    name: "keeps to the specification",
    module: "oidcc-client-test",
    does: {},
    expects: accepted,
    section: "OpenID Connect Core §3.1",
  },
  {
    name: "names another issuer in the ID token",
    module: "oidcc-client-test-invalid-iss",
    does: claims({ iss: "https://evil.example" }),
    expects: refused("issuer"),
    section: core(2),
  },
  {
    name: "leaves the ID token's iss out",
    module: "fapi2-…-invalid-missing-iss",
    does: claims({ iss: undefined }),
    expects: refused("issuer"),
    section: core(2),
  },
  {
    name: "adds a slash to the ID token's iss",
    does: { idToken: { claims: (honest) => ({ ...honest, iss: `${honest.iss}/` }) } },
    expects: refused("issuer"),
    section: core(2),
  },
  {
    name: "writes the ID token's iss as an array",
    does: { idToken: { claims: (honest) => ({ ...honest, iss: [honest.iss] }) } },
    expects: refused("issuer"),
    section: core(2),
  },
  {
    name: "leaves the ID token's sub out",
    module: "oidcc-client-test-missing-sub",
    does: claims({ sub: undefined }),
    expects: refused("subject"),
    section: "OpenID Connect Core §2",
  },
  {
    name: "gives an empty sub",
    does: claims({ sub: "" }),
    expects: refused("subject"),
    section: "OpenID Connect Core §2",
  },
  {
    name: "gives a sub of 256 characters",
    does: claims({ sub: "a".repeat(256) }),
    expects: refused("subject"),
    section: "OpenID Connect Core §2",
  },
  {
    name: "gives a sub that is a number",
    does: claims({ sub: 1 }),
    expects: refused("subject"),
    section: "OpenID Connect Core §2",
  },
  {
    name: "issues the ID token to another client",
    module: "oidcc-client-test-invalid-aud",
    does: claims({ aud: "another-client" }),
    expects: refused("audience"),
    section: core(3),
  },
  {
    name: "leaves the ID token's aud out",
    module: "oidcc-client-test-missing-aud",
    does: claims({ aud: undefined }),
    expects: refused("audience"),
    section: core(3),
  },
  {
    name: "adds an audience that nobody trusts",
    module: "fapi2-…-invalid-secondary-aud",
    does: claims({ aud: [clientId, "another-client"], azp: clientId }),
    expects: refused("audience"),
    section: core(3),
  },
  {
    name: "writes the one audience as an array",
    module: "fapi2-…-valid-aud-as-array",
    does: claims({ aud: [clientId] }),
    expects: accepted,
    section: core(3),
  },
  {
    name: "adds an audience that the client trusts",
    does: claims({ aud: [clientId, "api"], azp: clientId }),
    client: { trustedAudiences: ["api"] },
    expects: accepted,
    section: core(3),
  },
  {
    name: "adds a trusted audience, and no azp",
    does: claims({ aud: [clientId, "api"] }),
    client: { trustedAudiences: ["api"] },
    expects: refused("authorized_party"),
    section: core(4),
  },
  {
    name: "gives an empty array of audiences",
    does: claims({ aud: [] }),
    expects: refused("audience"),
    section: core(3),
  },
  {
    name: "hides the client's name in an audience that begins with it",
    does: claims({ aud: `${clientId} another-client` }),
    expects: refused("audience"),
    section: core(3),
  },
  {
    name: "names another client as authorized party",
    does: claims({ azp: "another-client" }),
    expects: refused("authorized_party"),
    section: core(5),
  },
  {
    name: "issued the ID token an hour too long ago",
    module: "fapi2-…-invalid-expired-exp",
    does: later((seconds) => ({ iat: seconds - 7200, exp: seconds - 3600 })),
    expects: refused("expired"),
    section: core(9),
  },
  {
    name: "leaves the ID token's exp out",
    module: "fapi2-…-invalid-missing-exp",
    does: claims({ exp: undefined }),
    expects: refused("malformed"),
    section: core(9),
  },
  {
    name: "writes exp as a text",
    does: later((seconds) => ({ exp: String(seconds + 3600) })),
    expects: refused("malformed"),
    section: "RFC 7519 §2",
  },
  {
    name: "writes exp as a negative number",
    does: claims({ exp: -1 }),
    expects: refused("malformed"),
    section: core(9),
  },
  {
    name: "writes times with fractions",
    does: later((seconds) => ({ iat: seconds - 0.5, exp: seconds + 3600.25 })),
    expects: accepted,
    section: "RFC 7519 §2",
  },
  {
    name: "leaves the ID token's iat out",
    module: "oidcc-client-test-missing-iat",
    does: claims({ iat: undefined }),
    expects: refused("malformed"),
    section: "OpenID Connect Core §2",
  },
  {
    name: "issues the ID token in an hour",
    does: later((seconds) => ({ iat: seconds + 3600, exp: seconds + 7200 })),
    expects: refused("issued_at"),
    section: core(10),
  },
  {
    name: "lets the ID token be good from in an hour on",
    does: later((seconds) => ({ nbf: seconds + 3600, exp: seconds + 7200 })),
    expects: refused("issued_at"),
    section: "RFC 7519 §4.1.5",
  },
  {
    name: "is half a minute ahead",
    does: later((seconds) => ({ iat: seconds + 30 })),
    expects: accepted,
    section: core(10),
  },
  {
    name: "sends another nonce",
    module: "oidcc-client-test-nonce-invalid",
    does: claims({ nonce: "another" }),
    expects: refused("nonce"),
    section: core(11),
  },
  {
    name: "leaves the nonce out",
    module: "fapi2-…-invalid-missing-nonce",
    does: claims({ nonce: undefined }),
    expects: refused("nonce"),
    section: core(11),
  },
  {
    name: "puts the nonce into an array",
    does: { idToken: { claims: (honest) => ({ ...honest, nonce: [honest.nonce] }) } },
    expects: refused("nonce"),
    section: core(11),
  },
  {
    name: "cuts the nonce short",
    does: { idToken: { claims: (honest) => ({ ...honest, nonce: honest.nonce.slice(0, -1) }) } },
    expects: refused("nonce"),
    section: core(11),
  },
  {
    name: "asserts no authentication context although one was asked for",
    does: {},
    signIn: { acrValues: "urn:example:two-factors" },
    expects: refused("acr"),
    section: core(12),
  },
  {
    name: "asserts a lower authentication context than was asked for",
    does: claims({ acr: "urn:example:password" }),
    signIn: { acrValues: "urn:example:two-factors" },
    expects: refused("acr"),
    section: core(12),
  },
  {
    name: "asserts the authentication context that was asked for",
    does: claims({ acr: "urn:example:two-factors" }),
    signIn: { acrValues: "urn:example:two-factors" },
    expects: accepted,
    section: core(12),
  },
  {
    name: "leaves auth_time out although max_age was asked for",
    does: claims({ auth_time: undefined }),
    signIn: { maxAge: 300 },
    expects: refused("auth_time"),
    section: core(13),
  },
  {
    name: "gives an authentication that is older than max_age",
    does: later((seconds) => ({ auth_time: seconds - 3600 })),
    signIn: { maxAge: 300 },
    expects: refused("auth_time"),
    section: core(13),
  },
  {
    name: "gives another access token's at_hash",
    module: "oidcc-client-test-invalid-athash",
    does: claims({ at_hash: "77QmUPtjPfzWtF2AnpK9RQ" }),
    expects: refused("access_token_hash"),
    section: "OpenID Connect Core §3.1.3.8",
  },
  {
    name: "gives an at_hash that is a number",
    does: claims({ at_hash: 1 }),
    expects: refused("access_token_hash"),
    section: "OpenID Connect Core §3.1.3.8",
  },
  {
    name: "leaves at_hash out, as it may in the code flow",
    module: "oidcc-client-test-missing-athash",
    does: claims({ at_hash: undefined }),
    expects: accepted,
    section: "OpenID Connect Core §3.1.3.6",
  },
  {
    name: "adds a claim named __proto__",
    does: {
      idToken: { claims: (honest) => JSON.parse(JSON.stringify(honest).replace("{", evilMember)) },
    },
    expects: accepted,
    section: "RFC 7519 §4",
  },
  {
    name: "adds claims named constructor, toString and hasOwnProperty",
    does: claims({
      constructor: { prototype: { isAdmin: true } },
      toString: "evil",
      hasOwnProperty: 1,
    }),
    expects: accepted,
    section: "RFC 7519 §4",
  },
  {
    name: "adds claims that nobody knows",
    does: claims({
      groups: ["a", "b"],
      address: { country: "DE" },
      "https://claims.example": null,
    }),
    expects: accepted,
    section: "OpenID Connect Core §2",
  },
];
