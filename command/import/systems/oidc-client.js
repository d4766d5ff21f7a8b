import { isOfDomain, issuerAt } from "../../../dist/presets/issuer.js";
import { others, required, url } from "../../../dist/presets/settings.js";
import { isNothing, isObject, nameIn, settingsIn } from "../../forms/tree.js";
import { isWritten, leftIn } from "../left-out.js";

/** oidc-client(-ts) and react-oidc-context, angular-auth-oidc-client, angular-oauth2-oidc. */
const TABLE = {
  authority: /^(?:authority|issuer)$/,
  discovery: /^(?:authWellknownEndpointUrl|metadataUrl)$/,
  clientId: /^client_?id$/i,
  redirectUri: /^redirect_?ur[il]$/i,
  postLogoutRedirectUri: /^post_?logout_?redirect_?ur[il]$/i,
  scope: /^scopes?$/,
};

/** RFC 8414 §2, and angular-auth-oidc-client's names for the same. */
const METADATA = {
  issuer: /^issuer$/,
  authorization: /^authorization_?endpoint$/i,
  token: /^token_?endpoint$/i,
  jwks: /^jwks_?uri$/i,
  userinfo: /^user_?info_?endpoint$/i,
  revocation: /^revocation_?endpoint$/i,
  endSession: /^end_?session_?endpoint$/i,
};

const METADATA_NAME = /^(?:metadata(?:Seed)?|authWellknownEndpoints)$/;

/** What a client puts behind an endpoint by itself, and people copy along. */
const PARAMETERS =
  /^(?:response_type|client_id|redirect_uri|logout_uri|post_logout_redirect_uri|scope|state)$/;

const SIGN_OUT = /^(?:post_?)?log_?out_?(?:redirect_?)?ur[il]$/i;

/** @type {import("../found.js").Find} */
export function findOidcClient(places) {
  const [home] = places
    .map((place) => ({ place, settings: settingsIn(place, TABLE) }))
    .filter(({ settings: { authority, discovery, clientId, redirectUri }, place }) => {
      const isSettings = (authority ?? discovery) && clientId;
      return (
        isSettings &&
        (redirectUri ??
          /^(?:authority|response_type|automaticSilentRenew)$/m.test(
            Object.keys(place.members).join("\n"),
          ))
      );
    })
    .sort((one, other) => Object.keys(other.settings).length - Object.keys(one.settings).length);
  if (home === undefined) return undefined;
  const { place, settings } = home;
  const [name, metadata] =
    Object.entries(place.members).find(
      ([each, value]) => METADATA_NAME.test(each) && isObject(value),
    ) ?? [];
  const endpoints = name
    ? settingsIn({ path: [...place.path, name], members: metadata }, METADATA)
    : {};
  const { clientSecret } = settingsIn(place, { clientSecret: /^client_?secret$/i });
  const used = new Set([
    ...Object.values(settings).map((each) => each.name),
    name && nameIn(place, name),
    clientSecret?.name,
  ]);
  const leftOut = leftIn(place, used, "unused");
  const beside = signOutBeside(places);
  if (settings.postLogoutRedirectUri === undefined && beside !== undefined) {
    if (isWritten(beside)) settings.postLogoutRedirectUri = beside;
    else leftOut.push({ name: beside.name, why: "placeholder" });
  }
  const { authority = settings.discovery } = settings;
  const isWrong =
    isDomain(authority.value) && endpoints.issuer && !isDomain(endpoints.issuer.value);
  if (isWrong) leftOut.push({ name: authority.name, why: "wrong" });
  const { discovery: _, ...asked } = {
    ...settings,
    authority: isWrong ? endpoints.issuer : authority,
  };
  for (const [each, setting] of Object.entries(endpoints)) {
    if (each !== "issuer" && !isNothing(setting.value)) asked[`endpoints.${each}`] = setting;
  }
  return {
    system: "oidc-client",
    settings: asked,
    secrets: clientSecret && !isNothing(clientSecret.value) ? [clientSecret] : [],
    leftOut,
    callback: { setting: "redirectUri" },
    madeOf: { issuer: "authority", "endpoints.issuer": "authority" },
    make: (values, rest) => make({ ...values, ...rest }),
  };
}

/** The console's snippet has it in a function of its own. */
function signOutBeside(places) {
  for (const place of places) {
    for (const [name, value] of Object.entries(place.members)) {
      if (SIGN_OUT.test(name) && typeof value === "string")
        return { name: nameIn(place, name), value };
    }
  }
  return undefined;
}

function isDomain(value) {
  return typeof value === "string" && URL.canParse(value) && isOfDomain(value);
}

/** Where all of the endpoints are known nothing is discovered; each of some stands in for a discovered one. */
function make({ authority, clientId, redirectUri, postLogoutRedirectUri, scope, ...values }) {
  const issuer = issuerAt("authority", authority);
  const named = Object.entries(values).filter(([name]) => name.startsWith("endpoints."));
  const endpoints = Object.fromEntries(
    named.map(([name, value]) => [
      name.slice("endpoints.".length),
      withoutParameters(url(name, value)),
    ]),
  );
  const { authorization, token, jwks } = endpoints;
  const all = authorization && token && jwks;
  return {
    ...(all ? { endpoints: { issuer, ...endpoints } } : { issuer }),
    ...(!all && named.length > 0 && { endpoints }),
    clientId: required("clientId", clientId),
    redirectUri: url("redirectUri", redirectUri),
    ...others({ postLogoutRedirectUri, scope }),
  };
}

function withoutParameters(address) {
  const [before, query = ""] = address.split("?");
  const kept = query
    .split("&")
    .filter((each) => each !== "" && !PARAMETERS.test(each.split("=")[0]));
  return kept.length > 0 ? `${before}?${kept.join("&")}` : before;
}
