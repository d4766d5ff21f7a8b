"use client";

import { useAuth } from "pkce-wasm/react";

export function Who() {
  const { status, session, signIn } = useAuth();
  if (status === "loading") return <p>Please wait</p>;
  return (
    <>
      <p role="status">{session ? `Signed in as ${session.claims.email}` : "Signed out"}</p>
      <button onClick={() => signIn()}>Sign in</button>
    </>
  );
}
