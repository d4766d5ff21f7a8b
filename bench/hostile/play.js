import { clientId } from "../../tests/hostile/provider.js";
import { Application, Unsettled } from "./application.js";

/** What a provider has, by the member of its metadata that says where. */
const endpoints = {
  authorization_endpoint: "authorization",
  token_endpoint: "token",
  jwks_uri: "keys",
  userinfo_endpoint: "userinfo",
  revocation_endpoint: "revocation",
  end_session_endpoint: "logout",
};

/** The endpoint that a case of discovery is about. */
export function endpointOf({ name }) {
  const member = Object.keys(endpoints).find((each) => name.includes(each));
  return endpoints[member];
}

/** In milliseconds, and far longer than the libraries' own limits. */
const limitOf = ({ isSlow }) => (isSlow ? 90_000 : 20_000);

/**
 * What was seen when a case was played.
 *
 * @typedef {object} Seen
 * @property {string[]} steps that the library has
 * @property {Record<string, import("./application.js").Outcome>} taken
 * @property {string} [unsettled] the step that nothing came of
 * @property {string[]} strayed what was asked, or ran, that is neither application nor endpoint
 * @property {string[]} asked the endpoints that were asked
 * @property {boolean} [survived] whether the honest answer still made a session afterwards
 * @property {boolean} sentNonce
 * @property {boolean} sentLogoutState
 */

/**
 * Plays one case with one library, in a tab that nothing else is done in.
 *
 * @param {import("../../tests/hostile/cases/index.js").Case} one
 * @returns {Promise<Seen>}
 */
export async function play(one, { peer, everyCheck }, { tab, pages, provider }) {
  const origins = pages.of(peer.name);
  const speaking = provider.speak(peer.dialect);
  const issuer = speaking.open(one.does);
  if (one.other) issuer.other = speaking.open(one.other);
  const issuers = [issuer, issuer.other].filter(Boolean);

  const application = new Application(tab, {
    limit: limitOf(one),
    isKnown: (url) => pages.have(url) || provider.have(url),
  });
  const settings = {
    issuer: issuer.url,
    clientId,
    redirectUri: `${origins.origin}/bare/callback`,
    postLogoutRedirectUri: `${origins.origin}/bare/`,
    everyCheck,
    client: typeof one.client === "function" ? one.client(issuer, origins) : one.client,
    request: one.signIn ?? {},
  };
  const answering = one.answeredBy
    ? { ...settings, issuer: issuer.other.url, ...one.answeredBy(origins) }
    : settings;
  const seen = { taken: {} };
  const held = () => Boolean(seen.taken.callback?.session);
  const take = async (step) => (seen.taken[step] = await application.take(step));

  const signIn = async (visit) => {
    await application.open(settings.postLogoutRedirectUri, settings, visit);
    seen.steps = application.steps;
    const refused = await application.leave("signIn", [settings.request], answering.redirectUri);
    if (refused) return (seen.taken.signIn = refused);
    await application.begin(answering);
    await take("callback");
  };
  const openCallback = async () => {
    await application.open(issuer.honestCallback, settings);
    await take("callback");
  };
  const signOut = async () => {
    const refused = await application.leave("signOut", [], settings.postLogoutRedirectUri);
    if (refused) return (seen.taken.signOut = refused);
    await application.begin(settings);
    await take("signedOut");
  };

  try {
    await signIn({ isFirst: true });
    for (const step of stepsOf(one)) {
      if (!held() || !application.steps.includes(step)) continue;
      await (step === "signOut" ? signOut() : take(step));
    }
    if (held() && one.then === "signInAgain") await signIn();
    if (held() && one.then === "openCallbackAgain") await openCallback();
    if (one.expects.pending && !held() && issuer.honestCallback) {
      const forged = seen.taken.callback;
      await openCallback();
      seen.survived = held();
      seen.taken.callback = forged;
    }
  } catch (error) {
    if (!(error instanceof Unsettled)) throw error;
    seen.unsettled = error.step;
  } finally {
    application.forget();
  }
  const last = (endpoint) => issuer.asked(endpoint).at(-1)?.parameters;
  return {
    ...seen,
    strayed: [
      ...application.strayed,
      ...issuers.flatMap(({ unforeseen }) => unforeseen.map(({ endpoint }) => endpoint)),
    ],
    asked: [...new Set(issuers.flatMap(({ requests }) => requests.map((each) => each.endpoint)))],
    sentNonce: Boolean(last("authorization")?.get("nonce")),
    sentLogoutState: Boolean(last("logout")?.get("state")),
  };
}

/** What the application does once the user is signed in. */
function stepsOf(one) {
  const steps = (one.steps ?? ["start", "userInfo"]).filter((step) => step !== "start");
  // One that is to be left out is used by nobody.
  const isUsedLast = !one.expects.signedIn && ["revocation", "logout"].includes(endpointOf(one));
  return one.then === "signOut" || isUsedLast ? [...steps, "signOut"] : steps;
}
