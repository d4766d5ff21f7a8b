import { failed, ok, refused, skipped } from "../finding.js";

/** The logout page, with nobody signed in. @type {import("../run.js").Check} */
export async function checkSignOut(visit) {
  const { postLogoutRedirectUri } = visit.options;
  if (postLogoutRedirectUri === undefined) return [];
  let answer, url;
  try {
    ({ url } = visit.step((core) => core.signOut("{}", undefined)));
    if (url === undefined)
      return [
        skipped(
          "sign-out",
          "The provider announces no logout page: signOut() ends the session of this browser alone.",
        ),
      ];
    answer = await visit.ask(url, { headers: { accept: "text/html" } });
  } catch (fault) {
    return [refused("sign-out", fault)];
  }
  const { status, headers } = answer;
  const location = headers.has("location") ? new URL(headers.get("location"), url) : undefined;
  const place = url.split("?")[0];
  const isRefused = status >= 400 || (location !== undefined && /\/error$/.test(location.pathname));
  if (isRefused) {
    const said = location?.searchParams.get("error") ?? status;
    return [
      failed(
        "sign-out",
        `${place} refuses ${postLogoutRedirectUri}: ${said}.`,
        `Register ${postLogoutRedirectUri} as a sign-out URL, to the letter.`,
      ),
    ];
  }
  const isBack = location?.href.startsWith(postLogoutRedirectUri);
  return [
    ok(
      "sign-out",
      isBack ? `${place} leads back to ${postLogoutRedirectUri}.` : `${place} takes the request.`,
    ),
  ];
}
