import { AuthError } from "../../dist/first-load/error.js";
import { placeholderIn, scopes } from "../../dist/presets/settings.js";
import { coreOf } from "../core.js";
import { isNothing } from "../forms/tree.js";
import { Problem } from "../problem.js";
import { addressFor, addressesIn, callbackOf, registered } from "./callbacks.js";
import { notesOn } from "./notes.js";
import { foundIn } from "./search.js";

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
