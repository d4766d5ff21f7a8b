import { element } from "./element.js";

const WORDS = { ok: "Well", warning: "Look at it", failed: "Correct it", skipped: "Not seen" };

/** What the doctor has found, in the order in which a sign-in meets it. */
export function checkView({ system, findings, leftOut = [] }) {
  const failed = findings.filter(({ verdict }) => verdict === "failed").length;
  const summary = failed === 0 ? "Nothing keeps users from signing in." : `${failed} to correct.`;
  return [
    element("p", {}, system ? `Settings of ${system}. ${summary}` : summary),
    element("ul", { class: "findings" }, ...findings.map(findingView)),
    leftOut.length > 0
      ? element("p", {}, `Left out: ${leftOut.map(({ name }) => name).join(", ")}.`)
      : null,
  ].filter(Boolean);
}

function findingView({ check, verdict, evidence, fix, code }) {
  return element(
    "li",
    { "data-verdict": verdict },
    element("b", {}, `${WORDS[verdict]}: ${check}`),
    element("p", {}, evidence),
    fix ? element("p", {}, fix) : null,
    code ? element("code", {}, code) : null,
  );
}
