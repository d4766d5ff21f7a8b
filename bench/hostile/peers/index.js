/**
 * What is compared. Each has a module of its name here that exports `open(settings)`: its documented
 * use, with a method for every step that it has.
 *
 * @typedef {object} Peer
 * @property {string} name of the module here
 * @property {string} package on npm
 * @property {string} [everyCheck] what is switched on in its second column; without it there is no
 *   check that its documentation lets one switch on
 * @property {import("../provider.js").Dialect} [dialect] what it wants of any provider
 * @property {string[]} [leavesToCaller] the endpoints that it never goes to itself
 * @property {boolean} [isMemoryOnly] it has no session after a reload
 * @property {string} note
 */

/** @type {Peer[]} */
export const peers = [
  {
    name: "pkce-wasm",
    package: "pkce-wasm",
    note: "Every check is on by default.",
  },
  {
    name: "oidc-client-ts",
    package: "oidc-client-ts",
    everyCheck: "`nonce` given to `signinRedirect`, `loadUserInfo: true`",
    note: "It sends a nonce only if it is given one, and has no method that asks UserInfo.",
  },
  {
    name: "oauth4webapi",
    package: "oauth4webapi",
    everyCheck: "a nonce always, `validateApplicationLevelSignature` after each token response",
    leavesToCaller: ["authorization", "logout"],
    note: "It leaves storage and navigation to its caller, so that cases about where these lead are none of its own. Around it is the application of its examples, where PKCE takes the nonce's place.",
  },
  {
    name: "auth0-spa-js",
    package: "@auth0/auth0-spa-js",
    dialect: {
      issuer: (url) => `${url}/`,
      paths: { "/oauth/token": "/token" },
    },
    note: "With `useRefreshTokens`, as its renewal in a frame needs Auth0's own answers, and `cacheLocation` in localStorage, as its worker wants the provider at the root of an origin. It asks for no metadata (the provider's paths were made to be Auth0's), UserInfo or keys, and its logout is Auth0's own. It says that it takes RS256 only.",
  },
  {
    name: "keycloak-js",
    package: "keycloak-js",
    dialect: { hasJwtTokens: true },
    isMemoryOnly: true,
    note: "With `oidcProvider`, and `checkLoginIframe` off, since the provider is no Keycloak. It reads access and refresh tokens as JWTs, so that the provider gave it such ones; another is an error to it, whatever the case is about.",
  },
  {
    name: "axa-oidc-client",
    package: "@axa-fr/oidc-client",
    note: "Without its service worker, which is optional.",
  },
  {
    name: "aws-amplify",
    package: "aws-amplify",
    dialect: {
      paths: { "/oauth2/authorize": "/authorize", "/oauth2/token": "/token" },
      hasJwtTokens: true,
    },
    note: "It is for Amazon Cognito alone: the provider's paths were made to be Cognito's, and its access tokens JWTs, which it reads. It renews and revokes through the AWS API and signs out in Cognito's way, which no other provider has, so these are left out. An access token that is no JWT is an error to it.",
  },
];

/** Each with its defaults, and with every check that its documentation lets one switch on. */
export const settings = peers.flatMap((peer) => [
  { peer, everyCheck: false },
  ...(peer.everyCheck ? [{ peer, everyCheck: true }] : []),
]);
