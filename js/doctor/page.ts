import type { ClientOptions } from "../types/options.js";
import { failed, ok, skipped, warning, type Finding } from "./finding.js";
import { sent } from "./sent.js";

/** How far clocks may be apart before it is worth a word. */
const TOLERATED_SECONDS = 60;

/** The server of this page: where the user comes back to, and what time it has. */
export async function* checkPage({ redirectUri }: ClientOptions): AsyncGenerator<Finding> {
  if (!URL.canParse(redirectUri) || new URL(redirectUri).origin !== location.origin) return;
  const { answer, isForbidden, isLate } = await sent(redirectUri, {});
  if (answer === undefined) {
    yield isForbidden
      ? skipped("page", `The page's policy forbids to look at ${redirectUri}; users may go there.`)
      : isLate
        ? failed("page", "timeout", `${redirectUri} did not answer in time.`)
        : failed("page", "network", `${redirectUri} could not be reached.`);
    return;
  }
  const { status, ok: isThere, redirected, url, headers } = answer;
  const isPage = isThere && /^text\/html\b/i.test(headers.get("content-type") ?? "");
  if (!isPage) {
    const advice = "Have the server send the app's page there.";
    const evidence = `The server answers ${status} at ${redirectUri}, and no page. ${advice}`;
    yield failed("page", "redirect_uri_mismatch", evidence);
  } else if (redirected) {
    yield warning("page", `${redirectUri} leads to ${url}: answer there at once.`);
  } else {
    yield ok("page", `The app's page is at ${redirectUri}.`);
  }
  const seconds = Math.round((timeIn(headers) - Date.now()) / 1000);
  if (Number.isNaN(seconds)) return;
  yield Math.abs(seconds) <= TOLERATED_SECONDS
    ? ok("clock", "This device and the server have the same time.")
    : warning("clock", `This device's clock is ${-seconds} seconds off the server's: set it.`);
}

/** When an answer was sent on: a cache keeps the `Date`, and says how long ago that was (RFC 9111 §5.1). */
function timeIn(headers: Headers): number {
  const age = headers.get("age") ?? "";
  return Date.parse(headers.get("date") ?? "") + (/^\d+$/.test(age) ? Number(age) * 1000 : 0);
}
