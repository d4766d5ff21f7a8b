import { computed, inject, shallowRef, type App, type ComputedRef, type InjectionKey } from "vue";
import {
  partsAs,
  sourceOf,
  type Auth,
  type AuthSource,
  type GoTo,
  type Part,
} from "./frameworks/auth.js";
import { enter } from "./frameworks/guard.js";
import type { Client } from "./types/client.js";
import type { SignInOptions } from "./types/options.js";
import type { Claims } from "./types/session.js";

/** What changes is a ref, the rest is as it is in {@link Auth}. */
export type AuthRefs<C extends Claims = Claims> = {
  readonly [Name in Part]: ComputedRef<Auth<C>[Name]>;
} & Omit<Auth<C>, Part>;

export type { Auth };

/** What is used of `vue-router`, 4 or 5. */
export interface VueRouter {
  readonly options: {
    readonly history: { readonly location: string; createHref(location: string): string };
  };
  beforeEach(
    guard: (to: {
      readonly fullPath: string;
      readonly meta: Readonly<Record<PropertyKey, unknown>>;
    }) => Promise<boolean | string>,
  ): unknown;
}

export interface AuthPluginOptions {
  /**
   * The application's router. Its first navigation waits for what the page's load comes to, and goes to
   * where a sign-in began. A route with `meta: { requiresAuth: true }`, or below one, is for who is
   * signed in: others are sent to sign in, and come back to it.
   */
  readonly router?: VueRouter | undefined;
  /** What those sign-ins ask for. */
  readonly signIn?: SignInOptions | undefined;
  /** Instead of replacing the address, of which `popstate` tells the router. */
  readonly onReturn?: GoTo | undefined;
}

/** What `createAuth` gives: to install, and to use where there is no component. */
export type AuthPlugin<C extends Claims = Claims> = AuthRefs<C> & { install(app: App): void };

const key: InjectionKey<AuthRefs> = /* @__PURE__ */ Symbol("pkce-wasm");

/**
 * Makes a plugin of a client, which starts it and lets components use `useAuth`.
 *
 * @example
 * createApp(App).use(createAuth(client, { router })).use(router).mount("#app");
 */
export function createAuth<C extends Claims = Claims>(
  client: Client<C>,
  { router, signIn, onReturn }: AuthPluginOptions = {},
): AuthPlugin<C> {
  const source = sourceOf(client);
  const current = shallowRef(source.current());
  source.subscribe(() => (current.value = source.current()));
  const parts = partsAs((name) => computed(() => current.value[name]));
  const refs = { ...source.initial, ...parts } as unknown as AuthRefs<C>;
  return {
    ...refs,
    install(app) {
      app.provide(key, refs as unknown as AuthRefs);
      if (router) guard(router, source, signIn);
      void source.begin(onReturn);
    },
  };
}

/** Who is signed in, as refs, and the ways to sign in and out. */
export function useAuth<C extends Claims = Claims>(): AuthRefs<C> {
  const refs = inject(key, null);
  if (refs === null) throw new Error("useAuth() needs app.use(createAuth(client)).");
  return refs as unknown as AuthRefs<C>;
}

function guard<C extends Claims>(
  router: VueRouter,
  source: AuthSource<C>,
  signIn: SignInOptions | undefined,
): void {
  const { history } = router.options;
  /** What the router goes to first: it may have read it while the response was in the address. */
  let read: string | null = history.location;
  router.beforeEach(async ({ fullPath, meta }) => {
    await source.begin();
    const former = read;
    read = null;
    if (former !== null && former !== history.location) return history.location;
    return !meta["requiresAuth"] || (await enter(source, history.createHref(fullPath), signIn));
  });
}
