import { AuthError } from "../../dist/first-load/error.js";
import { placeholderIn, scopes } from "../../dist/presets/settings.js";
import { readings, workOf } from "../forms/readings.js";
import { isNothing } from "../forms/tree.js";
import { resolve } from "../forms/variables.js";
import { unwrapped } from "../forms/wrappers.js";
import { coreOf } from "../core.js";
import { Problem } from "../problem.js";
import { addressFor, addressesIn, originOf, registered } from "./callbacks.js";
import { findAmplify } from "./systems/amplify.js";
import { findAppsmith } from "./systems/appsmith.js";
import { findCognito } from "./systems/cognito.js";
import { findKeycloak } from "./systems/keycloak.js";
import { findOidcClient } from "./systems/oidc-client.js";
import { findOpenMetadata } from "./systems/open-metadata.js";
import { findPomerium } from "./systems/pomerium.js";
import { findRancher } from "./systems/rancher.js";
import { findTheThingsStack } from "./systems/the-things-stack.js";

/** Those with names of their own first; the last one goes by words. */
const SYSTEMS = [
  findOpenMetadata,
  findRancher,
  findPomerium,
  findAppsmith,
  findTheThingsStack,
  findAmplify,
  findKeycloak,
  findOidcClient,
  findCognito,
];

/** A text without any of these words has no settings of a sign-in, in whatever form. */
const HINT =
  /authentication_|authority|client[-_]?id|user_?pool|cognito|auth-server-url|idp_|rancher|appsmith_|provider[-_]url|issuer|pool_?id|resource|identityprovider|authenticate/i;

const LOOKED_FOR =
  "settings of OpenMetadata, Rancher, Pomerium, Appsmith, The Things Stack, Amplify, oidc-client-ts or " +
  "Keycloak, an app's environment, or a stack's outputs";

/** What may be missing without keeping anybody from signing in. */
const OPTIONAL = [
  "scope",
  "idp_scopes",
  "postLogoutRedirectUri",
  "userInfoUrl",
  "endpoints.userinfo",
  "endpoints.revocation",
  "endpoints.endSession",
];

/** A callback for settings of which the rest is looked at. */
const ANY = "https://app.example.com/";

/**
 * What stands beside a file.
 * @typedef {object} Given
 * @property {string} [page] the address of the page that signs in
 * @property {string} [redirectUri] the page's own callback
 * @property {string} [clientId] a public client's, in the place of the file's
 * @property {Record<string, string>} [env] the environment
 */

/**
 * @typedef {object} Imported
 * @property {string} system
 * @property {object} options of `createClient`
 * @property {import("./left-out.js").LeftOut[]} leftOut
 * @property {{ callback: string | string[] | null, signOut: string | string[] | null }} register
 * @property {string[]} notes what the file cannot say
 */

/**
 * Options from files: each of them a part of the same settings.
 * @param {{ name: string, text: string | undefined }[]} files without a text where one is too long
 * @param {Given} given
 * @returns {Imported}
 * @throws {Problem} whose `about` is the setting
 */
export function importFiles(files, given = {}) {
  const found = foundIn(files, given);
  const { secrets } = found;
  const leftOut = [...found.leftOut];
  if (given.clientId !== undefined) {
    found.settings[clientSetting(found)] = { name: "--client-id", value: given.clientId };
    leftOut.push(...secrets.map(({ name }) => ({ name, why: "secret" })));
  } else if (secrets.length > 0) {
    throw confidential(secrets[0]);
  }
  const values = {};
  for (const [ours, setting] of Object.entries(found.settings)) {
    const value = /scopes?$/.test(ours) ? scopes(setting.value) : setting.value;
    const isPlaceholder = OPTIONAL.includes(ours) && placeholderOf(value);
    if (isPlaceholder) leftOut.push({ name: setting.name, why: "placeholder" });
    else if (!isNothing(value)) values[ours] = value;
  }
  const callbacks = callbackOf(found, given, values);
  const signOuts = addressesIn(values.postLogoutRedirectUri);
  const signOut = addressFor(signOuts, given.page ?? callbacks.chosen);
  delete values.postLogoutRedirectUri;
  const rest = { ...callbacks.rest, ...(signOut && { postLogoutRedirectUri: signOut }) };
  const options = made(found, { ...values, ...callbacks.values }, rest);
  // What is wrong with the file itself is said first.
  if (callbacks.problem) throw callbacks.problem;
  try {
    coreOf(options);
  } catch (refusal) {
    throw refused(found, refusal);
  }
  return {
    system: found.system,
    options,
    leftOut: distinct(leftOut),
    register: {
      callback: registered(callbacks.all ?? [options.redirectUri]),
      signOut: registered(signOuts),
    },
    notes: notesOn(found, options),
  };
}

