import { authorizationResponses } from "./authorization-response.js";
import { discoveries } from "./discovery.js";
import { idToken } from "./id-token.js";
import { json } from "./json.js";
import { keys } from "./keys.js";
import { logouts } from "./logout.js";
import { refreshes } from "./refresh.js";
import { signatures } from "./signature.js";
import { tokenResponses } from "./token-response.js";
import { userinfos } from "./userinfo.js";

/**
 * @typedef {object} Case
 * @property {string} name what the provider does
 * @property {string} [module] the OpenID Foundation's test module of this behaviour
 * @property {import("../provider.js").Deviations} does
 * @property {import("../provider.js").Deviations} [other] of a second provider
 * @property {object} [client] further options of createClient
 * @property {object} [signIn] options of signIn
 * @property {string[]} [steps] what the application does on the callback page
 * @property {"signInAgain" | "openCallbackAgain" | "signOut"} [then] once the user is signed in
 * @property {(pages: object) => object} [answeredBy] whose callback the answer comes to: options
 *   of the second provider's client
 * @property {boolean} [isOfTheTen] it is one of the answers that libraries are compared by
 * @property {boolean} [isSlow] it takes as long as the library waits
 * @property {boolean} [isUpToWebCrypto] it is the browser that refuses the key
 * @property {Expectation} expects
 * @property {string} section where a specification asks for it
 *
 * What the client makes of it: the user is signed in, or out, or the answer is left alone as none
 * of the client's, or there is an error with this code.
 *
 * @typedef {object} Expectation
 * @property {boolean} [signedIn]
 * @property {object} [userInfo] the claims that UserInfo has to have given then
 * @property {boolean} [signedOut]
 * @property {boolean} [leftAlone]
 * @property {string} [code]
 * @property {"signIn" | "start" | "userInfo" | "refresh"} [at] where the error comes; "start" when
 *   it is left out
 * @property {boolean} [pending] the sign-in goes on waiting, and completes when the honest answer
 *   comes
 * @property {boolean} [passes] the sign-in can be tried again
 * @property {boolean} [ends] the session is over
 * @property {boolean} [renews] the tokens were renewed before
 */

/** @type {Record<string, Case[]>} by area */
export const cases = {
  Discovery: discoveries,
  "The authorization response": authorizationResponses,
  "The token response": tokenResponses,
  "The ID token's claims": idToken,
  "The ID token's signature": signatures,
  "The key set": keys,
  "JSON that is none": json,
  Refresh: refreshes,
  UserInfo: userinfos,
  Logout: logouts,
};

/** How long an answer is waited for is the edge's matter, and what a key is WebCrypto's. */
export const isPlayedNatively = ({ isSlow, isUpToWebCrypto }) => !isSlow && !isUpToWebCrypto;
