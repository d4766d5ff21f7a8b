import { failed, ok, refused, warning } from "../finding.js";

/** The options by themselves, as the core reads them. @type {import("../run.js").Check} */
export function checkSettings(visit) {
  const { options, origin } = visit;
  try {
    visit.begin();
  } catch (refusal) {
    const { message } = refusal;
    return [
      refused("settings", { ...refusal, fix: `Correct ${refusal.option ?? "it"}: ${message}` }),
    ];
  }
  const own = new URL(options.redirectUri).origin;
  if (origin !== own) {
    const evidence = `The page is at ${origin}, and redirectUri at ${own}: they must be of one origin.`;
    const fix = isTwin(origin, own)
      ? `localhost and 127.0.0.1 are two hosts: open the page at ${own}, or change redirectUri.`
      : `Open the page at ${own}, or give redirectUri its origin.`;
    return [failed("settings", evidence, fix, "redirect_uri_mismatch")];
  }
  const { postLogoutRedirectUri } = options;
  const found = [
    ok("settings", `The options are sound: client ${options.clientId} at ${visit.issuer}.`),
  ];
  if (postLogoutRedirectUri === undefined && visit.isCognito) {
    const evidence = "There is no postLogoutRedirectUri: at Cognito, signOut() needs one.";
    found.push(
      warning(
        "settings",
        evidence,
        "Set it to an allowed sign-out URL of the app client.",
        "invalid_config",
      ),
    );
  }
  return found;
}

function isTwin(one, other) {
  const twin = one.replace("//localhost", "//127.0.0.1");
  return twin === other.replace("//localhost", "//127.0.0.1");
}
