import { useAuth } from "pkce-wasm/react";

/** What stands above each page. */
export function Header() {
  const { status, session, error, signIn, signOut, start } = useAuth();
  const who = session ? `Signed in as ${session.claims.email}` : "Signed out";
  return (
    <>
      <p role="status">{status === "loading" ? "Please wait" : who}</p>
      {error && <p role="alert">{error.code}</p>}
      {error?.kind === "network" && <button onClick={() => start()}>Try again</button>}
      {session ? (
        <button onClick={() => signOut()}>Sign out</button>
      ) : (
        <button onClick={() => signIn()}>Sign in</button>
      )}
    </>
  );
}

export const Home = () => <h1>Home</h1>;

/** What is shown where the guard let nobody in: the header says why, and what to do. */
export const Nobody = () => null;

export function Orders({ path }) {
  const { client, session } = useAuth();
  const renew = () => client.accessToken({ minValiditySeconds: Infinity }).catch(() => undefined);
  if (session === null) return null;
  return (
    <>
      <h1>Orders</h1>
      <p role="note">{path}</p>
      <p role="timer">{session.expiresAt}</p>
      <button onClick={renew}>Renew</button>
    </>
  );
}
