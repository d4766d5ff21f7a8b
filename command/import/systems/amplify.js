import { cognito } from "../../../dist/presets.js";
import { isNothing, isObject, nameIn, settingsIn, together } from "../../forms/tree.js";
import { Problem } from "../../problem.js";
import { leftIn } from "../left-out.js";

/**
 * The generations of Amplify's files: by what they call the user pool and the app client, and where they have
 * the sign-in page, when they have one.
 */
const GENERATIONS = [
  {
    userPoolId: /^aws_user_pools_id$/,
    clientId: /^aws_user_pools_web_client_id$/,
    oauth: "oauth",
  },
  {
    userPoolId: /^user_pool_id$/,
    clientId: /^user_pool_client_id$/,
    oauth: "oauth",
    isHome: ({ path, members }) => path.at(-1) === "auth" || isObject(members.oauth),
  },
  {
    userPoolId: /^PoolId$/,
    clientId: /^AppClientId$/,
    oauth: "Auth.Default.OAuth",
    isHome: ({ path }) => path.includes("CognitoUserPool"),
  },
  {
    userPoolId: /^userPoolId$/,
    clientId: /^userPool(?:Web)?ClientId$/,
    oauth: "oauth",
    isHome: ({ path }) => path.some((each) => /^(?:Auth|Cognito)$/.test(each)),
  },
  {
    userPoolId: /^userPoolId$/,
    clientId: /^userPoolWebClientId$/,
    oauth: "oauth",
  },
];

const OAUTH = {
  domain: /^(?:web)?domain$/i,
  scope: /^scopes?$/i,
  redirectUri: /^redirect_?sign_?in(?:_?uris?)?$|^SignInRedirectURI$/i,
  postLogoutRedirectUri: /^redirect_?sign_?out(?:_?uris?)?$|^SignOutRedirectURI$/i,
};

/** @type {import("../found.js").Find} */
export function findAmplify(places) {
  for (const generation of GENERATIONS) {
    const { userPoolId, clientId, isHome = () => true } = generation;
    const home = places.find(
      (place) =>
        isHome(place) && Object.keys(settingsIn(place, { userPoolId, clientId })).length === 2,
    );
    if (home !== undefined) return found(home, generation, places);
  }
  return undefined;
}

function found(home, { userPoolId, clientId, oauth }, places) {
  // It may stand beside the object in which it belongs.
  const pages = places.filter(
    ({ path, members }) =>
      /^oauth$/i.test(path.at(-1)) &&
      !isNothing(members) &&
      Object.keys(settingsIn({ path, members }, OAUTH)).length > 0,
  );
  const page = together(pages.map((place) => settingsIn(place, OAUTH)));
  if (page.domain === undefined || isNothing(page.domain.value)) {
    // Angular's environments have these names beside a domain of their own.
    if (Object.keys(home.members).some((name) => /domain/i.test(name))) return undefined;
    const [its] = pages;
    const isFlutter = oauth.includes(".");
    const name = its
      ? nameIn(its, "domain")
      : nameIn(isFlutter ? { path: home.path.slice(0, -2) } : home, oauth);
    const message =
      `The file has no sign-in page: ${name} is missing, and the domain of the user pool with it. See in ` +
      "Cognito's console, at the user pool's domain, whether it has one, and add it.";
    throw new Problem("invalid_config", message, name);
  }
  const settings = { ...settingsIn(home, { userPoolId, clientId }), ...page };
  const used = new Set([...Object.values(settings).map(({ name }) => name)]);
  for (const each of pages) used.add(each.path.join("."));
  const { clientSecret } = settingsIn(home, {
    clientSecret: /^(?:AppClientSecret|userPoolClientSecret)$/i,
  });
  const beside = [home, ...pages].flatMap((place) => leftIn(place, used, "unused"));
  const isPage = (name) => /(?:^|\.)(?:oauth|loginWith)$/i.test(name);
  return {
    system: "amplify",
    settings,
    secrets: clientSecret && !isNothing(clientSecret.value) ? [clientSecret] : [],
    leftOut: beside.filter(({ name }) => !isPage(name) && name !== clientSecret?.name),
    callback: { setting: "redirectUri" },
    madeOf: { "endpoints.issuer": "userPoolId", "endpoints.authorization": "domain" },
    make: (values, rest) => cognito({ ...values, ...rest }),
  };
}
