import { isObject } from "./tree.js";

/** `${NAME}`, `${NAME:-default}` and so on, innermost first. */
const BRACED = /\$\{([^{}:?+]+?)(?:(:?[-?+])([^{}]*))?\}/g;

/** A whole value in braces, as guides write it and people keep it: an address, or an ID with digits in it. */
const IN_BRACES = /^\{(https?:\/\/[^{}<>]+|(?=[^{}]*\d)[a-z\d]{10,})\}$/;

/** How often a value may lead to another. */
const MOST_ROUNDS = 10;

/**
 * A value with what its variables stand for; those that are not known stay.
 * @param {import("./tree.js").Value} value
 * @param {Record<string, string>} variables
 */
export function resolve(value, variables) {
  if (Array.isArray(value)) return value.map((each) => resolve(each, variables));
  if (isObject(value)) {
    const members = Object.entries(value).map(([name, each]) => [name, resolve(each, variables)]);
    return Object.fromEntries(members);
  }
  return typeof value === "string" ? resolved(value, variables) : value;
}

function resolved(written, variables) {
  const text = written.trim();
  // A reference to a whole list or object.
  const [, whole] = /^\$\{([\w.]+)\}$/.exec(text) ?? [];
  const its = known(whole, variables);
  if (its !== undefined && typeof its !== "string") return its;
  let value = text;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const before = value;
    value = value
      .replace(BRACED, (all, name, operator, operand) => {
        const its = known(name, variables);
        const isThere = typeof its === "string" && (its !== "" || !operator?.startsWith(":"));
        if (operator?.endsWith("+")) return isThere ? operand : "";
        if (isThere) return its === all ? all : its;
        return operator?.endsWith("-") ? unquoted(operand) : all;
      })
      .replace(/\$([A-Za-z_]\w*)|%([A-Za-z_]\w*)%/g, (all, one, other) => {
        const its = known(one ?? other, variables);
        return typeof its === "string" ? its : all;
      });
    if (value === before) break;
  }
  return value.replace(IN_BRACES, "$1");
}

/** Terraform's `var.name` may be given as `name`. */
function known(name, variables) {
  if (name === undefined) return undefined;
  const names = [name.trim(), name.trim().replace(/^var\./, "")];
  const found = names.find((each) => Object.hasOwn(variables, each));
  return found === undefined ? undefined : variables[found];
}

/** A default of two quotation marks stays: it is a text of nothing. */
function unquoted(text) {
  return text.replace(/^\s*(["'])(.+)\1\s*$/, "$2");
}
