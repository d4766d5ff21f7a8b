import type { ClientOptions } from "../types/options.js";
import { attempt } from "./attempt.js";

/** Where the core keeps pending sign-ins, each under its `state`. */
const TRANSACTION = "pkce-wasm/transaction/";

/** The core's record of a sign-in, as far as a page without the core needs it. */
interface TransactionRecord {
  readonly client_id: string;
  /** The provider's endpoints, until the sign-in has been answered. */
  readonly metadata?: { readonly token_endpoint: string; readonly jwks_uri: string };
}

/** Whether this page is at the redirect URI and may be a response. The core decides what it is. */
export function isCallback(redirectUri: string): boolean {
  const { search, hash } = location;
  const pathOf = ({ origin, pathname }: Location | URL): string => origin + pathname;
  return (
    attempt(() => pathOf(new URL(redirectUri))) === pathOf(location) &&
    [search, hash].some((part) => /(^.|&)(code|error|state)=/.test(part))
  );
}

/**
 * Whether a response is another page's, which shows the provider's page in a popup or a frame: the
 * core ends the `state` of such sign-ins so.
 */
export function isHandedOver(state: string): boolean {
  return /\.(popup|frame)$/.test(state);
}

/**
 * The record of the sign-in that a response with this `state` is to, if this client waits, or has
 * waited, for it: then its code must not be seen. Another client's is left to it.
 */
export function awaited(
  state: string,
  { clientId, issuer, endpoints }: ClientOptions,
): TransactionRecord | null {
  return attempt(() => {
    const record = JSON.parse(localStorage.getItem(TRANSACTION + state) as string);
    const isOurs =
      record.client_id === clientId &&
      (record.metadata ?? record).issuer === (issuer ?? endpoints?.issuer);
    return isOurs ? record : null;
  });
}

/**
 * Lets the browser connect to where tokens and keys will be asked for, while the core is on its way.
 * Nothing is sent there.
 */
export function preconnect({ metadata }: TransactionRecord): void {
  if (metadata === undefined) return;
  for (const href of [metadata.token_endpoint, metadata.jwks_uri]) {
    // Without cookies, as the requests will be.
    const link = { rel: "preconnect", crossOrigin: "", href };
    document.head.append(Object.assign(document.createElement("link"), link));
  }
}

/** The `state` of a response, of which none of its characters needs an escape; empty without one. */
export function stateOf(href: string): string {
  return /[?#&]state=([^&#]*)/.exec(href)?.[1] ?? "";
}
