import { makeClient, openBare } from "../e2e/fixtures/steps.js";
import { clientId } from "./provider.js";

/**
 * What came of a visit.
 *
 * @typedef {object} Outcome
 * @property {string} [code] of the AuthError
 * @property {string} [at] the step that it came from: "signIn", "start", "userInfo" …
 * @property {object | null} session its claims and tokens
 * @property {object} [userInfo]
 * @property {Record<string, string>} stored all of the page's storages
 * @property {string} url
 * @property {boolean} polluted whether something was put on every object's prototype
 */

/** @param {{ origin: string }} pages */
export function optionsOf(pages, issuer, changes = {}) {
  return {
    issuer: issuer.url,
    clientId,
    redirectUri: `${pages.origin}/bare/callback`,
    postLogoutRedirectUri: `${pages.origin}/bare/`,
    ...changes,
  };
}

/**
 * Signs in as an application does, and takes these steps on the callback page.
 *
 * @returns {Promise<Outcome>}
 */
export async function visit(tab, pages, { options, signIn = {}, steps, answeredBy = options }) {
  await openBare(tab, `${pages.origin}/bare/`, options);
  await leave(tab, (settings) => client.signIn(settings), signIn);
  const refused = await arrive(tab, "/bare/callback");
  if (refused) return { ...(await look(tab)), ...refused, at: "signIn" };
  await makeClient(tab, answeredBy);
  return take(tab, steps);
}

/** Opens a callback as if the browser had been sent there. */
export async function openCallback(tab, url, options, steps) {
  await openBare(tab, url, options);
  return take(tab, steps);
}

/** Signs out, and looks at the page that the provider sends the user to. */
export async function signOut(tab, options) {
  await leave(tab, () => client.signOut());
  const refused = await arrive(tab, "/bare/");
  if (refused) return { ...(await look(tab)), ...refused, at: "signOut" };
  await makeClient(tab, options);
  return take(tab, ["start"]);
}

/** Starts what leaves the page, unless it fails. */
function leave(tab, work, ...args) {
  return tab.evaluate(`(...args) => {
    const mark = performance.timeOrigin;
    window.leaving = { mark };
    outcomeOf(() => (${work})(...args)).then(({ code }) => (window.leaving.code = code));
  }`, ...args);
}

/** Waits for the next page at this path, or for the refusal to leave for it. */
async function arrive(tab, path) {
  const seen = await tab.waitFor((pathname) => {
    if (window.leaving?.code) return { code: window.leaving.code };
    const isThere = !window.leaving && location.pathname === pathname;
    return isThere && window.createClient ? {} : null;
  }, path);
  return seen.code ? seen : undefined;
}

/** Takes steps with the page's client, up to the first that fails, and looks around. */
export async function take(tab, steps) {
  const taken = await tab.evaluate(async (names) => {
    const perform = {
      start: () => client.start(),
      userInfo: () => client.userInfo(),
      refresh: () => client.accessToken({ minValiditySeconds: Infinity }),
    };
    const values = {};
    for (const at of names) {
      if (at !== "start" && client.session === null) break;
      const outcome = await outcomeOf(perform[at]);
      if (!("value" in outcome)) return { code: outcome.code ?? String(outcome.name), at };
      if (at === "userInfo") values.userInfo = outcome.value;
    }
    return values;
  }, steps);
  return { ...(await look(tab)), ...taken };
}

function look(tab) {
  return tab.evaluate(() => {
    const { session } = window.client ?? {};
    return {
      session: session
        ? {
            claims: session.claims,
            sub: session.sub,
            accessToken: session.accessToken,
            idToken: session.idToken,
          }
        : null,
      stored: { ...localStorage, ...sessionStorage },
      url: location.href,
      polluted: "isAdmin" in {} || session?.claims.isAdmin === true,
    };
  });
}
