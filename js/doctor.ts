/** Whether a sign-in will work from this page: what a browser can see of it, before anybody tries. */
import { checkBrowser } from "./doctor/browser.js";
import type { Finding } from "./doctor/finding.js";
import { checkPage } from "./doctor/page.js";
import { checkProvider } from "./doctor/provider.js";
import type { ClientOptions } from "./types/options.js";

export type { Finding } from "./doctor/finding.js";

/**
 * Examines this page, its browser, and the provider as they answer now. Nobody is signed in, and no session
 * is touched. The codes are those that the app would get.
 *
 * @param options - What `createClient` is given.
 * @param tell - Is told each finding as it is made.
 * @returns All findings; it does not reject.
 */
export async function examine(
  options: ClientOptions,
  tell: (finding: Finding) => void = () => undefined,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const check of [checkBrowser, checkProvider, checkPage]) {
    for await (const finding of check(options)) {
      findings.push(finding);
      tell(finding);
    }
  }
  return findings;
}
