import { Location } from "@angular/common";
import type { HttpInterceptorFn } from "@angular/common/http";
import {
  computed,
  inject,
  InjectionToken,
  makeEnvironmentProviders,
  provideAppInitializer,
  signal,
  type EnvironmentProviders,
  type Signal,
} from "@angular/core";
import type { CanActivateFn } from "@angular/router";
import { catchError, finalize, from, switchMap } from "rxjs";
import { partsAs, sourceOf, type Auth, type AuthSource, type Part } from "./frameworks/auth.js";
import { enter } from "./frameworks/guard.js";
import type { Client } from "./types/client.js";
import type { SignInOptions, TokenOptions } from "./types/options.js";
import type { Claims } from "./types/session.js";

/** What changes is a signal, the rest is as it is in {@link Auth}. */
export type AuthSignals<C extends Claims = Claims> = {
  readonly [Name in Part]: Signal<Auth<C>[Name]>;
} & Omit<Auth<C>, Part>;

export type { Auth };

export interface AuthOptions {
  /** What the sign-ins ask for that {@link authGuard} begins. */
  readonly signIn?: SignInOptions | undefined;
}

interface Provided extends Pick<AuthOptions, "signIn"> {
  readonly source: AuthSource<Claims>;
  readonly signals: AuthSignals;
}

const PROVIDED = /* @__PURE__ */ new InjectionToken<Provided>("provideAuth(client)");

/**
 * Starts the client when the application does, which waits for that: the router reads the address when the
 * provider's answer has left it.
 *
 * @example
 * bootstrapApplication(App, { providers: [provideRouter(routes), provideAuth(client)] });
 */
export function provideAuth<C extends Claims>(
  client: Client<C>,
  { signIn }: AuthOptions = {},
): EnvironmentProviders {
  const source = sourceOf(client) as unknown as AuthSource<Claims>;
  return makeEnvironmentProviders([
    {
      provide: PROVIDED,
      useFactory: (): Provided => ({ source, signIn, signals: signalsOf(source) }),
    },
    provideAppInitializer(() => source.begin()),
  ]);
}

function signalsOf(source: AuthSource<Claims>): AuthSignals {
  const current = signal(source.current());
  source.subscribe(() => current.set(source.current()));
  const parts = partsAs((name) => computed(() => current()[name]));
  return { ...source.initial, ...parts } as AuthSignals;
}

/** Who is signed in, as signals, and the ways to sign in and out. */
export function injectAuth<C extends Claims = Claims>(): AuthSignals<C> {
  return inject(PROVIDED).signals as unknown as AuthSignals<C>;
}

/**
 * Sends who is not signed in to sign in, and back to that very route.
 *
 * @example
 * const routes: Routes = [{ path: "orders", component: Orders, canActivate: [authGuard] }];
 */
export const authGuard: CanActivateFn = (_route, { url }) => {
  const { source, signIn } = inject(PROVIDED);
  return enter(source, inject(Location).prepareExternalUrl(url), signIn);
};

export interface AuthInterceptorOptions {
  /** Where the token may go: exact origins; this page's unless said otherwise. */
  readonly allowedOrigins?: readonly string[] | undefined;
  /** Which token that is: the access token unless said otherwise. */
  readonly bearer?: "access_token" | "id_token" | undefined;
}

/**
 * Sends the user's token with the requests of `HttpClient`, as `client.fetch` does with its own: to
 * these origins alone, renewed when due, and once more with another token after a 401. Who is not signed
 * in sends none. What ends a request ends its wait for a token.
 *
 * @example
 * provideHttpClient(withInterceptors([authInterceptor({ allowedOrigins: ["https://api.example.com"] })]));
 */
export function authInterceptor({
  allowedOrigins,
  bearer,
}: AuthInterceptorOptions = {}): HttpInterceptorFn {
  /** The last token that was renewed for being refused, and its successor; that is not renewed for it. */
  let former: string | undefined;
  let successor: Promise<string> | undefined;
  return (request, next) => {
    const { client } = injectAuth();
    const isAllowed = (): boolean => {
      const { origin } = new URL(request.url, document.baseURI);
      return (allowedOrigins ?? [location.origin]).some((each) => new URL(each).origin === origin);
    };
    if (!(client.session && isAllowed())) return next(request);

    const leaving = new AbortController();
    const whileWanted = { signal: leaving.signal };
    const fresh = (options: TokenOptions): Promise<string> =>
      client[bearer === "id_token" ? "idToken" : "accessToken"](options);
    const another = async (refused: string): Promise<string> => {
      const token = await fresh(whileWanted);
      if (token !== refused || (await successor) === refused) return token;
      if (former !== refused) {
        former = refused;
        // Others may wait for it when this request is not wanted any more.
        successor = fresh({ minValiditySeconds: Infinity }).catch(() => refused);
      }
      return await (successor as Promise<string>);
    };
    const send = (token: string): ReturnType<typeof next> =>
      next(request.clone({ setHeaders: { Authorization: `Bearer ${token}` } }));
    const sendAgain = (refused: string, refusal: { status?: number }): ReturnType<typeof next> => {
      if (refusal.status !== 401) throw refusal;
      return from(another(refused).catch(() => refused)).pipe(
        switchMap((token) => {
          if (token === refused) throw refusal;
          return send(token);
        }),
      );
    };
    return from(fresh(whileWanted)).pipe(
      switchMap((token) => send(token).pipe(catchError((error) => sendAgain(token, error)))),
      finalize(() => leaving.abort()),
    );
  };
}
