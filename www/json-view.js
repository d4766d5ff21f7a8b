import { element } from "./element.js";

/**
 * Pretty-prints a JSON value.
 *
 * @param {unknown} value
 * @param {(key: string, value: unknown) => string | undefined} [note] a remark on a member, shown
 *   beside it and left out when the text is copied
 */
export function jsonView(value, note = () => undefined) {
  const lines = element("code", {});
  write(lines, value, 0, note);
  return element("pre", { class: "json" }, lines);
}

function write(target, value, depth, note) {
  if (value === null || typeof value !== "object") {
    const type = value === null ? "null" : typeof value;
    target.append(element("span", { class: `json-${type}` }, JSON.stringify(value)));
    return;
  }
  const isArray = Array.isArray(value);
  const members = Object.entries(value);
  if (members.length === 0) {
    target.append(isArray ? "[]" : "{}");
    return;
  }
  target.append(isArray ? "[" : "{");
  members.forEach(([key, member], index) => {
    target.append(`\n${"  ".repeat(depth + 1)}`);
    if (!isArray) {
      target.append(element("span", { class: "json-key" }, JSON.stringify(key)), ": ");
    }
    write(target, member, depth + 1, note);
    if (index < members.length - 1) target.append(",");
    const remark = isArray ? undefined : note(key, member);
    if (remark) target.append(element("span", { class: "json-note", "data-note": remark }));
  });
  target.append(`\n${"  ".repeat(depth)}${isArray ? "]" : "}"}`);
}
