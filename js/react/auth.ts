import type { Client } from "../types/client.js";
import type { AuthError } from "../types/error.js";
import type { PopupOptions, SignInOptions, SignOutOptions } from "../types/options.js";
import type { Claims, Session } from "../types/session.js";

interface Common<C extends Claims> {
  readonly client: Client<C>;
  /**
   * What failed last: the callback, `signIn`, `signOut`, or the refresh that ended the session. The
   * next success, or attempt, clears it.
   */
  readonly error: AuthError | null;
  /**
   * The path that a sign-in began on, or a sign-out asked for; `AuthProvider` has gone there. Also that of
   * a sign-in that was refused, with its `error`; while trying again may help, it stays at the callback.
   */
  readonly returnTo: string | null;
  /** As the client's, but never rejects: see `error`. */
  signIn(options?: SignInOptions): Promise<void>;
  /** As the client's, but never rejects: see `error`. Whatever is asked for next closes the popup. */
  signInPopup(options?: PopupOptions): Promise<void>;
  /** As the client's, but never rejects: see `error`. */
  signOut(options?: SignOutOptions): Promise<void>;
  /** Tries again what the page's load began: for an `error` of kind `network`. Never rejects. */
  start(): Promise<void>;
}

/** What components see of a client. An object that does not change: each change makes a new one. */
export type Auth<C extends Claims = Claims> = Common<C> & Standing<C>;

/**
 * Whether somebody is signed in. `loading` is: wait, it is being found out, or the user is on the
 * way to the provider; until they come back, or it is plain that this page is not left.
 */
type Standing<C extends Claims> =
  | { readonly status: "loading" | "signed_out"; readonly session: null }
  | { readonly status: "signed_in"; readonly session: Session<C> };

type Changes<C extends Claims> = Partial<
  Pick<Auth<C>, "status" | "session" | "error" | "returnTo">
>;

/** A client, as React's `useSyncExternalStore` wants it. */
export interface AuthSource<C extends Claims> {
  subscribe(listener: () => void): () => void;
  current(): Auth<C>;
  /** What there is before the client has looked, as on a server. */
  readonly initial: Auth<C>;
  /** Starts the client, once. `onReturn` is told where a sign-in began. */
  begin(onReturn: (path: string, appState: unknown) => void): void;
}

const sources = new WeakMap<Client, AuthSource<Claims>>();

/** One for each client, whatever React mounts, discards and mounts again. */
export function sourceOf(client: Client): AuthSource<Claims> {
  const source = sources.get(client) ?? openSource(client);
  sources.set(client, source);
  return source;
}

/** Something that the user asked for, and that has not come to its end. */
interface Attempt {
  readonly done: Promise<void>;
  readonly stopping: AbortController;
  /** Who asks for this means the same; undefined where it would be asked anew. */
  kind: Kind | undefined;
}

type Kind = "start" | "signIn" | "signInPopup" | "signOut";

function openSource<C extends Claims>(client: Client<C>): AuthSource<C> {
  const listeners = new Set<() => void>();
  /** What the page's load began, and the way in or out: of several, the last that was asked for. */
  const underWay = new Map<"load" | "way", Attempt>();
  let goTo: ((path: string, appState?: unknown) => void) | undefined;

  const become = (changes: Changes<C>): void => {
    const next = { ...current, ...changes } as Auth<C>;
    const names = Object.keys(next) as (keyof Auth<C>)[];
    if (names.every((name) => next[name] === current[name])) return;
    current = next;
    for (const listener of [...listeners]) listener();
  };
  const standing = (): Changes<C> => {
    const { session } = client;
    if (session !== null) return { status: "signed_in", session, error: null };
    return { status: underWay.size > 0 ? "loading" : "signed_out", session };
  };

  /** Does what is not being done already; its failure is a part of the outcome. */
  const attempt = (
    kind: Kind,
    work: (stopping: AbortController) => Promise<Changes<C> | void>,
  ): Promise<void> => {
    const place = kind === "start" ? "load" : "way";
    const former = underWay.get(place);
    if (former?.kind === kind) return former.done;
    former?.stopping.abort();
    const stopping = new AbortController();
    const done = work(stopping)
      .catch((error: unknown): Changes<C> => ({ error: error as AuthError }))
      .then((outcome) => {
        stopping.abort();
        // What the user has turned away from has nothing to say.
        if (underWay.get(place) !== made) return;
        underWay.delete(place);
        become({ ...standing(), ...(outcome ?? {}) });
      });
    // Another popup is wanted where the first one is not to be seen.
    const made: Attempt = { done, stopping, kind: kind === "signInPopup" ? undefined : kind };
    // The browser begins to leave, and may stay all the same: who asks once more then means it.
    const leaves = (): void => void (made.kind = undefined);
    const { signal } = stopping;
    globalThis.addEventListener?.("beforeunload", leaves, { once: true, signal });
    underWay.set(place, made);
    become({ ...standing(), error: null });
    return done;
  };
  const start = (): Promise<void> =>
    attempt("start", async () => {
      try {
        const { returnTo, appState } = await client.start();
        if (returnTo !== null) goTo?.(returnTo, appState);
        return { returnTo };
      } catch (reason) {
        const error = reason as AuthError;
        const { kind, returnTo = null } = error;
        // Where trying again may finish the sign-in, its callback is the place for that.
        const mayPass = kind === "network" || kind === "environment";
        if (returnTo !== null && !mayPass) goTo?.(returnTo);
        return { error, returnTo };
      }
    });

  const initial: Auth<C> = {
    client,
    status: "loading",
    session: null,
    error: null,
    returnTo: null,
    signIn: (options) => attempt("signIn", () => client.signIn(options)),
    signInPopup: ({ signal, ...options } = {}) =>
      attempt("signInPopup", async (stopping) => {
        const stop = (): void => stopping.abort(signal?.reason);
        signal?.addEventListener("abort", stop, { signal: stopping.signal });
        if (signal?.aborted) stop();
        await client.signInPopup({ ...options, signal: stopping.signal });
      }),
    signOut: (options) => attempt("signOut", () => client.signOut(options)),
    start,
  };
  let current: Auth<C> = initial;

  return {
    initial,
    current: () => current,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    begin(onReturn) {
      const hasBegun = goTo !== undefined;
      goTo = onReturn;
      if (hasBegun) return;
      void start();
      // Until it is known what the page load comes to, there is nothing to tell.
      client.subscribe(() => underWay.has("load") || become(standing()));
      client.addEventListener("refresherror", ({ detail: { error } }) => {
        if (error.kind === "session") become({ error });
      });
    },
  };
}
