import { placeholderIn } from "../../dist/presets/settings.js";
import { isNothing } from "../forms/tree.js";

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
