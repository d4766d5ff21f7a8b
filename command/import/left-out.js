import { placeholderIn } from "../../dist/presets/settings.js";
import { isNothing, nameIn } from "../forms/tree.js";

/**
 * Why a setting is no option: `secret` (somebody else's, named and never shown), `server` (the server's own
 * business), `flow` (the implicit flow's, or about tokens), `unused` (no counterpart), `wrong` (another
 * setting's value, used as that), `placeholder` (nobody filled it in, and sign-in does not need it).
 * @typedef {{ name: string, why: "secret" | "server" | "flow" | "unused" | "wrong" | "placeholder" }} LeftOut
 */

const SECRET =
  /secret|passw(?:or)?d|api_?key|(?:private|access|signing|encryption)_?key(?:_id)?$|credentials?$|(?:access|bearer|auth|refresh|api)_?token$/i;

const FLOW = /^(?:.*_)?response_?types?$/i;

export function isSecret(name) {
  return SECRET.test(name);
}

/** Whether a setting has a value, and one that somebody wrote. */
export function isWritten({ value }) {
  return (
    !isNothing(value) && [value].flat().every((each) => placeholderIn(String(each)) === undefined)
  );
}

/**
 * What a place says beside the settings that were used.
 * @param {import("../forms/tree.js").Place} place
 * @param {Set<string>} used names in full
 * @param {"server" | "unused"} otherwise
 * @returns {LeftOut[]}
 */
export function leftIn(place, used, otherwise) {
  return Object.entries(place.members).flatMap(([member, value]) => {
    const name = nameIn(place, member);
    if (used.has(name) || isNothing(value)) return [];
    if (isSecret(member)) return [{ name, why: "secret" }];
    if (FLOW.test(member)) return value === "code" ? [] : [{ name, why: "flow" }];
    return [{ name, why: otherwise }];
  });
}
