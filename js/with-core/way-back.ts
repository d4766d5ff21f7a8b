import type { Failure } from "../types/error.js";
import type { ClientOptions } from "../types/options.js";

/** Where a pending sign-in is kept, under its `state`: the core's key, in `src/web/storage.rs`. */
const TRANSACTION = "pkce-wasm/transaction/";

const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/;

/**
 * Refuses to leave for a login page whose user would come back to nothing: once more to a page that
 * takes no answer, or, where the app is developed, to an address at which its server has no page.
 */
export async function requireWayBack(
  { clientId, redirectUri }: ClientOptions,
  address: string,
): Promise<void> {
  if (isUnanswered(address, clientId)) {
    throw refused(
      "The answer to a sign-in is in this page's address: call start() on each page load.",
    );
  }
  if (!LOOPBACK.test(location.hostname)) return;
  const headers = { accept: "text/html" };
  // What it says otherwise, or that it says nothing, is for the browser to show.
  const answer = await fetch(redirectUri, { headers, redirect: "manual" }).catch(() => undefined);
  void answer?.body?.cancel();
  if (answer?.status === 404) {
    throw refused(`This server answers 404 at ${redirectUri}: have it send the app's page there.`);
  }
}

/** Whether this client waits for the answer that is in an address: `start()` takes it out of there. */
function isUnanswered(address: string, clientId: string): boolean {
  const asked = new URL(address).searchParams;
  if (!asked.has("code")) return false;
  try {
    const record = localStorage.getItem(TRANSACTION + String(asked.get("state")));
    return record !== null && JSON.parse(record).client_id === clientId;
  } catch {
    return false;
  }
}

function refused(message: string): Failure {
  return { code: "redirect_uri_mismatch", kind: "config", message };
}
