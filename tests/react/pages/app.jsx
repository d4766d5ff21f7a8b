import { lazy, StrictMode, Suspense, useState, useSyncExternalStore } from "react";
import { AuthProvider, RequireAuth, useAuth } from "pkce-wasm/react";

/** What `Who` has shown, in order. */
export const shown = [];

/** How often each component has rendered. */
export const renders = { who: 0, provider: 0, private: 0, expiry: 0, object: 0 };

function Who() {
  renders.who += 1;
  const status = useAuth((auth) => auth.status);
  const email = useAuth(({ session }) => session?.claims.email);
  shown.push(status);
  const words = { loading: "Wait", signed_out: "Signed out", signed_in: `Signed in as ${email}` };
  return <p role="status">{words[status]}</p>;
}

function Expiry() {
  renders.expiry += 1;
  const { session } = useAuth();
  return <p role="timer">{session?.expiresAt}</p>;
}

/** A selector that makes another object each time, written in place. */
function Names() {
  renders.object += 1;
  const { names } = useAuth(({ session }) => ({ names: Object.keys(session?.claims ?? {}) }));
  return <p>{names.length} claims</p>;
}

function Buttons() {
  const { signIn, signInPopup, signOut, start, returnTo } = useAuth();
  return (
    <>
      <h1>App</h1>
      <button onClick={() => signIn()}>Sign in</button>
      <button onClick={() => signInPopup({ prompt: "login" })}>Step up</button>
      <button name="sign-out" onClick={() => signOut()}>
        Sign out
      </button>
      <button onClick={() => start()}>Try again</button>
      <p role="note">{returnTo}</p>
    </>
  );
}

function Private() {
  renders.private += 1;
  return <h1>Private page</h1>;
}

function Waiting({ status, error, signIn }) {
  if (status === "loading") return <p>Please wait</p>;
  return (
    <>
      <p role="alert">{error?.code ?? "You have signed out."}</p>
      <button onClick={() => signIn()}>Sign in again</button>
    </>
  );
}

function Public() {
  const error = useAuth((auth) => auth.error);
  return error ? <p role="alert">{error.code}</p> : <h1>Public page</h1>;
}

const onPath = (listener) => {
  addEventListener("popstate", listener);
  return () => removeEventListener("popstate", listener);
};

function Page() {
  const path = useSyncExternalStore(
    onPath,
    () => location.pathname,
    () => "/",
  );
  if (path === "/private") {
    return (
      <RequireAuth fallback={Waiting}>
        <Private />
      </RequireAuth>
    );
  }
  if (path === "/plain" || path === "/element") {
    return (
      <main>
        <RequireAuth fallback={path === "/element" ? <p>Please wait</p> : undefined}>
          <Private />
        </RequireAuth>
      </main>
    );
  }
  return <Public />;
}

/** Suspends the first render, above whose provider the boundary is. */
const Late = lazy(async () => {
  await fetch("/app.js");
  return { default: () => <p role="log">Late</p> };
});

/** Renders again, and mounts all of it anew, when the button is pressed. */
function Provider({ client, children }) {
  renders.provider += 1;
  const [mounted, setMounted] = useState(1);
  return (
    <div key={mounted}>
      <button onClick={() => setMounted(mounted + 1)}>Mount again</button>
      <AuthProvider client={client}>{children}</AuthProvider>
    </div>
  );
}

export function App({ client, suspends = false }) {
  return (
    <StrictMode>
      <Suspense fallback={<p>Suspended</p>}>
        <Provider client={client}>
          {suspends && <Late />}
          <Who />
          <Buttons />
          <Expiry />
          <Names />
          <Page />
        </Provider>
      </Suspense>
    </StrictMode>
  );
}
