/** @typedef {import("./run.js").Finding} Finding */

/** @returns {Finding} */
export function ok(check, evidence) {
  return { check, verdict: "ok", evidence };
}

/** @returns {Finding} */
export function warning(check, evidence, fix, code) {
  return { check, verdict: "warning", evidence, fix, ...(code && { code }) };
}

/** @returns {Finding} */
export function failed(check, evidence, fix, code) {
  return { check, verdict: "failed", evidence, fix, ...(code && { code }) };
}

/** @returns {Finding} */
export function skipped(check, evidence) {
  return { check, verdict: "skipped", evidence };
}

/** What an error code is about, as the app would say it; the message has what to do. */
export function refused(check, { code, message, fix }) {
  return failed(check, message, fix ?? "See the code.", code);
}
