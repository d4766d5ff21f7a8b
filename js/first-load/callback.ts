import type { TransactionRecord } from "../types/record.js";
import { attempt } from "./attempt.js";
import { recordKey } from "./record.js";

/** Where the core keeps pending sign-ins, each under its `state`. */
const TRANSACTION = "pkce-wasm/transaction/";

/** Whether this page is at the redirect URI and may be a response. The core decides what it is. */
export function isCallback(redirectUri: string): boolean {
  const { search, hash } = location;
  const pathOf = ({ origin, pathname }: Location | URL): string => origin + pathname;
  return (
    attempt(() => pathOf(new URL(redirectUri))) === pathOf(location) &&
    /(^[?]|#|&)(code|error|state)=/.test(search + hash)
  );
}

/**
 * The record of the sign-in that a response with this `state` is to, if the client whose session has this
 * key waits, or has waited, for it: then its code must not be seen. Another client's is left to it.
 */
export function awaited(state: string, key: string): TransactionRecord | null {
  return attempt(() => {
    const record = JSON.parse(localStorage.getItem(TRANSACTION + state) as string);
    const { issuer } = record.metadata ?? record;
    return recordKey("session", record.client_id, issuer) === key ? record : null;
  });
}

/** The `state` of a response, of which none of its characters needs an escape; empty without one. */
export function stateOf(href: string): string {
  return /[?#&]state=([^&#]*)/.exec(href)?.[1] ?? "";
}

/**
 * Lets the browser connect to where tokens and keys will be asked for, while the core is on its way.
 * Nothing is sent there.
 */
export function preconnect({ metadata }: TransactionRecord): void {
  if (!metadata) return;
  for (const href of [metadata.token_endpoint, metadata.jwks_uri]) {
    const link = document.createElement("link");
    // Without cookies, as the requests will be.
    document.head?.append(Object.assign(link, { rel: "preconnect", crossOrigin: "", href }));
  }
}
