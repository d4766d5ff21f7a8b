import type { SignOutOptions } from "../types/options.js";
import type { Opened } from "../types/with-core.js";
import { later } from "./later.js";

/** Ends the session here and in the other tabs, and leaves for the provider's logout page. */
export async function signOut(
  { session, steps }: Opened,
  { stay = false, ...options }: SignOutOptions,
): Promise<void> {
  // What cannot be told to the provider is over here all the same.
  await later().catch(async (fault: unknown) => {
    await session.end();
    throw fault;
  });
  const url = await steps.signOut(JSON.stringify(options), stay);
  if (url !== undefined) location.assign(url);
}

/** Where to go on to, if this page is where the provider's logout page has led. */
export async function finishSignOut({ page, steps }: Opened): Promise<string | null> {
  await later();
  const { back, returnTo = null } = await steps.finishSignOut(location.href);
  const { postLogoutRedirectUri } = page.options;
  if (back && postLogoutRedirectUri !== undefined) {
    history.replaceState(history.state, "", postLogoutRedirectUri);
  }
  return returnTo;
}

/** Tells the provider that a session which is over in this browser needs its tokens no more. */
export async function revoke({ page, steps }: Opened, record: string): Promise<void> {
  await later();
  steps.revoke(record);
  const handle = page.read(record)?.refresh_token;
  if (handle !== undefined) page.tokenWorker?.forget(handle);
}
