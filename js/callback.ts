/** Where the core keeps pending sign-ins, each under its `state`. */
const TRANSACTION = "pkce-wasm/transaction/";

/** Whether a URL is at the redirect URI and may be a response. The core decides what it is. */
export function mayBeCallback(url: URL, redirectUri: URL): boolean {
  const isThere = url.origin === redirectUri.origin && url.pathname === redirectUri.pathname;
  const parameters = [...url.searchParams.keys(), ...new URLSearchParams(url.hash.slice(1)).keys()];
  return isThere && parameters.some((name) => ["code", "error", "state"].includes(name));
}

/**
 * Whether a response is another page's, which shows the provider's page in a popup or a frame: the
 * core ends the `state` of such sign-ins so.
 */
export function isHandedOver(url: URL): boolean {
  return /\.(popup|frame)$/.test(stateOf(url) ?? "");
}

/** The `state` of a response. */
export function stateOf(url: URL): string | null {
  return url.searchParams.get("state") ?? new URLSearchParams(url.hash.slice(1)).get("state");
}

/**
 * Whether this client waits, or has waited, for the response: then its code must not be seen. Another
 * client's is left to it.
 */
export function isAwaited(url: URL, clientId: string, issuer: string | undefined): boolean {
  try {
    const record = JSON.parse(localStorage.getItem(TRANSACTION + stateOf(url)) ?? "null");
    return record?.client_id === clientId && (record.metadata ?? record).issuer === issuer;
  } catch {
    return false;
  }
}

/**
 * Takes the response out of the address bar and the history, before anything on the page can read
 * it or send it on in a `Referer`: RFC 9700 §4.2.4, §4.3.
 */
export function cleanUrl(redirectUri: URL): void {
  history.replaceState(history.state, "", redirectUri);
}
