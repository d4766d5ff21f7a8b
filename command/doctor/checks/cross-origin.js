import { failed, ok, skipped, warning } from "../finding.js";
import { placeOf } from "../requests.js";

/** Whether the page's script may read the answers: Fetch Standard §3.3. @type {import("../run.js").Check} */
export async function checkCrossOrigin(visit) {
  const { answers, metadata, options, origin } = visit;
  const found = [];
  const read = [];
  for (const [name, answer] of Object.entries(answers)) {
    if (name === "discovery" && options.endpoints?.issuer) continue;
    if (visit.mayRead(answer)) {
      read.push(name);
      continue;
    }
    const allowed = answer.headers.get("access-control-allow-origin");
    const evidence = `The answer of ${WHAT[name]} lets ${allowed ?? "no origin"} read it, and not ${origin}.`;
    found.push(
      failed(
        "cross-origin",
        evidence,
        `Allow ${origin} at the provider: among the web origins (CORS) of the client.`,
        "network",
      ),
    );
  }
  if (read.length > 0) {
    const names = read.map((name) => WHAT[name]).join(", ");
    found.unshift(ok("cross-origin", `${origin} may read ${names}.`));
  }
  const { userinfo_endpoint: userinfo, revocation_endpoint: revocation } = metadata;
  if (options.dpop) found.push(await proofFinding(visit));
  if (URL.canParse(userinfo)) found.push(await userInfoFinding(visit, userinfo));
  // The core takes null for none, and leaves out one that it cannot read.
  if (URL.canParse(revocation)) found.push(await revoked(visit, revocation));
  else if (revocation != null) {
    const evidence = `The revocation endpoint ${JSON.stringify(revocation)} is no address: tokens are not revoked.`;
    found.push(warning("cross-origin", evidence, REVOCATION));
  }
  return found;
}

const REVOCATION = "Correct the revocation endpoint; signOut() signs out all the same.";

/** A token of nobody is no error: RFC 7009 §2.2. `signOut()` sends one, and does not wait for the answer. */
async function revoked(visit, url) {
  const form = new URLSearchParams({
    token: "pkce-wasm-doctor",
    client_id: visit.options.clientId,
  });
  let answer;
  try {
    answer = await visit.ask(url, { form: form.toString() });
  } catch ({ code, message }) {
    return warning("cross-origin", `Tokens cannot be revoked: ${message}`, REVOCATION, code);
  }
  if (answer.status === 429) {
    const evidence = "Whether tokens can be revoked could not be seen: it answers 429.";
    return skipped("cross-origin", evidence);
  }
  if ([404, 405].includes(answer.status) || answer.status >= 500) {
    const evidence = `Tokens cannot be revoked: ${placeOf(url)} answers ${answer.status}.`;
    return warning("cross-origin", evidence, REVOCATION);
  }
  if (visit.mayRead(answer))
    return ok("cross-origin", `${visit.origin} may revoke tokens, and read what comes of it.`);
  return warning(
    "cross-origin",
    `${visit.origin} may revoke tokens, but not read what comes of it: a refusal is not seen.`,
    `Allow ${visit.origin} at the provider, at the revocation endpoint as well.`,
    "network",
  );
}

const WHAT = {
  discovery: "the metadata",
  keys: "the key set",
  push: "the endpoint for pushed requests",
  token: "the token endpoint",
};

/** Without a proof no token is bound to the key, so the sign-in ends there. */
async function proofFinding(visit) {
  const what = "the token endpoint";
  const refusal = await preflight(visit, what, visit.metadata.token_endpoint, "POST", ["dpop"]);
  if (refusal.verdict !== "refused") return refusal;
  const fix = `Allow ${visit.origin} to send dpop at the provider, or leave the option dpop out.`;
  return failed("cross-origin", refusal.evidence, fix, "network");
}

async function userInfoFinding(visit, url) {
  const headers = visit.options.dpop === true ? ["authorization", "dpop"] : ["authorization"];
  const refusal = await preflight(visit, "UserInfo", url, "GET", headers);
  if (refusal.verdict !== "refused") return refusal;
  const fix = `Allow ${visit.origin} to send ${headers.join(" and ")} at the provider; only userInfo() needs that.`;
  return warning("cross-origin", refusal.evidence, fix, "network");
}

/**
 * Asks beforehand for a request with such headers, as browsers do: Fetch Standard §4.8.
 * @returns a finding, or the evidence of a refusal
 */
async function preflight(visit, what, url, method, names) {
  let answer;
  try {
    answer = await visit.ask(url, {
      method: "OPTIONS",
      headers: {
        "access-control-request-method": method,
        "access-control-request-headers": names.join(","),
      },
    });
  } catch (fault) {
    return skipped("cross-origin", fault.message);
  }
  const { status, headers } = answer;
  if (status === 429 || status >= 500) {
    const evidence = `Whether ${visit.origin} may ask ${what} could not be seen: it answers ${status}.`;
    return skipped("cross-origin", evidence);
  }
  const allowed = (headers.get("access-control-allow-headers") ?? "").toLowerCase().split(/[\s,]+/);
  // What says who asks is not among all the others.
  const isAllowed = (name) =>
    allowed.includes(name) || (name !== "authorization" && allowed.includes("*"));
  const missing = names.filter((name) => !isAllowed(name));
  if (status >= 200 && status < 300 && visit.mayRead(answer) && missing.length === 0) {
    return ok("cross-origin", `${visit.origin} may ask ${what}.`);
  }
  const header = (missing.length > 0 ? missing : names).join(" and ");
  const evidence = `${what} does not let ${visit.origin} send it ${header}: ${status}.`;
  return { verdict: "refused", evidence };
}
