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
import { sourceOf, type Auth, type AuthSource } from "./react/auth.js";
import type { Client } from "./types/client.js";
import type { SignInOptions } from "./types/options.js";
import type { Claims } from "./types/session.js";

export type { Auth } from "./react/auth.js";

const AuthContext = /* @__PURE__ */ createContext<AuthSource<Claims> | null>(null);

export interface AuthProviderProps {
  /** Made once, outside the component. */
  readonly client: Client;
  /**
   * Goes to the path that a sign-in began on, or a sign-out asked for, by the application's router.
   * Unless given, the address is replaced, and `popstate` tells the routers that listen to it, as
   * most do.
   */
  readonly onReturn?: ((path: string, appState: unknown) => void) | undefined;
  readonly children?: ReactNode;
}

/**
 * Starts the client when the page loads, and lets the components below it use `useAuth`. It does not
 * render again by itself.
 */
export function AuthProvider(props: AuthProviderProps): ReactElement {
  const { client, onReturn = goTo, children } = props;
  const source = sourceOf(client);
  useEffect(() => source.begin(onReturn), [source, onReturn]);
  return createElement(AuthContext.Provider, { value: source }, children);
}

function goTo(path: string): void {
  history.replaceState(null, "", path);
  dispatchEvent(new PopStateEvent("popstate"));
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
