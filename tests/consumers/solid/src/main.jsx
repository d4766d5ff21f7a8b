import { A, Route, Router, useLocation } from "@solidjs/router";
import { Show } from "solid-js";
import { render } from "solid-js/web";
import { AuthProvider, RequireAuth, useAuth } from "pkce-wasm/solid";
import { client } from "./client.js";

function Layout(props) {
  const auth = useAuth();
  return (
    <>
      <nav>
        <A href="/">Home</A>
        <A href="/orders?year=2026#totals">Orders</A>
      </nav>
      <p role="status">
        {auth.status === "loading"
          ? "Please wait"
          : auth.session
            ? `Signed in as ${auth.session.claims.email}`
            : "Signed out"}
      </p>
      <Show when={auth.error}>
        <p role="alert">{auth.error.code}</p>
      </Show>
      <Show when={auth.error?.kind === "network"}>
        <button onClick={() => auth.start()}>Try again</button>
      </Show>
      <Show when={auth.session} fallback={<button onClick={() => auth.signIn()}>Sign in</button>}>
        <button onClick={() => auth.signOut()}>Sign out</button>
      </Show>
      {props.children}
    </>
  );
}

const Home = () => <h1>Home</h1>;

const Private = (props) => <RequireAuth>{props.children}</RequireAuth>;

function Orders() {
  const auth = useAuth();
  const { pathname, search, hash } = useLocation();
  const renew = () => client.accessToken({ minValiditySeconds: Infinity }).catch(() => undefined);
  return (
    <>
      <h1>Orders</h1>
      <p role="note">{pathname + search + hash}</p>
      <p role="timer">{auth.session?.expiresAt}</p>
      <button onClick={renew}>Renew</button>
    </>
  );
}

const App = () => (
  <AuthProvider client={client}>
    <Router root={Layout}>
      <Route path="/" component={Home} />
      <Route path="/callback" component={Home} />
      <Route path="/" component={Private}>
        <Route path="/orders" component={Orders} />
      </Route>
    </Router>
  </AuthProvider>
);

render(() => <App />, document.querySelector("#app"));
