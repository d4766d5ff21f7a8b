// What a file says, as a tree of texts, lists and objects, and how a value in it is named.

import { isUnset } from "../../dist/presets/settings.js";

/** @typedef {string | null | Value[] | { [name: string]: Value }} Value */
/** @typedef {{ name: string, value: Value }} Setting a value with the name by which the file has it */

/**
 * An object of a file with the path to it.
 * @typedef {{ path: string[], members: Record<string, Value> }} Place
 */

/** No configuration is deeper, none has more objects, and none more members in them all. */
const DEEPEST = 40;
const MOST = 5_000;
const MOST_MEMBERS = 50_000;

/** Lists count as well, and what a script has put together. */
const DEEPEST_VALUE = 100;

export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value is too deep for those that walk it by recursion. */
export function isDeep(value, left = DEEPEST_VALUE) {
  if (typeof value !== "object" || value === null) return false;
  return left === 0 || Object.values(value).some((each) => isDeep(each, left - 1));
}

/**
 * The first of some places: each of their members is looked at for each setting of each system.
 * @param {Place[]} places
 */
export function fewOf(places) {
  let left = MOST_MEMBERS;
  const end = places.findIndex(({ members }) => (left -= Object.keys(members).length) < 0);
  return end === -1 ? places : places.slice(0, end);
}

/**
 * A place and all within it, outermost first.
 * @param {Place} root
 * @returns {Place[]}
 */
export function placesIn(root) {
  const places = [root];
  for (const { path, members } of places) {
    if (path.length >= DEEPEST || places.length >= MOST) break;
    for (const [name, value] of Object.entries(members)) {
      const objects = [value].flat().filter(isObject);
      objects.forEach((inner, index) => {
        const its = objects.length > 1 ? [name, String(index)] : [name];
        places.push({ path: [...path, ...its], members: inner });
      });
    }
  }
  return places;
}

/**
 * The name of a member, in full; a variable of the environment is known by its own name, wherever it is set.
 * @param {Place} place
 * @param {string} member
 */
export function nameIn({ path }, member) {
  return /^[A-Z][A-Z\d]*(?:_[A-Z\d]+)+$/.test(member) ? member : [...path, member].join(".");
}

/** Whether a value says nothing, also as an object or a list of nothing. */
export function isNothing(value) {
  if (Array.isArray(value)) return value.every(isNothing);
  if (isObject(value)) return Object.values(value).every(isNothing);
  return isUnset(value) || value === "~";
}

/**
 * The members of a place that a table names, each by the table's own name: the first that says something, or
 * else the first that is there.
 * @param {Place} place
 * @param {Record<string, RegExp>} table
 * @returns {Record<string, Setting>}
 */
export function settingsIn(place, table) {
  const settings = {};
  const all = Object.entries(place.members);
  for (const [ours, theirs] of Object.entries(table)) {
    const members = all.filter(([name]) => theirs.test(name));
    const found = members.find(([, value]) => !isNothing(value)) ?? members[0];
    if (found !== undefined) settings[ours] = { name: nameIn(place, found[0]), value: found[1] };
  }
  return settings;
}

/**
 * The places that a test finds, the best first, as one set of settings: what one of them does not say, the
 * next one does.
 * @param {Record<string, Setting>[]} all
 */
export function together(all) {
  const settings = {};
  for (const each of all) {
    for (const [ours, setting] of Object.entries(each)) {
      if (settings[ours] === undefined || isNothing(settings[ours].value)) settings[ours] = setting;
    }
  }
  return settings;
}
