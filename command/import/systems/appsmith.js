import { appsmith } from "../../../dist/presets.js";
import { isNothing, nameIn, settingsIn, together } from "../../forms/tree.js";
import { leftIn } from "../left-out.js";

const variable = (name) => new RegExp(`^APPSMITH_OAUTH2_OIDC_${name}$`);

const TABLE = {
  clientId: variable("CLIENT_ID"),
  authorizationUrl: variable("AUTHORIZATION_UR[IL]"),
  tokenUrl: variable("TOKEN_UR[IL]"),
  userInfoUrl: variable("USER_?INFO(?:_UR[IL])?"),
  jwkSetUrl: variable("JWK_SET_UR[IL]"),
  scope: variable("SCOPES?"),
};

const SECRET = variable("CLIENT_SECRET");

/** @type {import("../found.js").Find} */
export function findAppsmith(places) {
  const homes = places.filter(({ members }) =>
    Object.keys(members).some((name) => /^APPSMITH_OAUTH2_OIDC_/.test(name)),
  );
  if (homes.length === 0) return undefined;
  const settings = together(homes.map((place) => settingsIn(place, TABLE)));
  const used = new Set(Object.values(settings).map(({ name }) => name));
  const secrets = homes.flatMap((place) =>
    Object.entries(place.members)
      .filter(([name, value]) => SECRET.test(name) && !isNothing(value))
      .map(([name, value]) => ({ name: nameIn(place, name), value })),
  );
  return {
    system: "appsmith",
    settings,
    secrets,
    leftOut: homes
      .flatMap((place) => leftIn(place, used, "server"))
      .filter(({ name, why }) => why === "secret" || /OIDC/.test(name))
      .filter(({ name }) => !SECRET.test(name)),
    callback: { setting: "redirectUrl", path: "/login/oauth2/code/oidc" },
    madeOf: {
      "endpoints.issuer": "jwkSetUrl",
      "endpoints.authorization": "authorizationUrl",
      "endpoints.token": "tokenUrl",
      "endpoints.jwks": "jwkSetUrl",
      "endpoints.userinfo": "userInfoUrl",
    },
    make: (values, rest) => appsmith({ ...values, ...rest }),
  };
}
