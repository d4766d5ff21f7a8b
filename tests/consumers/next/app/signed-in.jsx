"use client";

import { useState } from "react";
import { createClient } from "pkce-wasm";
import { AuthProvider } from "pkce-wasm/react";

/** The server renders this as well: it makes a client, too, and does nothing with it. */
export function SignedIn({ settings, children }) {
  const [client] = useState(() => {
    const origin = globalThis.location?.origin ?? "https://app.test";
    return createClient({ ...settings, redirectUri: `${origin}/callback` });
  });
  return <AuthProvider client={client}>{children}</AuthProvider>;
}
