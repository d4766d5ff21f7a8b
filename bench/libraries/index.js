/**
 * What is compared. Each has a module of its name here that exports `open(settings)`: the smallest
 * correct use of the library as its documentation shows it.
 *
 * @typedef {object} Library
 * @property {string} name of the module here
 * @property {string} [package] on npm
 * @property {string} [module] where it is not the name
 * @property {string} [dist] the build of pkce-wasm that it is, where it is not the present one
 * @property {boolean} [grows] `measures/growth.js` can drive it
 * @property {string} [entry] what has every feature, where it is not the package
 * @property {boolean} [sizeOnly] it cannot be pointed at the local provider, and `why`
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
  grows: true,
  optional: ["proof-key", "windows"],
};

/** @type {Library[]} */
export const libraries = [
  ours,
  { name: "floor" },
  { name: "oidc-client-ts", package: "oidc-client-ts", discovers: true, sharesTabs: true },
  { name: "auth0-spa-js", package: "@auth0/auth0-spa-js", sharesTabs: true },
  { name: "axa-oidc-client", package: "@axa-fr/oidc-client", discovers: true, sharesTabs: true },
  { name: "keycloak-js", package: "keycloak-js", discovers: true, memoryOnly: true },
  { name: "oauth4webapi", package: "oauth4webapi", verifies: true, discovers: true },
  {
    name: "aws-amplify",
    package: "aws-amplify",
    entry: "aws-amplify/auth",
    sizeOnly: true,
    why: "its hosted UI's domain is always reached by https",
  },
  {
    name: "msal-browser",
    package: "@azure/msal-browser",
    sizeOnly: true,
    why: "its authority must be https",
  },
];

export const local = libraries.filter(({ sizeOnly }) => !sizeOnly);

/** Has an earlier build of pkce-wasm take part, as a library of its own. */
export function includeBefore(dist) {
  const before = { ...ours, name: "pkce-wasm-before", module: ours.name, dist };
  for (const list of [libraries, local]) list.splice(1, 0, before);
}

/** Those of which there are results: some were not measured this time, and never before. */
export const measured = (list, results) => list.filter(({ name }) => Object.hasOwn(results, name));
