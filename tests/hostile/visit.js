import { call } from "../e2e/browsers/tab.js";
import { until } from "../e2e/browsers/until.js";
import { makeClient, openBare } from "../e2e/fixtures/steps.js";
import { clientId } from "./provider.js";

/**
 * What came of a visit.
 *
 * @typedef {object} Outcome
 * @property {string} [code] of the AuthError
 * @property {string} [at] the step that it came from: "signIn", "start", "userInfo" …
 * @property {string} [message]
 * @property {object | null} session its claims and tokens
 * @property {object} [userInfo]
 * @property {Record<string, string>} stored all of the page's storages
 * @property {string} url
 * @property {boolean} polluted whether something was put on every object's prototype
 */

/** Options of createClient for a bare page. */
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
 * Signs in as an application does, and takes these steps on the callback page. A first visit is
 * one to empty storages.
 *
 * @returns {Promise<Outcome>}
 */
export async function visit(
  tab,
  pages,
  { options, signIn = {}, steps, answeredBy = options, isFirst },
) {
  await openBare(tab, `${pages.origin}/bare/`, options);
  if (isFirst) await run(tab, () => [localStorage, sessionStorage].forEach((all) => all.clear()));
  const begin = (settings) => client.signIn(settings);
  const refused = await leaveFor(answeredBy.redirectUri, tab, begin, signIn);
  if (refused) return { ...(await look(tab)), ...refused, at: "signIn" };
  await makeClient(tab, answeredBy);
  return take(tab, steps);
}

/**
 * Opens a callback as if the browser had been sent there.
 *
 * @returns {Promise<Outcome>}
 */
export async function openCallback(tab, url, options, steps) {
  await openBare(tab, url, options);
  return take(tab, steps);
}

/**
 * Signs out, and looks at the page that the provider sends the user to.
 *
 * @returns {Promise<Outcome>}
 */
export async function signOut(tab, options) {
  const refused = await leaveFor(options.postLogoutRedirectUri, tab, () => client.signOut());
  if (refused) return { ...(await look(tab)), ...refused, at: "signOut" };
  await makeClient(tab, options);
  return take(tab, ["start"]);
}

/** Chromium waits for what a page promises for as long as it takes, unlike `Tab.evaluate`. */
function run(tab, work, ...args) {
  return tab.run(call(work, args));
}

/**
 * Does what leaves the page, and waits until the next one is at this path. Gives the error of a
 * refusal to leave; a page that is left never says anything more.
 */
async function leaveFor(url, tab, work, ...args) {
  const { pathname } = new URL(url);
  let refused;
  const refusing = tab.run(`outcomeOf(() => ${call(work, args)})`).then(
    ({ name, code, message }) => (refused = name && { code, message }),
    () => undefined,
  );
  const isThere = (path) => location.pathname === path && Boolean(window.createClient);
  try {
    await until(
      async () => refused ?? (await run(tab, isThere, pathname)),
      () => `the page should have been left for ${pathname}`,
    );
  } catch (error) {
    // A provider that never answers is waited for longer than that.
    if (!(await refusing)) throw error;
  }
  return refused;
}

/** Takes steps with the page's client, up to the first that fails, and looks around. */
async function take(tab, steps) {
  const taken = await run(
    tab,
    async (names) => {
      const perform = {
        start: () => client.start(),
        userInfo: () => client.userInfo(),
        refresh: () => client.accessToken({ minValiditySeconds: Infinity }),
      };
      const values = {};
      for (const at of names) {
        if (at !== "start" && client.session === null) break;
        const { value, name, code, message } = await outcomeOf(perform[at]);
        if (name) return { code: code ?? name, at, message };
        if (at === "userInfo") values.userInfo = value;
      }
      return values;
    },
    steps,
  );
  return { ...(await look(tab)), ...taken };
}

function look(tab) {
  return run(tab, () => {
    const { session } = client;
    const { claims, sub, accessToken, idToken } = session ?? {};
    return {
      session: session && { claims, sub, accessToken, idToken },
      stored: { ...localStorage, ...sessionStorage },
      url: location.href,
      polluted: "isAdmin" in {} || claims?.isAdmin === true,
    };
  });
}
