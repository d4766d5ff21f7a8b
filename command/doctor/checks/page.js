import { failed, ok, skipped, warning } from "../finding.js";

/** The app's own server, where the user comes back to. @type {import("../run.js").Check} */
export async function checkPage(visit) {
  const { redirectUri } = visit.options;
  let answer;
  try {
    answer = await visit.ask(redirectUri, { headers: { accept: "text/html" } });
  } catch (fault) {
    return [skipped("page", `${fault.message} The app is not looked at.`)];
  }
  const { status, headers, text } = answer;
  if (status >= 300 && status < 400) {
    const evidence = `${redirectUri} answers ${status}, and leads to ${headers.get("location")?.split("?")[0]}.`;
    return [
      warning(
        "page",
        evidence,
        "Answer with the app's page at redirectUri itself; a code must not get lost on the way.",
        "redirect_uri_mismatch",
      ),
    ];
  }
  const isPage = status === 200 && /^text\/html\b/i.test(headers.get("content-type") ?? "");
  if (!isPage) {
    const evidence = `${redirectUri} answers ${status} (${headers.get("content-type") ?? "no type"}), and no page.`;
    return [
      failed(
        "page",
        evidence,
        "Have the server send the app's page at that path.",
        "redirect_uri_mismatch",
      ),
    ];
  }
  return [
    ok("page", `The app answers at ${redirectUri}.`),
    ...policiesOf(headers, text).flatMap((policy) => [...forbidden(visit, policy)]),
  ];
}

/** Content Security Policies, of the header and of the page itself. */
function policiesOf(headers, text) {
  const inPage = [...text.matchAll(/<meta\b[^>]{0,2000}>/gi)]
    .map(([tag]) => tag)
    .filter((tag) => /http-equiv=["']?content-security-policy["'\s>]/i.test(tag))
    .map((tag) => /content=(?:"([^"]*)"|'([^']*)')/i.exec(tag))
    .map((found) => found?.[1] ?? found?.[2] ?? "");
  const sent = headers.get("content-security-policy")?.split(",") ?? [];
  return [...sent, ...inPage].map(directivesOf);
}

function directivesOf(policy) {
  const directives = policy.split(";").map((each) => each.trim().split(/\s+/));
  return new Map(directives.reverse().map(([name, ...sources]) => [name.toLowerCase(), sources]));
}

function* forbidden(visit, policy) {
  const scripts = policy.get("script-src") ?? policy.get("default-src");
  if (scripts && !scripts.some((each) => /^'(?:wasm-)?unsafe-eval'$/.test(each))) {
    yield failed(
      "page",
      "The page's Content Security Policy forbids WebAssembly.",
      "Add 'wasm-unsafe-eval' to script-src.",
      "wasm_blocked",
    );
  }
  const connections = policy.get("connect-src") ?? policy.get("default-src");
  if (connections === undefined) return;
  const {
    token_endpoint: token,
    jwks_uri: keys,
    userinfo_endpoint: userinfo,
    revocation_endpoint: revocation,
  } = visit.metadata;
  const asked = [visit.issuer, token, keys, userinfo, revocation].filter(
    (each) => each !== undefined,
  );
  const origins = new Set(asked.map((each) => new URL(each).origin));
  const missing = [...origins].filter(
    (each) => !connections.some((source) => allows(source, each, visit.origin)),
  );
  if (missing.length > 0) {
    yield failed(
      "page",
      `The page's Content Security Policy forbids to ask ${missing.join(" and ")}.`,
      `Add ${missing.join(" ")} to connect-src.`,
      "network",
    );
  }
}

/** Content Security Policy Level 3 §6.7.2.8, as far as origins go. */
function allows(source, origin, own) {
  if (source === "*") return true;
  if (source === "'self'") return origin === own;
  const { protocol, host, hostname } = new URL(origin);
  if (/^https?:$/i.test(source)) return source.toLowerCase() === protocol;
  const [, scheme, its] = /^(https?:)?(?:\/\/)?([^/]+)/i.exec(source) ?? [];
  if (its === undefined || (scheme && scheme.toLowerCase() !== protocol)) return false;
  return its.startsWith("*.")
    ? hostname.endsWith(its.slice(1).split(":")[0])
    : its.toLowerCase() === host;
}
