import { element } from "./element.js";
import { FAILURE } from "./journal.js";

const AT_THE_PROVIDER = "at the provider";

/** The share of the time axis that the stay at the provider takes, however long it was. */
const AWAY_SHARE = 0.22;

const STEPS = {
  "pkce-wasm:discovery": ["Discovery", "Asks the issuer for its endpoints."],
  "pkce-wasm:authorization request": [
    "Authorization request",
    "Sends state, nonce and the S256 challenge. The verifier stays here.",
  ],
  [AT_THE_PROVIDER]: ["At the provider", "What you typed there never came near this page."],
  "playground:page": ["Callback page", "The browser is back, with the provider's answer."],
  "pkce-wasm:token request": ["Token request", "Code and verifier become tokens."],
  "pkce-wasm:key set": ["Key set", "Fetches the issuer's public keys."],
  "pkce-wasm:id token": [
    "ID token check",
    "Signature, issuer, audience, times, nonce and at_hash.",
  ],
  "pkce-wasm:revocation": ["Revocation", "Ends the refresh token."],
  [FAILURE]: ["Ended in an error", "What this page was given was refused, or never came."],
  "playground:api call": ["API call", "The bearer goes to this origin only."],
};

/**
 * The chapters of the journal: the sign-in first and in full, then what came after it.
 *
 * @param {import("./journal.js").Chapter[]} chapters
 */
export function timelineView(chapters) {
  const filled = chapters.filter(({ steps }) => steps.length > 0);
  const longest = Math.max(...filled.map(({ steps }) => spanOf(steps).work));
  return filled.map((chapter) => chapterView(chapter, longest));
}

function chapterView({ title, steps, signIn, away }, longest) {
  const place = timeAxis(steps, longest);
  const own = steps.filter(({ name }) => name !== AT_THE_PROVIDER);
  return element(
    "section",
    { class: "chapter" },
    element(
      "header",
      {},
      element("h3", {}, away ? `${title}, not finished` : title),
      element("p", {}, `${formatDuration(coveredTime(own))} of work in this page`),
    ),
    element("ol", { class: "steps" }, ...steps.map((step) => stepView(step, place, signIn))),
  );
}

function stepView(step, place, explained) {
  const [label, explanation] = STEPS[step.name] ?? [step.name.replace(/^[a-z-]+:/, "")];
  const bar = element("span", { class: "bar", "aria-hidden": "true" });
  const from = place(step.start);
  bar.style.setProperty("--from", from);
  bar.style.setProperty("--to", place(step.start + step.duration) - from);
  const request = [step.url, step.status, step.code].filter(Boolean).join(" → ");
  return element(
    "li",
    { class: `step ${toneOf(step)}` },
    element("span", { class: "step-name" }, label),
    element("span", { class: "step-time" }, formatDuration(step.duration)),
    element("span", { class: "track" }, bar),
    explained && explanation ? element("span", { class: "step-text" }, explanation) : null,
    request ? element("code", { class: "step-request" }, request) : null,
  );
}

function toneOf({ name, status }) {
  if (name === AT_THE_PROVIDER) return "step-away";
  return name === FAILURE || status >= 400 ? "step-failed" : "";
}

/**
 * Maps a time to its place between 0 and 1, on a scale that all chapters share. A stay at the
 * provider of seconds would leave no room for the milliseconds around it, so it has a fixed share.
 */
function timeAxis(steps, longest) {
  const { first, stay } = spanOf(steps);
  const scale = (1 - AWAY_SHARE) / Math.max(longest, 1);

  return (time) => {
    if (!stay) return (time - first) * scale;
    const away = Math.min(Math.max(time - stay.start, 0), stay.duration);
    return (time - first - away) * scale + (away / stay.duration) * AWAY_SHARE;
  };
}

/** When the steps began, the stay at the provider among them, and how long the rest took. */
function spanOf(steps) {
  const first = Math.min(...steps.map(({ start }) => start));
  const last = Math.max(...steps.map(({ start, duration }) => start + duration));
  const stay = steps.find(({ name }) => name === AT_THE_PROVIDER);
  return { first, stay, work: last - first - (stay?.duration ?? 0) };
}

/** The time in which at least one step was running. */
function coveredTime(steps) {
  let covered = 0;
  let until = -Infinity;
  for (const { start, duration } of steps) {
    const end = start + duration;
    covered += Math.max(0, end - Math.max(start, until));
    until = Math.max(until, end);
  }
  return covered;
}

function formatDuration(milliseconds) {
  if (milliseconds < 1) return "< 1 ms";
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
