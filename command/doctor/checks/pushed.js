import { failed, ok, refused } from "../finding.js";

/** No provider has a response type of that name: nothing is kept of a request that wants it. */
const REFUSED = { response_type: "pkce-wasm-doctor" };

/** Of a server that has no such endpoint, or is in trouble. */
const NO_ENDPOINT = ["response_invalid", "provider_unavailable"];

/**
 * Whether the endpoint for pushed requests takes the client without a secret, at a provider that takes no
 * others: RFC 9126 §2.1. A request that it would take is not pushed, for it would be kept there.
 * @param {import("../visit.js").Visit} visit
 * @param {{ url: string, form: string }} push
 * @returns {Promise<import("../run.js").Finding>}
 */
export async function pushedFinding(visit, { url, form }) {
  const parameters = new URLSearchParams({
    ...Object.fromEntries(new URLSearchParams(form)),
    ...REFUSED,
  });
  let answer;
  try {
    answer = await visit.ask(url, { form: parameters.toString() });
  } catch (fault) {
    return refused("authorization", fault);
  }
  visit.answers.push = answer;
  const refusal = refusalIn(visit, answer);
  if (refusal?.code === "client_has_secret") {
    return failed(
      "authorization",
      `${url} refuses the client ${visit.options.clientId}: it has a secret, or is not known there.`,
      "Copy the client ID again, of a public app client.",
      refusal.code,
    );
  }
  if (NO_ENDPOINT.includes(refusal?.code)) {
    return refused("authorization", {
      ...refusal,
      fix: "Correct the endpoint for pushed requests.",
    });
  }
  return ok(
    "authorization",
    `${url} takes requests, which this provider wants pushed, without a secret.`,
  );
}

function refusalIn(visit, answer) {
  try {
    visit.read(answer, (core) => core.pushed());
  } catch (refusal) {
    return refusal;
  }
  return undefined;
}
