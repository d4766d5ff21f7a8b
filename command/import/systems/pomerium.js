import { pomerium } from "../../../dist/presets.js";
import { isNothing, isObject, nameIn, settingsIn, together } from "../../forms/tree.js";
import { leftIn } from "../left-out.js";
import { Problem } from "../../problem.js";

/** In `config.yaml`, and in the environment with or without a prefix. */
const TABLE = {
  idp_provider: /^(?:pomerium_)?idp_provider$/i,
  idp_provider_url: /^(?:pomerium_)?idp_provider_url$/i,
  idp_client_id: /^(?:pomerium_)?idp_client_id$/i,
  idp_scopes: /^(?:pomerium_)?idp_scopes$/i,
  authenticate_service_url: /^(?:pomerium_)?authenticate_service_url$/i,
  authenticate_callback_path: /^(?:pomerium_)?authenticate_callback_path$/i,
};

const SECRET = /^(?:pomerium_)?idp_client_secret(?:_file)?$/i;

/** The whole callback, as it was set before there was a path for it. */
const CALLBACK = /^(?:pomerium_)?redirect_url$/i;

/** The Helm chart's, below `authenticate.idp`. */
const CHART = {
  idp_provider: /^provider$/,
  idp_provider_url: /^url$/,
  idp_client_id: /^clientI[dD]$/,
  idp_scopes: /^scopes$/,
};

/** Of providers that there is one of, Pomerium knows the issuer. */
const ISSUERS = { google: "https://accounts.google.com", gitlab: "https://gitlab.com" };

/** @type {import("../found.js").Find} */
export function findPomerium(places) {
  const homes = [
    ...places.flatMap((place) => ofConfiguration(place) ?? []),
    ...places.flatMap((place) => ofResource(place, places) ?? []),
    ...places.flatMap((place) => ofChart(place) ?? []),
  ];
  if (homes.length === 0) return undefined;
  const settings = together(homes.map((home) => home.settings));
  refuseHosted(settings);
  const { idp_provider: by, idp_provider_url: at } = settings;
  const known = ISSUERS[String(by?.value).toLowerCase()];
  if (known !== undefined && (at === undefined || isNothing(at.value))) {
    settings.idp_provider_url = { name: by.name, value: known };
  }
  const used = new Set(Object.values(settings).map(({ name }) => name));
  return {
    system: "pomerium",
    settings,
    secrets: homes.flatMap((home) => home.secrets).filter(({ value }) => !isNothing(value)),
    leftOut: homes.flatMap(({ place, isOwn }) =>
      leftIn(place, used, "server").filter(({ name, why }) => why === "secret" || isOwn.test(name)),
    ),
    callback:
      settings.redirectUri === undefined
        ? { setting: "authenticate_service_url", path: "/oauth2/callback" }
        : { setting: "redirectUri" },
    madeOf: {
      issuer: "idp_provider_url",
      clientId: "idp_client_id",
      scope: "idp_scopes",
      redirectUri: "authenticate_service_url",
    },
    make: (values, rest) => pomerium({ ...values, ...rest }),
  };
}

function ofConfiguration(place) {
  const settings = settingsIn(place, TABLE);
  const isHome = Object.keys(settings).length > 0 && Object.values(place.members).some(isFilled);
  // A Home Assistant add-on has the types of its options under the same names.
  if (!isHome || place.path.includes("schema")) return undefined;
  const secrets = Object.entries(place.members).filter(([name]) => SECRET.test(name));
  const whole = settingsIn(place, { redirectUri: CALLBACK });
  return {
    place: without(place, SECRET),
    settings: { ...settings, ...whole },
    secrets: secrets.map(([name, value]) => ({ name: nameIn(place, name), value })),
    isOwn: /idp_|authenticate_|authorize_|cookie|signing/i,
  };
}

/** `kind: Pomerium`, whose client is in a Secret. */
function ofResource(place, places) {
  const { kind, spec } = place.members;
  if (kind !== "Pomerium" || !isObject(spec)) return undefined;
  const { authenticate = {}, identityProvider = {} } = spec;
  const setting = (name, value) => (value === undefined ? undefined : { name, value });
  const reference = identityProvider.secret;
  const its = places.find(
    ({ members }) =>
      members.kind === "Secret" && members.metadata?.name === String(reference).split("/").at(-1),
  );
  const values = { ...its?.members.data, ...its?.members.stringData };
  const within = its?.members.stringData ? "stringData" : "data";
  const secrets = its
    ? [{ name: `${within}.client_secret`, value: values.client_secret }]
    : [{ name: "spec.identityProvider.secret", value: reference }];
  return {
    place: { path: [], members: {} },
    settings: defined({
      idp_provider: setting("spec.identityProvider.provider", identityProvider.provider),
      idp_provider_url: setting("spec.identityProvider.url", identityProvider.url),
      idp_scopes: setting("spec.identityProvider.scopes", identityProvider.scopes),
      idp_client_id: setting(`${within}.client_id`, values.client_id),
      authenticate_service_url: setting("spec.authenticate.url", authenticate.url),
      authenticate_callback_path: setting(
        "spec.authenticate.callbackPath",
        authenticate.callbackPath,
      ),
    }),
    secrets,
    isOwn: /^$/,
  };
}

function ofChart(place) {
  if (place.path.slice(-2).join(".") !== "authenticate.idp") return undefined;
  const { clientSecret } = place.members;
  return {
    place: without(place, /^clientSecret$/),
    settings: settingsIn(place, CHART),
    secrets: [{ name: nameIn(place, "clientSecret"), value: clientSecret }],
    isOwn: /./,
  };
}

/** Who uses the vendor's own sign-in has no provider's settings. */
function refuseHosted({ authenticate_service_url: hosted, idp_provider_url, idp_provider }) {
  if (hosted === undefined || idp_provider_url || idp_provider) return;
  const message =
    `${hosted.name} is there, but no idp_provider_url: where Pomerium's hosted authenticate service signs ` +
    "users in, the file has no provider's settings, and there is nothing to import.";
  throw new Problem("invalid_config", message, hosted.name);
}

function isFilled(value) {
  return !isNothing(value);
}

function without(place, pattern) {
  const members = Object.entries(place.members).filter(([name]) => !pattern.test(name));
  return { ...place, members: Object.fromEntries(members) };
}

function defined(settings) {
  return Object.fromEntries(
    Object.entries(settings).filter(([, setting]) => setting !== undefined),
  );
}
