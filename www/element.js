const SVG = "http://www.w3.org/2000/svg";

/**
 * Makes an element. Strings become text, never markup.
 *
 * @param {string} name a tag name; "svg:circle" for SVG
 * @param {Record<string, unknown>} attributes functions become event listeners; false, null and
 *   undefined leave the attribute out
 * @param {...(Node | string | null | undefined)} children
 */
export function element(name, attributes = {}, ...children) {
  const node = name.startsWith("svg:")
    ? document.createElementNS(SVG, name.slice("svg:".length))
    : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(key, value);
    else if (value !== undefined && value !== null && value !== false) {
      node.setAttribute(key, value === true ? "" : String(value));
    }
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** A description list of the rows that have a value. */
export function facts(rows) {
  return element("dl", { class: "facts" }, ...factRows(rows));
}

export function factRows(rows) {
  return rows
    .filter(([, value]) => value !== undefined && value !== null && value !== "")
    .map(([term, value]) => element("div", {}, element("dt", {}, term), element("dd", {}, value)));
}
