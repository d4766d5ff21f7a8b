import { subject } from "../../tests/hostile/provider.js";
import { endpointOf } from "./play.js";
import { permissionOf } from "./permitted.js";

/**
 * What a library made of a case:
 *
 * - `refused`: it had to be, and was: there is an error, or no session
 * - `accepted`: it had to be refused, and a session came of it
 * - `permitted`: the same, where a specification lets a client leave this out
 * - `followed`: no session came of it, but the page or a request went where the answer pointed
 * - `taken`: it had to be taken, and was
 * - `spurned`: it had to be taken, and was not
 * - `unsettled`: nothing came of it
 * - `inapplicable`: the library has no such step
 *
 * @typedef {{ outcome: string, survived?: boolean, why?: string }} Verdict
 */

/**
 * @param {import("../../tests/hostile/cases/index.js").Case} one
 * @param {string} area
 * @param {import("./play.js").Seen} seen
 * @param {{ peer: import("./peers/index.js").Peer, uses: string[] }} column
 * @returns {Verdict}
 */
export function judge(one, area, seen, column) {
  const { survived } = seen;
  const outcome = outcomeOf(one, seen, column);
  if (outcome === "accepted" || outcome === "followed") {
    const why = permissionOf(one, area, { ...seen, outcome });
    if (why) return { outcome: "permitted", why: why.id, survived };
  }
  return { outcome, why: reasonOf(seen), survived };
}

function outcomeOf(one, seen, column) {
  const { expects } = one;
  if (!isApplicable(one, seen, column)) return "inapplicable";
  if (seen.unsettled) return "unsettled";
  const { signIn, callback, userInfo, refresh, signOut, signedOut } = seen.taken;
  const errors = Object.values(seen.taken).map(({ error }) => error);
  const isPolluted = Object.values(seen.taken).some(({ polluted }) => polluted);
  const without = () => (seen.strayed.length > 0 ? "followed" : "refused");

  if (expects.signedIn) {
    const { session, error } = refresh ?? callback ?? signIn;
    const isGood = session?.sub === subject && !isPolluted && seen.strayed.length === 0;
    // A second answer may be an error to it, as long as the session stands.
    const isFine = one.then === "openCallbackAgain" || (!error && !userInfo?.error);
    return isGood && isFine ? "taken" : "spurned";
  }
  if (expects.signedOut && !expects.code) {
    if (seen.strayed.length > 0) return "followed";
    return signedOut && !signedOut.session ? "taken" : "spurned";
  }
  if (expects.signedOut) return signedOut?.error ? "refused" : "accepted";
  if (!callback?.session) return without();
  if (expects.at === "signIn") return errors.some(Boolean) ? without() : "accepted";
  if (expects.at === "userInfo") return userInfo.error ? without() : "accepted";
  if (expects.at === "refresh") {
    const isUnchanged = refresh.session?.accessToken === callback.session.accessToken;
    return refresh.error || !refresh.session || isUnchanged ? without() : "accepted";
  }
  return "accepted";
}

/** Whether the library has the step that the provider spoils. */
function isApplicable(one, { steps, asked }, { peer, uses }) {
  const { leavesToCaller = [], isMemoryOnly = false } = peer;
  const isUsed = (endpoint) => uses.includes(endpoint) && !leavesToCaller.includes(endpoint);
  const endpoint = endpointOf(one);
  if (endpoint && !isUsed(endpoint)) return false;
  if (one.then === "openCallbackAgain" && isMemoryOnly) return false;
  // That the client may name an endpoint beside its issuer, is an option of ours.
  if (typeof one.client === "function" && peer.name !== "pkce-wasm") return false;
  if (one.then === "signOut" && !steps.includes("signOut")) return false;
  if (one.expects.at === "refresh" || one.steps?.includes("refresh")) {
    if (!steps.includes("refresh")) return false;
  }
  if (one.expects.at === "userInfo" && !steps.includes("userInfo")) return false;
  const mayBeLeftOut = ["metadata", "keys", "userinfo", "logout", "revocation"];
  const isUnasked = (name) => mayBeLeftOut.includes(name) && !isUsed(name) && !asked.includes(name);
  const spoilt = Object.keys(one.does);
  return spoilt.length === 0 || !spoilt.every(isUnasked);
}

function reasonOf({ taken, strayed, unsettled }) {
  if (unsettled) return `nothing came of ${unsettled}`;
  if (strayed.length > 0) return `asked: ${strayed[0]}`;
  for (const [step, { error }] of Object.entries(taken)) if (error) return `${step}: ${error}`;
  return undefined;
}
