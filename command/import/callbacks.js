import { placeholderIn } from "../../dist/presets/settings.js";
import { isNothing } from "../forms/tree.js";
import { Problem } from "../problem.js";

/** A callback for settings of which the rest is looked at. */
const ANY = "https://app.example.com/";

/**
 * The addresses that a setting lists, as Amplify writes several: with commas, or as a list.
 * @param {import("../forms/tree.js").Value | undefined} value
 * @returns {string[]} those that a browser can be sent to; `myapp://…` is for an app
 */
export function addressesIn(value) {
  const texts = [value].flat().filter((each) => typeof each === "string" && !isNothing(each));
  return texts
    .flatMap((text) => listed(text))
    .filter((each) => !/^(?!https?:)[a-z][a-z\d+.-]*:\/\//i.test(each));
}

function listed(text) {
  const isList = /^\s*\[|,\s*(?:[a-z][a-z\d+.-]*:\/\/|\$\{)/i.test(text);
  return isList ? text.split(/[\s,"'[\]]+/).filter((each) => each !== "") : [text.trim()];
}

/**
 * The one of several addresses for a page: the page's own, or else the first of its origin.
 * @param {string[]} addresses
 * @param {string | undefined} page
 */
export function addressFor(addresses, page) {
  if (addresses.length < 2) return addresses[0];
  const origin = originOf(page);
  return (
    addresses.find((each) => each === page) ??
    addresses.find((each) => origin !== undefined && originOf(each) === origin)
  );
}

export function originOf(address) {
  const isUsable = address !== undefined && URL.canParse(address) && !placeholderIn(address);
  return isUsable ? new URL(address).origin : undefined;
}

/** What has to be registered: one address, several, or none. */
export function registered(addresses) {
  const distinct = [...new Set(addresses)];
  return distinct.length > 1 ? distinct : (distinct[0] ?? null);
}

/**
 * Where the user comes back to: what was said beside the file, what is in it, or the system's own page.
 * @param {import("./found.js").Found} found
 * @param {import("./importer.js").Given} given
 * @param {Record<string, unknown>} values of the settings; loses the callback's
 * @returns {{ values: object, rest: object, chosen?: string, all?: string[], problem?: Problem }} what the
 *   callback adds to the values, or to the options beside them
 */
export function callbackOf({ callback, settings }, { redirectUri, page }, values) {
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