function foundIn(files, given) {
  const long = files.find(({ text }) => text === undefined);
  if (long) throw unknown(`${long.name} is longer than any configuration`);
  const told = files.filter(({ text }) => HINT.test(text) || /^\s*[A-Za-z_]\w*\s*=/m.test(text));
  if (!told.some(({ text }) => HINT.test(text))) throw unknown(namesOf(files));
  const beside = { ...given.env, ...locationOf(given.page) };
  // A file of the environment says what the variables of the others stand for.
  const work = workOf();
  const environment = files.length > 1 ? told.flatMap((file) => environmentOf(file, work)) : [];
  for (const places of placesOf(told, Object.assign({}, ...environment, beside), work)) {
    for (const find of SYSTEMS) {
      const found = find(places, given);
      if (found !== undefined) return found;
    }
  }
  throw unknown(namesOf(files));
}

/** What scripts say of the page that they are on. */
function locationOf(page) {
  if (originOf(page) === undefined) return {};
  const { origin, href, protocol, host, hostname, port, pathname } = new URL(page);
  const its = { origin, href, protocol, host, hostname, port, pathname };
  return Object.fromEntries(
    Object.entries(its).map(([name, value]) => [`location.${name}`, value]),
  );
}

function environmentOf({ name, text }, work) {
  const [first] = readings(name, text, work);
  if (!/env|\.tfvars$/i.test(name) || first === undefined) return [];
  return Object.fromEntries(
    Object.entries(first.documents[0]).filter(
      ([, value]) => typeof value === "string" && !value.includes("$"),
    ),
  );
}

/** All files in their likeliest forms; then, one by one, in the others. */
function* placesOf(files, beside, work) {
  const all = files.map(({ name, text }) => readings(name, text, work));
  const likeliest = all
    .map((each) => each.next().value)
    .filter(Boolean)
    .map((each) => unwrapped(each, work));
  if (likeliest.length > 0) yield resolvedAll(likeliest, beside);
  for (const more of all) {
    for (const reading of more) yield resolvedAll([unwrapped(reading, work)], beside);
  }
}

function resolvedAll(all, beside) {
  const variables = Object.assign({}, ...all.map((each) => each.variables), beside);
  return all.flatMap(({ places }) =>
    places.map(({ path, members }) => ({ path, members: resolve(members, variables) })),
  );
}

function unknown(what) {
  return new Problem("unknown_form", `${what}: looked for ${LOOKED_FOR}.`);
}

function namesOf(files) {
  return `Nothing to import in ${files.map(({ name }) => name).join(", ")}`;
}

function clientSetting({ madeOf }) {
  return madeOf.clientId ?? "clientId";
}

function confidential({ name }) {
  const message =
    `${name} says that this client has a secret, which a browser cannot keep. Create a second app client ` +
    "without a secret, a public one, in the same user pool, and give its ID: --client-id <ID>.";
  return new Problem("client_has_secret", message, name);
}

function placeholderOf(value) {
  return [value]
    .flat()
    .map((each) => typeof each === "string" && placeholderIn(each))
    .find(Boolean);
}

