import { failed, ok, skipped, warning } from "../finding.js";

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
  const {
    userinfo_endpoint: userinfo,
    token_endpoint: token,
    revocation_endpoint: revocation,
  } = metadata;
  if (userinfo !== undefined)
    found.push(await preflight(visit, "UserInfo", userinfo, "GET", "authorization"));
  if (options.dpop && token !== undefined)
    found.push(await preflight(visit, "the token endpoint", token, "POST", "dpop"));
  if (revocation !== undefined) found.push(await revoked(visit, revocation));
  return found;
}

/** A token of nobody is no error: RFC 7009 §2.2. `signOut()` sends one, and does not wait for the answer. */
async function revoked(visit, url) {
  const form = new URLSearchParams({
    token: "pkce-wasm-doctor",
    client_id: visit.options.clientId,
  });
  const fix = "Correct the revocation endpoint; signOut() signs out all the same.";
  let answer;
  try {
    answer = await visit.ask(url, { form: form.toString() });
  } catch ({ code, message }) {
    return warning("cross-origin", `Tokens cannot be revoked: ${message}`, fix, code);
  }
  if ([404, 405].includes(answer.status) || answer.status >= 500) {
    const evidence = `Tokens cannot be revoked: ${url} answers ${answer.status}.`;
    return warning("cross-origin", evidence, fix);
  }
  const may = visit.mayRead(answer) ? "and" : "but not";
  return ok("cross-origin", `${visit.origin} may revoke tokens, ${may} read what comes of it.`);
}

const WHAT = {
  discovery: "the metadata",
  keys: "the key set",
  push: "the endpoint for pushed requests",
  token: "the token endpoint",
};

/** A request with such a header is asked for beforehand. */
async function preflight(visit, what, url, method, header) {
  const headers = {
    "access-control-request-method": method,
    "access-control-request-headers": header,
  };
  try {
    const answer = await visit.ask(url, { method: "OPTIONS", headers });
    const allowed = (answer.headers.get("access-control-allow-headers") ?? "")
      .toLowerCase()
      .split(/[\s,]+/);
    const isAllowed = answer.status < 300 && visit.mayRead(answer) && allowed.includes(header);
    if (isAllowed) return ok("cross-origin", `${visit.origin} may ask ${what}.`);
    const evidence = `${what} does not let ${visit.origin} send it ${header}: ${answer.status}.`;
    return warning(
      "cross-origin",
      evidence,
      `Allow ${visit.origin} at the provider, with the header ${header}; only userInfo() needs UserInfo.`,
      "network",
    );
  } catch (fault) {
    return skipped("cross-origin", fault.message);
  }
}
