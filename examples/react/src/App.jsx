import { useAuth } from "pkce-wasm/react";

export function App() {
  const { status, session, error, signIn, signOut } = useAuth();
  if (status === "loading") return <p role="status">…</p>;
  return (
    <>
      <p role="status">{session ? `Signed in as ${session.claims.email}` : "Signed out"}</p>
      {error && <p role="alert">{`${error.code}: ${error.message}`}</p>}
      <button onClick={() => signIn()}>Sign in</button>
      <button onClick={() => signOut()}>Sign out</button>
    </>
  );
}
