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
  const { userinfo_endpoint: userinfo, token_endpoint: token } = metadata;
  if (userinfo !== undefined)
    found.push(await preflight(visit, "UserInfo", userinfo, "GET", "authorization"));
  if (options.dpop && token !== undefined)
    found.push(await preflight(visit, "the token endpoint", token, "POST", "dpop"));
  return found;
}

const WHAT = { discovery: "the metadata", keys: "the key set", token: "the token endpoint" };

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
