import { createSubscriber } from "svelte/reactivity";
import { readFrom, sourceOf, type Auth, type GoTo } from "./frameworks/auth.js";
import { mayEnter } from "./frameworks/guard.js";
import type { Client } from "./types/client.js";
import type { SignInOptions } from "./types/options.js";
import type { Claims } from "./types/session.js";

export type { Auth };

/** SvelteKit's own, of `$app/navigation`. */
export type SvelteKitGoTo = (path: string, options: { replaceState: true }) => Promise<void>;

export interface AuthOptions {
  /**
   * In SvelteKit its `goto`, for where a sign-in began that `start()` has finished when it was tried again.
   * Unless given, and before the router begins, the address is replaced, of which `popstate` tells routers.
   */
  readonly goto?: SvelteKitGoTo | undefined;
  /** What the sign-ins ask for that `enter` begins. */
  readonly signIn?: SignInOptions | undefined;
}

/**
 * What components see of a client: what they read of it they show anew when it is another. It is a store,
 * too: `$auth` is the whole of it.
 */
export type SvelteAuth<C extends Claims = Claims> = Auth<C> & {
  /** Settled when it is known what the page's load has come to; on a server at once. Never rejects. */
  readonly ready: Promise<void>;
  /**
   * For a page for who is signed in: sends others to sign in, and back to this very page. Call it when the
   * page is shown, for what only loads ahead must not leave the page. Never rejects.
   *
   * @example
   * $effect(() => void auth.enter(page.url.href));
   *
   * @returns whether somebody is signed in
   */
  enter(href?: string): Promise<boolean>;
  /** Calls the listener at once, and with each change. */
  subscribe(listener: (auth: Auth<C>) => void): () => void;
};

/** Starts a client, and makes of it what components read. On a server nothing is started. */
export function createAuth<C extends Claims = Claims>(
  client: Client<C>,
  { goto, signIn }: AuthOptions = {},
): SvelteAuth<C> {
  const source = sourceOf(client);
  const observe = createSubscriber((update) => source.subscribe(update));
  const auth = readFrom(source, () => {
    observe();
    return source.current();
  });
  const goTo: GoTo | undefined = goto && ((path) => void goto(path, { replaceState: true }));
  return Object.assign(auth, {
    ready: source.begin().then(() => source.begin(goTo)),
    enter: (href = globalThis.location?.href) => mayEnter(source, href, signIn),
    subscribe(listener: (auth: Auth<C>) => void) {
      listener(source.current());
      return source.subscribe(() => listener(source.current()));
    },
  });
}
