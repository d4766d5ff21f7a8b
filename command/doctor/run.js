import { checkAuthorization } from "./checks/authorization.js";
import { checkClock } from "./checks/clock.js";
import { checkCrossOrigin } from "./checks/cross-origin.js";
import { checkDiscovery } from "./checks/discovery.js";
import { checkKeys } from "./checks/keys.js";
import { checkPage } from "./checks/page.js";
import { checkSettings } from "./checks/settings.js";
import { checkSignOut } from "./checks/sign-out.js";
import { checkToken } from "./checks/token.js";
import { Requests } from "./requests.js";
import { Visit } from "./visit.js";

/**
 * What a check found. `failed` keeps users from signing in, `warning` some of them, or something beside it;
 * `skipped` could not be seen.
 * @typedef {object} Finding
 * @property {string} check
 * @property {"ok" | "warning" | "failed" | "skipped"} verdict
 * @property {string} evidence what was seen
 * @property {string} [fix]
 * @property {string} [code] of docs/errors.md: what the app would say
 */

/** @typedef {(visit: Visit) => Promise<Finding[]> | Finding[]} Check */

/**
 * In the order in which a sign-in meets them: where one fails on which others rest, these are not tried.
 * @type {[name: string, check: Check, needs: string[]][]}
 */
const CHECKS = [
  ["settings", checkSettings, []],
  ["discovery", checkDiscovery, ["settings"]],
  ["keys", checkKeys, ["settings", "discovery"]],
  ["authorization", checkAuthorization, ["settings", "discovery"]],
  ["token", checkToken, ["settings", "discovery", "authorization"]],
  ["cross-origin", checkCrossOrigin, ["settings", "discovery"]],
  ["sign-out", checkSignOut, ["settings", "discovery", "authorization", "token"]],
  ["page", checkPage, ["settings"]],
  ["clock", checkClock, ["settings", "discovery"]],
];

/**
 * Examines a client's options, and its provider as it answers now.
 * @param {object} options of `createClient`
 * @param {object} given
 * @param {string} [given.origin] of the page
 * @param {Requests} [given.requests] with those that were needed to come by the options
 * @param {(findings: Finding[]) => void} [given.onFindings]
 * @param {(check: string) => void} [given.onStart]
 * @returns {Promise<{ findings: Finding[], requests: Requests["sent"] }>}
 */
export async function examine(
  options,
  { origin, requests = new Requests(), onFindings = () => {}, onStart = () => {} } = {},
) {
  const { redirectUri } = options;
  const own = URL.canParse(redirectUri) ? new URL(redirectUri).origin : undefined;
  const visit = new Visit(options, origin ?? own, requests);
  const findings = [];
  const failed = new Set();
  for (const [name, check, needs] of CHECKS) {
    if (needs.some((need) => failed.has(need))) {
      failed.add(name);
      continue;
    }
    onStart(name);
    const found = await check(visit);
    if (found.some(({ verdict }) => verdict === "failed")) failed.add(name);
    findings.push(...found);
    onFindings(found);
  }
  return { findings, requests: requests.sent };
}
