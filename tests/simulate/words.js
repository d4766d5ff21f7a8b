import { CONFIG, EVENTS } from "./history.js";

/** What of a history is not plain. */
function worldInWords({ config, tabs }) {
  const said = [`${tabs} ${tabs === 1 ? "tab" : "tabs"}`];
  for (const name in CONFIG) {
    const isPlain = JSON.stringify(config[name]) === JSON.stringify(CONFIG[name][0]);
    if (name === "engine" || name === "store" || !isPlain) {
      const value = config[name];
      said.push(`${name} ${typeof value === "object" ? Object.values(value).join(", ") : value}`);
    }
  }
  return said.join("; ");
}

/** A history and what came of it, for a reader. */
export function inWords(history, { violation, words }) {
  const lines = [`The world: ${worldInWords(history)}`, ...words];
  if (violation !== null) lines.push(`Violated: ${violation.invariant}: ${violation.text}`);
  return lines.join("\n");
}

/** The events alone, in a line. */
export function inShort({ events }) {
  return events
    .map(({ kind, tab, ...event }) => {
      const words = EVENTS[kind].words(event);
      return /^[A-Z]/.test(words) ? words : `tab ${tab + 1} ${words}`.replace(" :", ":");
    })
    .join("; ");
}
