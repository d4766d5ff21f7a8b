import {
  createComponent,
  createContext,
  createEffect,
  createMemo,
  createResource,
  createSignal,
  onCleanup,
  onMount,
  useContext,
  type JSX,
  type Resource,
} from "solid-js";
import { readFrom, sourceOf, type Auth, type AuthSource, type GoTo } from "./frameworks/auth.js";
import { mayEnter } from "./frameworks/guard.js";
import type { Client } from "./types/client.js";
import type { SignInOptions } from "./types/options.js";
import type { Claims, Session } from "./types/session.js";

export type { Auth };

interface Provided {
  readonly source: AuthSource<Claims>;
  readonly auth: Auth;
}

const AuthContext = /* @__PURE__ */ createContext<Provided>();

export interface AuthProviderProps {
  /** Made once, outside of components. */
  readonly client: Client;
  /**
   * Goes to the path that a sign-in began on, or a sign-out asked for. Unless given, the address is
   * replaced, and `popstate` tells the router, as `@solidjs/router` wants it.
   */
  readonly onReturn?: GoTo | undefined;
  readonly children?: JSX.Element;
}

/** Starts the client in the browser, and lets the components below it use `useAuth`. */
export function AuthProvider(props: AuthProviderProps): JSX.Element {
  const source = sourceOf(props.client);
  const [current, setCurrent] = createSignal(source.current());
  onCleanup(source.subscribe(() => setCurrent(() => source.current())));
  void source.begin(props.onReturn);
  const auth = readFrom(source, current);
  return createComponent(AuthContext.Provider, {
    value: { source, auth },
    get children() {
      return props.children;
    },
  });
}

function provided(): Provided {
  const found = useContext(AuthContext);
  if (found) return found;
  throw new Error("useAuth() needs an <AuthProvider> above the component.");
}

/** Who is signed in, and the ways to sign in and out. What is read of it is followed: do not destructure it. */
export function useAuth<C extends Claims = Claims>(): Auth<C> {
  return provided().auth as unknown as Auth<C>;
}

/** The session as a resource: `<Suspense>` waits until it is known who is signed in. */
export function useSession<C extends Claims = Claims>(): Resource<Session<C> | null> {
  const { source, auth } = provided();
  const [session, { mutate }] = createResource(
    () => source.begin().then(() => source.current().session),
    // A server knows nobody: it is for the browser to find out.
    { ssrLoadFrom: "initial" },
  );
  createEffect(() => auth.status !== "loading" && mutate(auth.session));
  return session as Resource<unknown> as Resource<Session<C> | null>;
}

export interface RequireAuthProps {
  /** What this sign-in asks for, where the guard begins it. */
  readonly signIn?: SignInOptions | undefined;
  /** What is shown to who is not signed in: waiting, an error, or the next step. */
  readonly fallback?: JSX.Element;
  readonly children?: JSX.Element;
}

/**
 * Shows its children to who is signed in, and sends others to sign in and back to this page.
 *
 * It leaves the page only when it comes up, and not with an error that is to be read: where a session ends
 * under the user's hands, `fallback` is shown and the next step is theirs.
 */
export function RequireAuth(props: RequireAuthProps): JSX.Element {
  const { source, auth } = provided();
  onMount(() => {
    // The router writes the address of a page once that is shown.
    const timer = setTimeout(() => mayEnter(source, location.href, props.signIn));
    onCleanup(() => clearTimeout(timer));
  });
  const isSignedIn = createMemo(() => auth.session !== null);
  const shown = createMemo(() => (isSignedIn() ? props.children : props.fallback));
  return shown as unknown as JSX.Element;
}
