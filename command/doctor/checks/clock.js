import { ok, warning } from "../finding.js";

const TOLERATED_SECONDS = 60;

/** This machine's clock against the provider's. @type {import("../run.js").Check} */
export function checkClock({ answers }) {
  const [seconds] = Object.values(answers)
    .map(({ headers, at }) => Math.round((timeIn(headers) - at) / 1000))
    .filter((each) => !Number.isNaN(each));
  if (seconds === undefined) return [];
  if (Math.abs(seconds) <= TOLERATED_SECONDS)
    return [ok("clock", "This machine and the provider have the same time.")];
  const evidence = `The provider is ${Math.abs(seconds)} seconds ${seconds > 0 ? "ahead of" : "behind"} this machine.`;
  return [warning("clock", evidence, "Set the clock that is wrong.", "id_token_issued_at")];
}

/** When an answer was sent on: a cache keeps the `Date`, and says how long ago that was (RFC 9111 §5.1). */
function timeIn(headers) {
  const age = /^\d+$/.test(headers.get("age") ?? "") ? Number(headers.get("age")) : 0;
  return Date.parse(headers.get("date") ?? "") + age * 1000;
}
