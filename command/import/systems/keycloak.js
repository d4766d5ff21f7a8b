import { issuerAt } from "../../../dist/presets/issuer.js";
import { others, required, url } from "../../../dist/presets/settings.js";
import { isNothing, isObject, nameIn, settingsIn } from "../../forms/tree.js";
import { leftIn } from "../left-out.js";

const TABLE = {
  server: /^(?:auth-server-url|authServerUrl|url)$/,
  realm: /^realm$/,
  clientId: /^(?:resource|clientId)$/,
};

/** @type {import("../found.js").Find} */
export function findKeycloak(places) {
  const home = places.find((place) => Object.keys(settingsIn(place, TABLE)).length === 3);
  if (home === undefined) return undefined;
  const settings = settingsIn(home, TABLE);
  const { credentials } = home.members;
  const inner = {
    path: [...home.path, "credentials"],
    members: isObject(credentials) ? credentials : {},
  };
  const secrets = Object.entries(inner.members)
    .filter(([name, value]) => /secret/i.test(name) && !isNothing(value))
    .map(([name, value]) => ({ name: nameIn(inner, name), value }));
  const used = new Set([
    ...Object.values(settings).map(({ name }) => name),
    nameIn(home, "credentials"),
  ]);
  return {
    system: "keycloak",
    settings,
    secrets,
    leftOut: leftIn(home, used, "unused"),
    callback: { setting: "redirectUri" },
    madeOf: { issuer: "server" },
    make: ({ server, realm, clientId, redirectUri }, rest) => {
      const base = url("server", server).replace(/\/+$/, "");
      return {
        issuer: issuerAt(
          "server",
          `${base}/realms/${encodeURIComponent(required("realm", realm))}`,
        ),
        clientId: required("clientId", clientId),
        redirectUri: url("redirectUri", redirectUri),
        ...others(rest),
      };
    },
  };
}
