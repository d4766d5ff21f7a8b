import { rancher } from "../../../dist/presets.js";
import { isNothing, settingsIn, together } from "../../forms/tree.js";
import { leftIn } from "../left-out.js";

/** Of the resource, of Terraform's, and of the variables behind it. */
const TABLE = {
  rancherUrl: /^rancher_?(?:server_?|callback_?)?url$/i,
  issuer: /^(?:oidc_|cognito_)?issuer(?:_?url)?$/i,
  clientId: /^(?:oidc_|cognito_|rancher_)?client_?id$/i,
  scope: /^scopes?$/i,
  clientSecret: /^(?:oidc_|cognito_|rancher_)?client_?secret$/i,
};

const TYPE = /^(?:cognito|genericOIDC|oidc)(?:Config|Provider)?$/i;

/** @type {import("../found.js").Find} */
export function findRancher(places) {
  const homes = places.filter(
    ({ members }) =>
      Object.keys(members).some((name) => TABLE.rancherUrl.test(name)) ||
      ("accessMode" in members && TYPE.test(members.type)),
  );
  if (homes.length === 0) return undefined;
  const { clientSecret, ...settings } = together(homes.map((place) => settingsIn(place, TABLE)));
  const used = new Set(Object.values(settings).map(({ name }) => name));
  return {
    system: "rancher",
    settings,
    secrets: clientSecret && !isNothing(clientSecret.value) ? [clientSecret] : [],
    leftOut: homes.flatMap((place) => leftIn(place, used, "server")),
    callback: { setting: "rancherUrl", path: "/verify-auth" },
    madeOf: { redirectUri: "rancherUrl" },
    make: ({ issuer, clientId, rancherUrl, scope }, rest) =>
      rancher({ issuer, clientId, rancherUrl, scope, ...rest }),
  };
}
