import { styleText } from "node:util";
import { plain } from "../plain.js";

const SIGNS = {
  ok: ["✓", "green"],
  warning: ["!", "yellow"],
  failed: ["✗", "red"],
  skipped: ["-", "gray"],
};

/** How much of what was seen is shown. */
const LONGEST = 400;

/** Colours and progress are for people: a terminal, and no `NO_COLOR`. */
const isColoured = process.stdout.isTTY && !process.env.NO_COLOR;

/** A finding in a line, and in a second one what to do. @param {import("./run.js").Finding} finding */
export function lineOf({ check, verdict, evidence, fix, code }) {
  const [sign, colour] = SIGNS[verdict];
  const head = `${isColoured ? styleText(colour, sign) : sign} ${check.padEnd(13)} ${short(evidence)}`;
  const more = fix === undefined ? [] : [`${" ".repeat(16)}${short(fix)}`];
  if (code !== undefined) more.push(`${" ".repeat(16)}pkce-wasm/docs/errors.md#${code}`);
  return `${[head, ...more].join("\n")}\n`;
}

function short(text) {
  return plain(text).slice(0, LONGEST);
}

/** What was found in all, and what was sent. */
export function summaryOf(findings, requests) {
  const count = (verdict) => findings.filter((each) => each.verdict === verdict).length;
  const sent = requests.map(
    ({ method, url, status }) => `  ${method} ${url} ${status ?? "no answer"}`,
  );
  const [wrong, doubtful] = [count("failed"), count("warning")];
  const word = wrong === 0 ? "Nothing keeps users from signing in" : `${wrong} to correct`;
  const more = doubtful === 0 ? "" : `, ${doubtful} to look at`;
  return `\n${word}${more}.\n${requests.length} requests:\n${sent.join("\n")}\n`;
}

/** What is waited for, on a line that goes again. @param {string} [check] */
export function progress(check) {
  if (process.stderr.isTTY) process.stderr.write(check === undefined ? "\r\u001b[K" : `… ${check}`);
}