/** Where the user comes back to: what was said beside the file, what is in it, or the system's own page. */
function callbackOf({ callback, settings }, { redirectUri, page }, values) {
  const { setting, path } = callback;
  if (redirectUri !== undefined) {
    delete values[setting];
    const isOwn = setting === "redirectUri";
    return {
      chosen: redirectUri,
      values: isOwn ? { redirectUri } : {},
      rest: isOwn ? {} : { redirectUri },
    };
  }
  const all = addressesIn(values[setting]);
  const chosen = addressFor(all, page);
  if (chosen !== undefined) {
    const isList = all.length > 1 || Array.isArray(values[setting]);
    return { chosen, all: isList ? all : undefined, values: { [setting]: chosen }, rest: {} };
  }
  if (all.length === 0 && path !== undefined && originOf(page) !== undefined) {
    return { chosen: page, values: {}, rest: { redirectUri: originOf(page) + path } };
  }
  const name = settings[setting]?.name ?? "redirectUri";
  const message = missing(name, all, values[setting], page, path);
  delete values[setting];
  const problem = new Problem("invalid_config", message, name);
  return { problem, values: {}, rest: { redirectUri: ANY } };
}

/** What is wrong with the callbacks of a file. */
function missing(name, all, value, page, path) {
  if (all.length > 1) {
    const advice =
      page === undefined ? "say with --page which page it is for" : `none is at ${page}`;
    return `The setting ${name} has several callbacks, ${all.join(", ")}: ${advice}.`;
  }
  if (value !== undefined) {
    return `The setting ${name} has no address that a browser can be sent to.`;
  }
  const more = path === undefined ? "" : ", or the server's address with --page";
  return `The file has no callback: say it with --redirect-uri${more}.`;
}

function made(found, values, rest) {
  try {
    return withoutNothing(found.make(values, rest));
  } catch (error) {
    if (!(error instanceof AuthError)) throw error;
    const { code, cause, message } = error;
    const ours = cause?.setting;
    const name = found.settings[ours]?.name ?? ours;
    const said = message.replace(` ${ours} `, ` ${name} `).replace(/ \[[^\]]*\]$/, "");
    throw new Problem(code, withoutUser(said) + adviceOn(found.settings[ours]?.value), name);
  }
}

/** An address may have a password in it. */
function withoutUser(message) {
  return message.replace(/\/\/[^/\s"]*@/g, "//…@");
}

/** A variable that the file takes from elsewhere can be said beside it. */
function adviceOn(value) {
  const [, name] = /\$\{([\w.]+)\}/.exec([value].flat().join(" ")) ?? [];
  if (name === undefined || name === "expression") return "";
  return name.startsWith("location.") ? " Give --page." : ` Or give --env ${name}=…`;
}

function refused({ settings, madeOf }, { code, message, option }) {
  const ours = madeOf[option] ?? option;
  const name = settings[ours]?.name ?? ours;
  const said = name === option ? message : `The setting ${name}: ${message}`;
  return new Problem(code, withoutUser(said), name);
}

function withoutNothing(value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries.map(([name, each]) => [name, withoutNothing(each)]));
}

function distinct(leftOut) {
  return leftOut.filter(
    ({ name }, index) => leftOut.findIndex((each) => each.name === name) === index,
  );
}

function notesOn({ system }, { issuer, endpoints, postLogoutRedirectUri }) {
  const isCognito = /cognito-idp/.test(issuer ?? endpoints.issuer);
  return [
    ...(isCognito && issuer
      ? [
          "The user pool's domain is not in the file: it is asked for at the issuer. A pool without one cannot be signed in at.",
        ]
      : []),
    ...(postLogoutRedirectUri
      ? []
      : [
          isCognito
            ? "No sign-out address is in the file: signOut() needs postLogoutRedirectUri at Cognito."
            : "No sign-out address is in the file: give postLogoutRedirectUri if the user is to come back.",
        ]),
    ...(system === "openmetadata"
      ? [
          "From its first start on, OpenMetadata goes by the settings in its database: compare with GET /api/v1/system/config/auth.",
        ]
      : []),
  ];
}
