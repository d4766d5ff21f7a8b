import { idToken } from "./id-token.js";

/**
 * @typedef {object} Case
 * @property {string} name what the provider does
 * @property {string} [module] the OpenID Foundation's test module of this behaviour
 * @property {import("../provider.js").Deviations} does
 * @property {object} [client] further options of createClient
 * @property {object} [signIn] options of signIn
 * @property {string[]} [steps] what the application does on the callback page
 * @property {Expectation} expects
 * @property {string} section where a specification asks for it
 */

/** @type {Record<string, Case[]>} by area */
export const cases = {
  "The ID token's claims": idToken,
};
