import type { Failure } from "../types/error.js";
import type { Page } from "../types/page.js";

/**
 * What is worth a second look before the core takes it for somebody's client ID or host: texts that
 * JavaScript makes of variables that are not set, that guides have in the place of values, and that are
 * often pasted for an issuer; and names of other alphabets, of which the browser alone knows whether they
 * are any.
 */
const SUSPICIOUS =
  /undefined|"null"|\\"|"'| #|[$"<]\{|<|your_|(?:replace|change)_me|[^a-z\d]x{4,}[^a-z\d]|openid-configuration|xn--|(?:cognito|aws)\.com(?:\.cn)?\/?"/i;

/** Without it, the core's own words do. */
const mistakes = async () => await import("../on-demand/mistakes.js").catch(() => undefined);

/** Tells a developer once, on the machine itself, why a request went without a token. */
export function tellOfFetch(page: Page): void {
  if (!/^(?:.*\.)?localhost$|^127\.|^\[::1\]$/.test(location.hostname)) return;
  page.onFetch = async (url) => {
    page.onFetch = undefined;
    (await mistakes())?.tellOfFetch(url);
  };
}

/** Refuses options that the core may find nothing wrong with; `text` has them as JSON. */
export async function refuseMistakes(text: string): Promise<void> {
  if (!SUSPICIOUS.test(text)) return;
  const mistake = (await mistakes())?.mistakeIn(JSON.parse(text));
  if (mistake) throw mistake;
}

/** The same failure, in more words where its cause is in the options and the script for them is to be had. */
export async function explained(reason: unknown, options: object): Promise<unknown> {
  const failure = reason as Failure | undefined;
  if (!/^(?:invalid_config|issuer_mismatch)$/.test(failure?.code ?? "")) return reason;
  return (await mistakes())?.explained(failure as Failure, options) ?? reason;
}
