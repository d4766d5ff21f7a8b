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
  /** The path that a sign-in began on, or a sign-out asked for; `AuthProvider` has gone there. */
  readonly returnTo: string | null;
  /** As the client's, but never rejects: see `error`. */
  signIn(options?: SignInOptions): Promise<void>;
  /** As the client's, but never rejects: see `error`. */
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
 * way to the provider.
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
  begin(onReturn: (path: string) => void): void;
}

const sources = new WeakMap<Client, AuthSource<Claims>>();

/** One for each client, whatever React mounts, discards and mounts again. */
export function sourceOf(client: Client): AuthSource<Claims> {
  const source = sources.get(client) ?? openSource(client);
  sources.set(client, source);
  return source;
}

function openSource<C extends Claims>(client: Client<C>): AuthSource<C> {
  const listeners = new Set<() => void>();
  const underWay = new Map<"start" | "leave", Promise<void>>();
  let goTo: ((path: string) => void) | undefined;

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

  /** Does one thing of a kind at a time; its failure is a part of the outcome. */
  const attempt = (
    kind: "start" | "leave",
    work: () => Promise<Changes<C> | void>,
  ): Promise<void> => {
    const same = underWay.get(kind);
    if (same !== undefined) return same;
    const attempted = work()
      .catch((error: unknown): Changes<C> => ({ error: error as AuthError }))
      .then((outcome) => {
        underWay.delete(kind);
        become({ ...standing(), ...(outcome ?? {}) });
      });
    underWay.set(kind, attempted);
    become({ ...standing(), error: null });
    return attempted;
  };
  const start = (): Promise<void> =>
    attempt("start", async () => {
      const { returnTo } = await client.start();
      if (returnTo !== null) goTo?.(returnTo);
      return { returnTo };
    });

  const initial: Auth<C> = {
    client,
    status: "loading",
    session: null,
    error: null,
    returnTo: null,
    signIn: (options) => attempt("leave", () => client.signIn(options)),
    signInPopup: (options) =>
      attempt("leave", async () => void (await client.signInPopup(options))),
    signOut: (options) => attempt("leave", () => client.signOut(options)),
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
      client.subscribe(() => underWay.has("start") || become(standing()));
      client.addEventListener("refresherror", ({ detail: { error } }) => {
        if (error.kind === "session") become({ error });
      });
    },
  };
}
