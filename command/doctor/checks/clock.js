import { ok, warning } from "../finding.js";

const TOLERATED_SECONDS = 60;

/** This machine's clock against the provider's. @type {import("../run.js").Check} */
export function checkClock({ answers }) {
  const [answer] = Object.values(answers).filter(
    ({ headers }) => !Number.isNaN(Date.parse(headers.get("date"))),
  );
  if (answer === undefined) return [];
  const seconds = Math.round((Date.parse(answer.headers.get("date")) - answer.at) / 1000);
  if (Math.abs(seconds) <= TOLERATED_SECONDS)
    return [ok("clock", "This machine and the provider have the same time.")];
  const evidence = `The provider is ${Math.abs(seconds)} seconds ${seconds > 0 ? "ahead of" : "behind"} this machine.`;
  return [warning("clock", evidence, "Set the clock that is wrong.", "id_token_issued_at")];
}
