/**
 * What is compared. Each has a module of its name here that exports `open(settings)`: the smallest
 * correct use of the library as its documentation shows it.
 *
 * @typedef {object} Library
 * @property {string} name of the module here
 * @property {string} [package] on npm
 * @property {string} [module] where it is not the name
 * @property {string} [dist] the build of pkce-wasm that it is, where it is not the present one
 * @property {boolean} [isCompared] a target holds pkce-wasm's callback against it, or it is the one held
 * @property {boolean} [grows] `measures/growth.js` can drive it
 * @property {string} [entry] what has every feature, where it is not the package
 * @property {boolean} [verifies] whether the ID token's signature is checked
 * @property {boolean} [discovers] it can be configured by the issuer alone
 * @property {boolean} [memoryOnly] it keeps tokens in memory only: a reload asks the provider
 * @property {string[]} [optional] chunks that sign-in and callback do without
 */

/** @type {Library} */
const ours = {
  name: "pkce-wasm",
  package: "pkce-wasm",
  verifies: true,
  discovers: true,
  sharesTabs: true,
  isCompared: true,
  grows: true,
  optional: ["proof-key", "windows", "token-worker", "idle", "later-inline", "mistakes"],
};

/** @type {Library[]} */
export const libraries = [
  ours,
  { name: "floor", isCompared: true },
  {
    name: "oidc-client-ts",
    package: "oidc-client-ts",
    discovers: true,
    sharesTabs: true,
    isCompared: true,
  },
  { name: "auth0-spa-js", package: "@auth0/auth0-spa-js", sharesTabs: true },
  { name: "axa-oidc-client", package: "@axa-fr/oidc-client", discovers: true, sharesTabs: true },
  { name: "keycloak-js", package: "keycloak-js", discovers: true, memoryOnly: true },
  { name: "oauth4webapi", package: "oauth4webapi", verifies: true, discovers: true },
  {
    name: "aws-amplify",
    package: "aws-amplify",
    entry: "aws-amplify/auth",
    sharesTabs: true,
  },
  { name: "msal-browser", package: "@azure/msal-browser", discovers: true, sharesTabs: true },
];

/** Has an earlier build of pkce-wasm take part, as a library of its own. */
export function includeBefore(dist) {
  libraries.splice(1, 0, { ...ours, name: "pkce-wasm-before", module: ours.name, dist });
}

/** Those of which there are results: some were not measured this time, and never before. */
export const measured = (list, results) => list.filter(({ name }) => Object.hasOwn(results, name));
