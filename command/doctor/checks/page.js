import { failed, ok, skipped, warning } from "../finding.js";
import { placeOf } from "../requests.js";
import { filesFindings } from "./files.js";
import { framesFindings, policiesOf, policyFindings, workerFindings } from "./policy.js";

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
    const target = headers.get("location");
    const place = URL.canParse(target, redirectUri)
      ? placeOf(new URL(target, redirectUri))
      : "no address";
    const evidence = `${redirectUri} answers ${status}, and leads to ${place}.`;
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
  const policies = policiesOf(headers, text);
  return [
    ok("page", `The app answers at ${redirectUri}.`),
    ...policies.flatMap((policy) => [...policyFindings(visit, policy)]),
    ...workerFindings(visit, policies),
    ...framesFindings(visit, policies, headers),
    ...openerFindings(headers),
    ...(await filesFindings(visit, answer)),
  ];
}

/** What cuts the page off from its popup does not keep the answer from it: a BroadcastChannel has that. */
function* openerFindings(headers) {
  const opener = headers.get("cross-origin-opener-policy")?.split(";")[0].trim();
  if (opener === undefined || opener === "unsafe-none") return;
  yield ok(
    "page",
    `Its Cross-Origin-Opener-Policy is ${opener}: signInPopup() works, but not in a frame of another site's page.`,
  );
}
