import { body, headers, moved, status } from "../answers.js";
import { never } from "../provider.js";

const refused = (code) => ({ code, at: "signIn" });
const invalid = refused("response_invalid");
const accepted = { signedIn: true };
const metadata = (changes) => ({ metadata: changes });
const discovery = (section) => `OpenID Connect Discovery §${section}`;
const endpoint = (name, url) => metadata({ [name]: url });

/** The provider's own description of itself. */
export const discoveries = [
  {
    name: "describes itself",
    module: "oidcc-client-test-discovery-openid-config",
    does: {},
    expects: accepted,
    section: discovery(4),
  },
  {
    name: "calls itself by another name",
    module: "oidcc-client-test-discovery-issuer-mismatch",
    does: metadata({ issuer: "https://evil.example" }),
    expects: refused("issuer_mismatch"),
    section: discovery(4.3),
  },
  {
    name: "adds a slash to its name",
    does: {
      metadata: (answer, { url }) => ({ ...answer, body: { ...answer.body, issuer: `${url}/` } }),
    },
    expects: refused("issuer_mismatch"),
    section: discovery(4.3),
  },
  {
    name: "does not say its name",
    does: metadata({ issuer: undefined }),
    expects: refused("issuer_mismatch"),
    section: discovery(4.3),
  },
  {
    name: "offers the PKCE method plain alone",
    does: metadata({ code_challenge_methods_supported: ["plain"] }),
    expects: refused("pkce_unsupported"),
    section: "RFC 9700 §2.1.1",
  },
  {
    name: "offers no PKCE method",
    does: metadata({ code_challenge_methods_supported: [] }),
    expects: refused("pkce_unsupported"),
    section: "RFC 9700 §2.1.1",
  },
  {
    name: "does not say which PKCE methods it has",
    does: metadata({ code_challenge_methods_supported: undefined }),
    expects: accepted,
    section: "RFC 8414 §2",
  },
  ...["authorization_endpoint", "token_endpoint", "jwks_uri"].map((name) => ({
    name: `leaves ${name} out`,
    does: endpoint(name, undefined),
    expects: invalid,
    section: discovery(3),
  })),
  ...[
    "authorization_endpoint",
    "token_endpoint",
    "jwks_uri",
    "userinfo_endpoint",
    "revocation_endpoint",
    "end_session_endpoint",
  ].map((name) => ({
    name: `points ${name} at http: on another host`,
    does: endpoint(name, "http://evil.example/here"),
    expects: refused("insecure_url"),
    section: "RFC 9700 §2.6",
  })),
  ...[
    ["authorization_endpoint", "javascript:alert(document.domain)//"],
    ["authorization_endpoint", "data:text/html,<script>alert(1)</script>"],
    ["token_endpoint", "ftp://evil.example/token"],
    ["jwks_uri", "blob:https://evil.example/1"],
    ["userinfo_endpoint", "file:///etc/passwd"],
    ["end_session_endpoint", "javascript:alert(document.domain)//"],
    ["token_endpoint", "//evil.example/token"],
    ["token_endpoint", "/token"],
    ["token_endpoint", "https://id.example@evil.example/token"],
    ["token_endpoint", "https://id.example\\@evil.example/token"],
    ["token_endpoint", "https:evil.example"],
    ["token_endpoint", "https://id.example/\n/token"],
    ["token_endpoint", ["https://id.example/token"]],
  ].map(([name, url]) => ({
    name: `points ${name} at ${JSON.stringify(url)}`,
    does: endpoint(name, url),
    expects: invalid,
    section: discovery(3),
  })),
  ...[
    ["revocation_endpoint", "/revoke"],
    ["end_session_endpoint", ""],
    ["pushed_authorization_request_endpoint", null],
  ].map(([name, url]) => ({
    name: `has ${JSON.stringify(url)} for its ${name}`,
    does: endpoint(name, url),
    expects: accepted,
    section: discovery(3),
  })),
  {
    name: "leaves token_endpoint out, and the client names it",
    does: {
      metadata: ({ body: { token_endpoint: _, ...honest }, ...answer }) => ({
        ...answer,
        body: honest,
      }),
    },
    client: ({ url }) => ({ endpoints: { token: `${url}/token` } }),
    expects: accepted,
    section: discovery(3),
  },
  {
    name: "gives its token endpoint a fragment",
    does: {
      metadata: ({ body: honest, ...answer }) => ({
        ...answer,
        body: { ...honest, token_endpoint: `${honest.token_endpoint}#evil` },
      }),
    },
    expects: invalid,
    section: "RFC 6749 §3.2",
  },
  ...[
    "redirect_uri=https%3A%2F%2Fevil.example",
    "code_challenge_method=plain",
    "state=known",
    "nonce=known",
    "scope=openid",
    "request_uri=https%3A%2F%2Fevil.example",
    "response_mode=fragment",
  ].map((query) => ({
    name: `puts ${query.split("=")[0]} into its authorization endpoint`,
    does: {
      metadata: ({ body: honest, ...answer }) => ({
        ...answer,
        body: { ...honest, authorization_endpoint: `${honest.authorization_endpoint}?${query}` },
      }),
    },
    expects: invalid,
    section: "RFC 6749 §3.1",
  })),
  {
    name: "has a query of its own in its authorization endpoint",
    does: {
      metadata: ({ body: honest, ...answer }) => ({
        ...answer,
        body: { ...honest, authorization_endpoint: `${honest.authorization_endpoint}?tenant=1` },
      }),
    },
    expects: accepted,
    section: "RFC 6749 §3.1",
  },
  {
    name: "has its token endpoint and keys on another origin",
    does: {
      metadata: ({ body: honest, ...answer }, issuer) => ({
        ...answer,
        body: {
          ...honest,
          token_endpoint: `${issuer.elsewhere}/token`,
          jwks_uri: `${issuer.elsewhere}/keys`,
        },
      }),
    },
    expects: accepted,
    section: discovery(3),
  },
  {
    name: "names algorithms that nobody knows beside its own",
    does: metadata({ id_token_signing_alg_values_supported: ["RS256", "XX999", "none", "HS256"] }),
    expects: accepted,
    section: discovery(3),
  },
  {
    name: "names its algorithms in a text",
    does: metadata({ id_token_signing_alg_values_supported: "RS256" }),
    expects: invalid,
    section: discovery(3),
  },
  {
    name: "adds members named __proto__ and constructor",
    does: {
      metadata: (answer) => ({
        ...answer,
        body: JSON.stringify(answer.body).replace(
          "{",
          '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}},',
        ),
      }),
    },
    expects: accepted,
    section: "RFC 8259 §4",
  },
  {
    name: "redirects from its metadata",
    does: { metadata: moved(({ url }) => `${url}/elsewhere`) },
    expects: invalid,
    section: discovery(4.2),
  },
  {
    name: "redirects from its metadata to another host",
    does: { metadata: moved(({ elsewhere }) => `${elsewhere}/elsewhere`, 307) },
    expects: invalid,
    section: discovery(4.2),
  },
  {
    name: "serves an HTML page for its metadata",
    does: { metadata: body("<!doctype html><title>App</title>", { "Content-Type": "text/html" }) },
    expects: invalid,
    section: discovery(4.2),
  },
  {
    name: "serves its metadata as text/plain",
    does: { metadata: headers({ "Content-Type": "text/plain" }) },
    expects: invalid,
    section: discovery(4.2),
  },
  {
    name: "answers 404 for its metadata",
    does: { metadata: status(404) },
    expects: invalid,
    section: discovery(4.2),
  },
  {
    name: "answers 206 for its metadata",
    does: { metadata: status(206) },
    expects: invalid,
    section: discovery(4.2),
  },
  {
    name: "is in trouble with its metadata",
    does: { metadata: status(500) },
    expects: refused("provider_unavailable"),
    section: "RFC 9110 §15.6.1",
  },
  {
    name: "never answers with its metadata",
    isSlow: true,
    does: { metadata: never },
    expects: refused("timeout"),
    section: "none: the library waits for 30 seconds",
  },
];
