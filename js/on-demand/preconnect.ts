import type { TransactionRecord } from "../types/record.js";

/**
 * Lets the browser connect to where tokens and keys will be asked for, while the core is on its way.
 * Nothing is sent there.
 */
export function preconnect({ metadata }: TransactionRecord): void {
  for (const href of [metadata?.token_endpoint, metadata?.jwks_uri]) {
    // Without cookies, as the requests will be.
    const link = { rel: "preconnect", crossOrigin: "", href };
    if (href) document.head.append(Object.assign(document.createElement("link"), link));
  }
}
