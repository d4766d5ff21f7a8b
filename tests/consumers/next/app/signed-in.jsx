"use client";

import { useEffect, useState } from "react";
import { createClient } from "pkce-wasm";
import { AuthProvider } from "pkce-wasm/react";

export function SignedIn({ children }) {
  const [client, setClient] = useState(null);
  useEffect(() => {
    const redirectUri = `${location.origin}/callback`;
    fetch("/settings.json")
      .then((response) => response.json())
      .then((settings) => setClient(createClient({ ...settings, redirectUri })));
  }, []);
  return client && <AuthProvider client={client}>{children}</AuthProvider>;
}
