import { failed, ok, refused, skipped } from "../finding.js";

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
  const { isRefused, said, location } = outcome;
  if (said >= 500) {
    return [skipped("sign-out", `${place} answers ${said} where nobody is signed in.`)];
  }
  if (isRefused) {
    return [
      failed(
        "sign-out",
        `${place} refuses ${postLogoutRedirectUri}: ${said}.`,
        `Register ${postLogoutRedirectUri} as a sign-out URL, to the letter.`,
      ),
    ];
  }
  if (location?.href.startsWith(postLogoutRedirectUri)) {
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
  const outcome = await outcomeAt(visit, other.href).catch(() => undefined);
  return outcome?.isRefused
    ? ok("sign-out", `${place} takes the request, and knows ${postLogoutRedirectUri}.`)
    : skipped(
        "sign-out",
        `${place} takes the request, and one with a made-up address as well: whether it knows postLogoutRedirectUri shows when a user signs out.`,
      );
}

async function outcomeAt(visit, url) {
  const { status, headers } = await visit.ask(url, { headers: { accept: "text/html" } });
  const location = headers.has("location") ? new URL(headers.get("location"), url) : undefined;
  const isRefused = status >= 400 || (location !== undefined && /\/error$/.test(location.pathname));
  return { isRefused, location, said: location?.searchParams.get("error") ?? status };
}
