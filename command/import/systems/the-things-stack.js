import { theThingsStack } from "../../../dist/presets.js";
import { isNothing, isObject, nameIn, settingsIn } from "../../forms/tree.js";
import { leftIn } from "../left-out.js";

/** The answer's names, below `configuration.oidc`. */
const ANSWER = {
  clientId: /^client_?id$/i,
  discoveryAddress: /^provider_?url$/i,
  clientSecret: /^client_?secret$/i,
};

/** The command's flags, in long or in short. */
const FLAGS = {
  clientId: /oidc\.client-id$/,
  discoveryAddress: /oidc\.provider-url$/,
  clientSecret: /oidc\.client-secret$/,
  providerId: /^--(?:authentication-provider-id|provider-id)$/,
};

const OF_SERVER = /^(?:--)?(?:name|description|allow[-_]registrations|logout[-_]url)$/;

/** @type {import("../found.js").Find} */
export function findTheThingsStack(places) {
  const found = ofAnswer(places) ?? ofCommand(places);
  if (found === undefined) return undefined;
  const { place, settings: all } = found;
  const { clientSecret, ...settings } = all;
  const used = new Set(Object.values(all).map(({ name }) => name));
  return {
    system: "the-things-stack",
    settings,
    secrets: clientSecret && !isNothing(clientSecret.value) ? [clientSecret] : [],
    leftOut: leftIn(place, used, "server").filter(({ name }) => OF_SERVER.test(name)),
    callback: {
      setting: "serverAddress",
      path: `/oauth/login/${settings.providerId?.value}/callback`,
    },
    madeOf: { issuer: "discoveryAddress", redirectUri: "serverAddress" },
    make: ({ clientId, providerId, discoveryAddress, serverAddress }, rest) =>
      theThingsStack({ clientId, providerId, discoveryAddress, serverAddress, ...rest }),
  };
}

function ofAnswer(places) {
  const home = places.find(
    ({ path, members }) => path.at(-1) === "oidc" && "provider_url" in members,
  );
  if (home === undefined) return undefined;
  const owner = places.find(({ members }) => isObject(members.ids) && "provider_id" in members.ids);
  const providerId = owner && {
    name: nameIn(owner, "ids.provider_id"),
    value: owner.members.ids.provider_id,
  };
  const settings = { ...(providerId && { providerId }), ...settingsIn(home, ANSWER) };
  return { place: owner ?? home, settings };
}

function ofCommand(places) {
  const home = places.find(
    ({ members }) => Object.keys(settingsIn({ path: [], members }, FLAGS)).length > 1,
  );
  if (home === undefined) return undefined;
  // `ap create <provider ID>`
  const { words = [] } = home.members;
  const verb = words.findIndex((word) => /^(?:create|add|update|set)$/.test(word));
  const providerId = { name: "authentication-provider-id", value: words[verb + 1] ?? "" };
  const settings = { ...(verb !== -1 && { providerId }), ...settingsIn(home, FLAGS) };
  return { place: home, settings };
}
