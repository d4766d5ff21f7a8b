import { failed, ok, refused, skipped, warning } from "../finding.js";

/**
 * What providers say of an address that is not registered. A parameter with its value is none of their words:
 * some pages have the request in them.
 */
const OF_ADDRESS =
  /(?:logout_uri|redirect[_ ]?ur[il]s?|returnTo)\b(?!=|%3D|"\s*:)|redirect_mismatch|logout ur[il]/i;

/** What some want beside it, and only a session has: RP-Initiated Logout §2. */
const OF_HINT = /id[_ ]?token[_ ]?hint\b(?!=|%3D|"\s*:)/i;

/** The logout page, with nobody signed in. @type {import("../run.js").Check} */
export async function checkSignOut(visit) {
  const { postLogoutRedirectUri } = visit.options;
  if (postLogoutRedirectUri === undefined) return [];
  let outcome, url;
  try {
    ({ url } = visit.step((core) => core.signOut("{}", undefined)));
    if (url === undefined)
      return [
        skipped(
          "sign-out",
          "The provider announces no logout page: signOut() ends the session of this browser alone.",
        ),
      ];
    outcome = await outcomeAt(visit, url);
  } catch (fault) {
    return [refused("sign-out", fault)];
  }
  const place = url.split("?")[0];
  const { kind, said, location } = outcome;
  if (kind === "elsewhere") {
    const evidence = `${place} ${said}: users are not signed out at the provider.`;
    return [warning("sign-out", evidence, "Correct the end session endpoint.")];
  }
  if (kind === "unregistered") {
    return [
      failed(
        "sign-out",
        `${place} refuses ${postLogoutRedirectUri}: ${said}.`,
        `Register ${postLogoutRedirectUri} as a sign-out URL, to the letter.`,
      ),
    ];
  }
  if (kind !== "taken") {
    return [
      skipped(
        "sign-out",
        `${place} ${said} where nobody is signed in: whether it knows postLogoutRedirectUri shows when a user signs out.`,
      ),
    ];
  }
  if (isAt(postLogoutRedirectUri, location)) {
    return [ok("sign-out", `${place} leads back to ${postLogoutRedirectUri}.`)];
  }
  return [await unseen(visit, url, place)];
}

/** Some look at the address only when a user signs out. */
async function unseen(visit, url, place) {
  const { postLogoutRedirectUri } = visit.options;
  const madeUp = new URL("/pkce-wasm-doctor", postLogoutRedirectUri).href;
  const other = new URL(url);
  for (const [name, value] of other.searchParams) {
    if (value === postLogoutRedirectUri) other.searchParams.set(name, madeUp);
  }
  const { kind } = await outcomeAt(visit, other.href).catch(() => ({}));
  // The address alone is another, so a refusal is of the address, whatever it says.
  if (kind === "unregistered" || kind === "refused") {
    return ok("sign-out", `${place} takes the request, and knows ${postLogoutRedirectUri}.`);
  }
  const seen =
    kind === "taken"
      ? "and one with a made-up address as well"
      : "and gives no answer to one with a made-up address";
  return skipped(
    "sign-out",
    `${place} takes the request, ${seen}: whether it knows postLogoutRedirectUri shows when a user signs out.`,
  );
}

/**
 * What the logout page makes of a request without a session. Without a hint many refuse any, so of the
 * address nothing follows where they do not name it.
 */
async function outcomeAt(visit, url) {
  const { status, headers, text } = await visit.ask(url, { headers: { accept: "text/html" } });
  const target = headers.get("location");
  const location = URL.canParse(target, url) ? new URL(target, url) : undefined;
  const error = location && errorIn(location);
  if (status < 400 && !error) return { kind: "taken", location };
  const words = error ?? text;
  if (status >= 500 || status === 429) return { kind: "nothing", said: `answers ${status}` };
  if (OF_HINT.test(words)) return { kind: "refused", said: "wants an id_token_hint" };
  const [named] = OF_ADDRESS.exec(words) ?? [];
  if (named !== undefined) return { kind: "unregistered", said: error ?? named };
  if ([404, 405].includes(status)) return { kind: "elsewhere", said: `answers ${status}` };
  return { kind: "refused", said: error ? `says ${error}` : `answers ${status}` };
}

/** The words of a redirect that is a refusal, to a page of the provider's or back to the app. */
function errorIn({ pathname, searchParams }) {
  const words = ["error", "error_description"].map((name) => searchParams.get(name));
  const said = words.filter(Boolean).join(", ");
  if (said !== "") return said;
  return /\/error\/?$/.test(pathname) ? "an error" : undefined;
}

function isAt(address, location) {
  return location?.href.split(/[?#]/)[0] === new URL(address).href.split(/[?#]/)[0];
}
