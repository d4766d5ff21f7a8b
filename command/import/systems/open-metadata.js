import { fromOpenMetadata } from "../../../dist/presets.js";
import { isNothing, isObject, nameIn, settingsIn, together } from "../../forms/tree.js";
import { isSecret, leftIn } from "../left-out.js";

/** In the environment, with or without a prefix; `CALBACK` is met as well. */
const VARIABLES = {
  provider: /^(?:\w+_)?AUTHENTICATION_PROVIDER$/,
  authority: /^(?:\w+_)?AUTHENTICATION_AUTHORITY$/,
  clientId: /^(?:\w+_)?AUTHENTICATION_CLIENT_ID$/,
  callbackUrl: /^(?:\w+_)?AUTHENTICATION_CALL?BACK_URL$/,
  clientType: /^(?:\w+_)?AUTHENTICATION_CLIENT_TYPE$/,
};

/** What is set for a confidential client, and stands in where the other is missing. */
const CONFIDENTIAL = {
  authority: /^OIDC_DISCOVERY_URI$/,
  clientId: /^OIDC_CLIENT_ID$/,
  callbackUrl: /^OIDC_CALLBACK(?:_URL)?$/,
};

const MEMBERS = {
  provider: /^provider$/,
  authority: /^authority$/,
  clientId: /^clientId$/,
  callbackUrl: /^callbackUrl$/,
  clientType: /^clientType$/,
};

const CONFIDENTIAL_MEMBERS = {
  authority: /^discoveryUri$/,
  clientId: /^(?:id|clientId)$/,
  callbackUrl: /^callbackUrl$/,
};

/** One of these says that it is no other system's. */
const OWN =
  /^(?:callbackUrl|publicKeys|publicKeyUrls|clientType|oidcConfiguration|jwtPrincipalClaims)$/;

const WITHOUT_PROVIDER = /^(?:basic|ldap|saml|no-auth)$/i;

/** @type {import("../found.js").Find} */
export function findOpenMetadata(places) {
  const homes = places.flatMap((place) => homeOf(place) ?? []);
  if (homes.length === 0) return undefined;
  const settings = together([
    ...homes.map((home) => home.settings),
    ...homes.map((home) => home.more),
  ]);
  const isNone = WITHOUT_PROVIDER.test(settings.provider?.value);
  const used = new Set(Object.values(settings).map(({ name }) => name));
  return {
    system: "openmetadata",
    settings,
    secrets: isNone ? [] : homes.flatMap((home) => home.secrets(settings)),
    leftOut: homes.flatMap(({ place, isOwn }) =>
      leftIn(place, used, "server").filter(({ name, why }) => isOwn(name) || why === "secret"),
    ),
    callback: { setting: "callbackUrl", path: "/callback" },
    madeOf: { issuer: "authority", redirectUri: "callbackUrl" },
    make: ({ provider, authority, clientId, callbackUrl }, rest) =>
      fromOpenMetadata({ provider, authority, clientId, callbackUrl }, rest),
  };
}

function homeOf(place) {
  const variables = settingsIn(place, VARIABLES);
  if (Object.keys(variables).length > 0) {
    const more = settingsIn(place, CONFIDENTIAL);
    return {
      place,
      settings: variables,
      more,
      isOwn: (name) => /AUTHENTICATION_|AUTHORIZER_|OIDC_/.test(name),
      secrets: (all) => [
        ...confidential(all),
        ...secretIn(place, /^OIDC_CLIENT_SECRET$/, more, all),
      ],
    };
  }
  const settings = settingsIn(place, MEMBERS);
  const isHome =
    Object.keys(settings).length > 1 && Object.keys(place.members).some((name) => OWN.test(name));
  if (!isHome || !(settings.authority ?? settings.provider)) return undefined;
  const { oidcConfiguration } = place.members;
  const isUsed = isObject(oidcConfiguration) && String(oidcConfiguration.enabled) !== "false";
  const inner = {
    path: [...place.path, "oidcConfiguration"],
    members: isUsed ? oidcConfiguration : {},
  };
  const more = settingsIn(inner, CONFIDENTIAL_MEMBERS);
  return {
    place: { ...place, members: { ...place.members, oidcConfiguration: undefined } },
    settings,
    more: Object.fromEntries(
      Object.entries(more).filter(([, { value }]) => typeof value === "string"),
    ),
    isOwn: () => true,
    secrets: (all) => [...confidential(all), ...secretIn(inner, /^(?:client)?secret$/i, more, all)],
  };
}

function confidential({ clientType }) {
  return /^confidential$/i.test(clientType?.value) ? [clientType] : [];
}

/** The secret at a place, unless it is said there that it is another client's. */
function secretIn(place, pattern, { clientId: its }, { clientId }) {
  const isAnothers =
    typeof its?.value === "string" && !isNothing(its.value) && its.value !== clientId?.value;
  return isAnothers
    ? []
    : Object.entries(place.members)
        .filter(([name, value]) => pattern.test(name) && isSecret(name) && !isNothing(value))
        .map(([name, value]) => ({ name: nameIn(place, name), value }));
}
