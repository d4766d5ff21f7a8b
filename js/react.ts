"use client";

import {
  createContext,
  createElement,
  Fragment,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useSyncExternalStore,
  type ReactElement,
  type ReactNode,
} from "react";
import { sourceOf, type Auth, type AuthSource, type GoTo } from "./frameworks/auth.js";
import { mayEnter } from "./frameworks/guard.js";
import type { Client } from "./types/client.js";
import type { SignInOptions } from "./types/options.js";
import type { Claims } from "./types/session.js";

export type { Auth } from "./frameworks/auth.js";

const AuthContext = /* @__PURE__ */ createContext<AuthSource<Claims> | null>(null);

export interface AuthProviderProps {
  /** Made once, outside the component. */
  readonly client: Client;
  /**
   * Goes to the path that a sign-in began on, or a sign-out asked for, by the application's router.
   * Unless given, the address is replaced, and `popstate` tells the routers that listen to it, as
   * most do.
   */
  readonly onReturn?: GoTo | undefined;
  readonly children?: ReactNode;
}

/**
 * Starts the client when the page loads, and lets the components below it use `useAuth`. It does not
 * render again by itself.
 */
export function AuthProvider(props: AuthProviderProps): ReactElement {
  const { client, onReturn, children } = props;
  const source = sourceOf(client);
  const first = useRef(source);
  useEffect(() => {
    void source.begin(onReturn);
    if (first.current === source || location.hostname !== "localhost") return;
    console.warn("<AuthProvider> has got another client: make it once, outside of the component.");
  }, [source, onReturn]);
  return createElement(AuthContext.Provider, { value: source }, children);
}

/**
 * Who is signed in, and the ways to sign in and out. A component that uses all of it renders again
 * after each refresh, for the session is another then.
 */
export function useAuth<C extends Claims = Claims>(): Auth<C>;
/**
 * A part of it: the component renders again only when that part is another.
 *
 * @example
 * const email = useAuth(({ session }) => session?.claims.email);
 */
export function useAuth<Part, C extends Claims = Claims>(select: (auth: Auth<C>) => Part): Part;
export function useAuth(select: (auth: Auth) => unknown = all): unknown {
  const source = useContext(AuthContext);
  if (source === null) throw new Error("useAuth() needs an <AuthProvider> above the component.");
  const [current, initial] = useMemo(
    () => [remembered(source.current, select), remembered(() => source.initial, select)] as const,
    [source, select],
  );
  return useSyncExternalStore(source.subscribe, current, initial);
}

function all(auth: Auth): Auth {
  return auth;
}

/** A selector may make a new object each time; React wants the same one until something changed. */
function remembered<Part>(auth: () => Auth, select: (auth: Auth) => Part): () => Part {
  let last: { readonly of: Auth; readonly part: Part } | undefined;
  return () => {
    const of = auth();
    if (last?.of !== of) last = { of, part: select(of) };
    return last.part;
  };
}

export interface RequireAuthProps {
  /** What this sign-in asks for, where the guard begins it. */
  readonly signIn?: SignInOptions | undefined;
  /**
   * What is shown to who is not signed in. A function is given what `useAuth` gives, and has errors to
   * show, too. An element stands for waiting: it makes room for an error, with a button to sign in.
   * Without any, there is that button as soon as the next step is the user's.
   */
  readonly fallback?: ReactNode | ((auth: Auth) => ReactNode);
  readonly children?: ReactNode;
}

/**
 * Shows its children to who is signed in, and sends others to sign in and back to this page.
 *
 * It leaves the page only before it has shown its children: where a session ends under the user's
 * hands, or was ended by them, `fallback` is shown and the next step is theirs. After an error, too,
 * and where the browser did not leave: the user chose to stay, or the provider had nothing to show.
 */
export function RequireAuth({ signIn, fallback, children }: RequireAuthProps): ReactElement {
  const isSignedIn = useAuth(({ status }) => status === "signed_in");
  const hasShown = useRef(false);
  const hasAsked = useRef(false);
  useEffect(() => {
    if (isSignedIn) hasShown.current = true;
  }, [isSignedIn]);
  useEffect(() => {
    // The page is left: who comes back to it, out of the browser's cache, is led on once more.
    const left = (): void => void (hasAsked.current = false);
    addEventListener("pagehide", left);
    return () => removeEventListener("pagehide", left);
  }, []);
  if (isSignedIn) return createElement(Fragment, null, children);
  return createElement(Fallback, { signIn, fallback, hasShown, hasAsked });
}

interface FallbackProps extends Pick<RequireAuthProps, "signIn" | "fallback"> {
  readonly hasShown: { readonly current: boolean };
  readonly hasAsked: { current: boolean };
}

function Fallback({ signIn, fallback, hasShown, hasAsked }: FallbackProps): ReactElement {
  const auth = useAuth();
  const { status, error } = auth;
  const isDue = (): boolean =>
    status === "signed_out" && error === null && !hasShown.current && !hasAsked.current;
  useEffect(() => {
    if (!isDue()) return;
    hasAsked.current = true;
    void auth.signIn(signIn);
    // What the sign-in asks for is often written in place, and makes no other sign-in.
  }, [status, error]);
  if (typeof fallback === "function") return createElement(Fragment, null, fallback(auth));
  if (error === null && (fallback !== undefined || status === "loading" || isDue())) {
    return createElement(Fragment, null, fallback);
  }
  const button = { type: "button", onClick: () => void auth.signIn(signIn) } as const;
  return createElement(
    Fragment,
    null,
    error && createElement("p", { role: "alert" }, `${error.code}: ${error.message}`),
    createElement("button", button, "Sign in"),
  );
}

/** What is used of what React Router's `loader` and TanStack Router's `beforeLoad` are called with. */
export interface RouteArgs {
  readonly url?: URL | undefined;
  readonly request?: { readonly url: string } | undefined;
  readonly location?: { readonly publicHref: string } | undefined;
  readonly preload?: boolean | undefined;
}

/**
 * Starts the client, and makes a guard for routers that load before they show: React Router in its data
 * mode, and TanStack Router. It sends who is not signed in to sign in, and back to that very page.
 *
 * @example
 * const guard = requireAuth(client);
 * createBrowserRouter([{ path: "/orders", loader: guard, Component: Orders, ErrorBoundary: Again }]);
 * createRoute({ path: "/orders", beforeLoad: guard, component: Orders, errorComponent: Again, … });
 *
 * @returns a function that throws where the page may not be shown and is not left either: for an error
 * that is to be read, because the user chose to stay, or because it only loads ahead
 */
export function requireAuth(
  client: Client,
  signIn?: SignInOptions,
): (args: RouteArgs) => Promise<void> {
  const source = sourceOf(client);
  void source.begin();
  return async ({ url, request, location, preload }) => {
    const href = location?.publicHref ?? url?.href ?? request?.url ?? "";
    const isIn = preload ? source.current().session : await mayEnter(source, href, signIn);
    if (!isIn) throw source.current().error ?? new Error("Nobody is signed in.");
  };
}
