import { attempt } from "./attempt.js";
import { awaited, isCallback, isHandedOver, preconnect, stateOf } from "./callback.js";
import type { Authorization } from "../with-core/steps.js";
import { AuthError, failure } from "./error.js";
import type { OnAuthEvent } from "../types/events.js";
import { fetchWithBearer } from "./fetch.js";
import type { Flow } from "../with-core/flow.js";
import { fetched, type LoadCore } from "./load.js";
import { Page } from "./page.js";
import type { SessionRecord } from "./record.js";
import type {
  Claims,
  ClientOptions,
  PopupOptions,
  Session,
  SignInHereOptions,
  SignInOptions,
  SignInResult,
  SignOutOptions,
  TokenOptions,
  UserInfo,
} from "../types/options.js";

/**
 * The responses that were taken out of the address bar and could not be dealt with yet, by the names of
 * their sessions: an effect that StrictMode runs twice makes two clients, of which the first one takes it.
 */
const callbacks = new Map<string, string>();

/**
 * A client of one provider. Made by {@link createClient}.
 *
 * Events: `sessionchange` (its `detail.session` is the new one), `signedout`, and `refresherror`
 * (its `detail.error` is an {@link AuthError}).
 */
export class AuthClient<C extends Claims = Claims> extends EventTarget {
  declare readonly addEventListener: OnAuthEvent<C, AddEventListenerOptions>;
  declare readonly removeEventListener: OnAuthEvent<C, EventListenerOptions>;
  readonly #options: ClientOptions;
  readonly #load: LoadCore;
  readonly #page: Page<C>;
  #flow: Promise<Flow<C>> | undefined;
  #starting: Promise<SignInResult<C>> | undefined;
  #refreshing: Promise<void> | undefined;

  constructor(options: ClientOptions, load: LoadCore) {
    super();
    // JavaScript may give none at all; the core says what is missing.
    this.#options = { ...options };
    this.#load = load;
    this.#page = new Page<C>(this.#options, this, () => this.#refresh());
  }

  /** Who is signed in, as far as this page knows; null until {@link start} has looked. */
  get session(): Session<C> | null {
    return this.#page.session;
  }

  /**
   * Call it once when the page loads. On the callback it finishes the sign-in and cleans the URL;
   * elsewhere it restores the session. From then on the session is renewed ahead of its end. Back
   * from the provider's logout page, it gives the `returnTo` of the sign-out.
   *
   * In the popup or frame of a sign-in it hands the response over to the page that began it, which
   * then closes the window: there the promise stays pending.
   *
   * Calling it again while it runs gives the same promise, and calling it again after a fault of
   * the network or of the storage tries again.
   *
   * @throws {AuthError} of kind `callback`, `provider`, `id_token`, `network`, `environment` or
   * `config`, when this page is a callback that does not lead to a session. A session that was
   * there before stands.
   */
  start(): Promise<SignInResult<C>> {
    return (this.#starting ??= this.#start().finally(() => (this.#starting = undefined)));
  }

  async #start(): Promise<SignInResult<C>> {
    this.#requirePage();
    // The user may come back from the login page and the logout page to one and the same.
    const isSignIn = awaited(stateOf(location.href), this.#options) !== null;
    const returnTo = isSignIn ? null : await this.#finishSignOut();
    const isHere = isCallback(this.#options.redirectUri);
    const callback = isHere ? location.href : callbacks.get(this.#page.key);
    if (callback !== undefined) return await this.handleCallback(callback);
    await this.#page.restore();
    if (this.session === null) this.#warmUp();
    return { session: this.session, returnTo };
  }

  /** Who is signed out is about to sign in: by then all is there, and the click leaves at once. */
  #warmUp(): void {
    // Not by a timer where the browser does not say when it is idle: an application's unit tests would
    // load the core, too.
    globalThis.requestIdleCallback?.(() => {
      if (this.#page.closing.signal.aborted) return;
      this.#step((flow) => flow.prepare()).catch(() => undefined);
    });
  }

  /**
   * Finishes the sign-in that a callback URL answers: what {@link start} does on the callback.
   *
   * A callback of a finished sign-in resolves to the session that exists.
   *
   * @throws {AuthError} as {@link start} does.
   */
  async handleCallback(url: string | URL): Promise<SignInResult<C>> {
    this.#requirePage();
    const callback = String(url);
    const { key } = this.#page;
    const { href } = location;
    // Also what an earlier try, or another client, has taken out of this page's address bar.
    const isOfPage = [href, callbacks.get(key)].includes(callback);
    const state = stateOf(callback);
    const pending = awaited(state, this.#options);
    if (pending) {
      if (isOfPage) callbacks.set(key, callback);
      this.#cleanUrl(callback);
      preconnect(pending);
    }
    const clean = location.href;
    if (isOfPage && isHandedOver(state)) await this.#handOver(callback, state);
    await this.#page.restore();
    try {
      const { isOurs, returnTo } = await this.#step((flow) => flow.handleCallback(callback));
      if (isOurs) {
        callbacks.delete(key);
        this.#cleanUrl(callback);
      }
      return { session: this.session, returnTo };
    } catch (error) {
      if (this.#flow) {
        if (!mayPass(error)) callbacks.delete(key);
      } else if (clean !== href && clean === location.href) {
        // Firefox never asks again for a script that it could not fetch: a reload has to find the response.
        history.replaceState(history.state, "", href);
      }
      throw error;
    }
  }

  /**
   * Leaves for the provider's login page. The promise stays pending while the page goes away, and
   * resolves when the user comes back to this very page with the back button.
   *
   * @throws {AuthError} of kind `config`, `environment` or `network`; the page has not been left.
   */
  async signIn(options: SignInOptions = {}): Promise<void> {
    this.#requirePage();
    const { href } = location;
    await this.#step((flow) => flow.leave(options, href));
  }

  /**
   * Signs in with the provider's page in a popup. Call it from a click, or the browser blocks it.
   *
   * The popup comes back to `redirectUri`, on a page that calls {@link start}.
   *
   * @throws {AuthError} `popup_blocked`, `popup_closed`, and as {@link start} and {@link signIn} do.
   */
  async signInPopup(options: PopupOptions = {}): Promise<SignInResult<C>> {
    this.#requirePage();
    const { features = "popup,width=480,height=640" } = options;
    // Firefox, in a sandbox, says by an exception that it blocks the window.
    const popup = attempt(() => open("about:blank", "", features));
    try {
      return await this.#signInHere({ ...options, delivery: "popup" }, popup);
    } finally {
      popup?.close();
    }
  }

  /**
   * Signs in without asking the user, in a hidden frame: with the session that the provider has of
   * its own. Providers whose cookies the browser blocks in frames answer `login_required`.
   *
   * @throws {AuthError} `login_required` or `interaction_required` when the provider wants to see the
   * user; `silent_unsupported` when its pages cannot be framed, as Cognito's; and as {@link start} and
   * {@link signIn} do.
   */
  async signInSilent(options: SignInHereOptions = {}): Promise<SignInResult<C>> {
    this.#requirePage();
    return await this.#signInHere({ prompt: "none", ...options, delivery: "frame" });
  }

  /**
   * Signs out: revokes the tokens, forgets the session, tells the other tabs, and leaves for the
   * provider's logout page, which sends the user on to `postLogoutRedirectUri`.
   *
   * @throws {AuthError} of kind `config` or `network` when the provider's page cannot be gone to: the
   * session of this browser is over all the same. Of kind `environment` when nothing could be done.
   */
  async signOut(options: SignOutOptions = {}): Promise<void> {
    this.#requirePage();
    await this.#step((flow) => flow.signOut(options));
  }

  /**
   * An access token that is good for a while. One that is due is refreshed first: once for all tabs
   * that share the session.
   *
   * @throws {AuthError} `login_required` when nobody is signed in or the session cannot be
   * prolonged; `session_ended` when the provider ended it; of kind `network` for a passing fault,
   * which leaves the session as it is; `not_in_browser` on a server; `client_closed` after
   * {@link close}.
   */
  async accessToken(options: TokenOptions = {}): Promise<string> {
    return await this.#fresh("access_token", options);
  }

  /**
   * The ID token, verified, and good for a while.
   *
   * @throws {AuthError} as {@link accessToken} does.
   */
  async idToken(options: TokenOptions = {}): Promise<string> {
    return await this.#fresh("id_token", options);
  }

  /**
   * The claims that the provider's UserInfo endpoint has of the user: OpenID Connect Core §5.3. Not
   * every provider keeps to the types; Cognito writes `email_verified` as a text.
   *
   * @throws {AuthError} as {@link accessToken} does; `userinfo_subject` when the answer is about
   * another user; `token_refused` when the provider refuses a token that was just renewed;
   * `invalid_config` when it has no such endpoint.
   */
  async userInfo(): Promise<UserInfo> {
    this.#requirePage();
    return await this.#step((flow) => flow.userInfo((options) => this.accessToken(options)));
  }

  /**
   * Like the browser's `fetch`, with the bearer token attached for `allowedOrigins`, and one retry
   * with a renewed token after a 401. Requests to other origins go without the token.
   *
   * The token goes in the header alone: RFC 6750 §2.1, and with `dpop` RFC 9449 §7.1.
   *
   * @throws {AuthError} as {@link accessToken} does; `redirect_refused` when the answer comes from
   * an origin that is not allowed; `step_up_required`, with what to pass to {@link signIn}, when the API
   * asks for another sign-in (RFC 9470 §3); and whatever `fetch` throws.
   */
  async fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    this.#requirePage();
    const { allowedOrigins = [location.origin], bearer = "access_token", dpop } = this.#options;
    const isBound = dpop && bearer === "access_token";
    return await fetchWithBearer(
      {
        allowedOrigins,
        token: (minValiditySeconds) => this.#fresh(bearer, { minValiditySeconds }),
        sendBound: isBound && (await this.#step((flow) => flow.bound(AuthError.from))),
        settle: async (exchange) => {
          const flow = await this.#step(async (opened) => opened).catch((error: unknown) => {
            if (exchange.isForeign(exchange.response)) throw error;
          });
          return (await flow?.settleRefusal(exchange, failure)) ?? exchange.response;
        },
      },
      input,
      init,
    );
  }

  /**
   * Calls the listener at once and whenever the session changes. Returns the function that ends it:
   * fit for React's `useSyncExternalStore` and Svelte's stores.
   */
  subscribe(listener: (session: Session<C> | null) => void): () => void {
    // As an event, so that one that throws harms nobody else.
    const tell = (): void => listener(this.session);
    tell();
    this.addEventListener("sessionchange", tell, { signal: this.#page.closing.signal });
    return () => this.removeEventListener("sessionchange", tell);
  }

  /**
   * Ends every subscription and the renewal; the session stays in its store for the next client. What
   * is called afterwards rejects with `client_closed`.
   */
  close(): void {
    this.#page.closing.abort();
  }

  /** A step of the core, which is loaded first; its failures as `AuthError`s. */
  async #step<T>(work: (flow: Flow<C>) => Promise<T>): Promise<T> {
    try {
      return await work(await this.#openFlow());
    } catch (error) {
      throw AuthError.from(error);
    }
  }

  #openFlow(): Promise<Flow<C>> {
    this.#flow ??= this.#load()
      .then(({ openFlow }) => openFlow(this.#options, this.#page))
      .catch((error: unknown) => {
        this.#flow = undefined;
        throw error;
      });
    return this.#flow;
  }

  /** Signs in without leaving this page: in the popup, or without one in a frame. */
  async #signInHere(
    asked: PopupOptions & { delivery: "popup" | "frame" },
    popup?: Window | null,
  ): Promise<SignInResult<C>> {
    const { signal, features: _, ...options } = asked;
    const { responseIn } = await fetched(import("../on-demand/windows.js"));
    const begin = (): Promise<Authorization> => this.#step((flow) => flow.begin(options));
    return await this.handleCallback(await responseIn(popup, begin, failure, signal));
  }

  /** Ends here when another page takes the response: it closes this window. */
  async #handOver(callback: string, state: string): Promise<void> {
    const { handOver } = await fetched(import("../on-demand/windows.js"));
    if (!(await handOver(callback, state))) return;
    close();
    await new Promise(() => undefined);
  }

  /** Where to go on to, if this page is where the provider's logout page has led. */
  async #finishSignOut(): Promise<string | null> {
    if (attempt(() => sessionStorage.getItem(this.#page.logoutKey)) === null) return null;
    return await this.#step((flow) => flow.finishSignOut());
  }

  async #fresh(
    kind: "access_token" | "id_token",
    { minValiditySeconds, signal }: TokenOptions,
  ): Promise<string> {
    const page = this.#page;
    this.#requirePage();
    signal?.throwIfAborted();
    await abortable(page.restore(), signal);
    const expiry = kind === "id_token" ? "id_token_expires_at" : "expires_at";
    // Put so that what is not a number makes it due: a token that is over is never given.
    const dueAt = (record: SessionRecord): number => {
      if (record.refresh_token === undefined) return record[expiry];
      return minValiditySeconds === undefined
        ? record.refresh_at
        : record[expiry] - minValiditySeconds * 1000;
    };
    if (page.record !== null && !(Date.now() < dueAt(page.record))) {
      try {
        await abortable(this.#refresh(), signal);
      } catch (error) {
        // Renewed ahead of its end, the token may still do: the next one will be asked for again.
        const isGood = page.record !== null && Date.now() < page.record[expiry];
        if (!mayPass(error) || !isGood || minValiditySeconds !== undefined) throw error;
      }
    }
    if (page.record === null) {
      throw failure("login_required", "session", "Nobody is signed in: call signIn().");
    }
    return page.record[kind];
  }

  /** One refresh at a time in this page; the core sees to it that there is one in the browser. */
  #refresh(): Promise<void> {
    return (this.#refreshing ??= this.#refreshOnce().finally(() => (this.#refreshing = undefined)));
  }

  async #refreshOnce(): Promise<void> {
    const generation = this.#page.record?.generation ?? 0;
    try {
      await this.#step((flow) => flow.refresh(generation));
    } catch (error) {
      // Over, here or in another tab: the store knows.
      if ((error as AuthError).kind === "session") await this.#page.restore(true);
      this.dispatchEvent(new CustomEvent("refresherror", { detail: { error } }));
      throw error;
    }
  }

  /**
   * Takes the response out of the address bar and the history, before anything on the page can read it
   * or send it on in a `Referer` (RFC 9700 §4.2.4, §4.3), unless the application has gone on already.
   */
  #cleanUrl(callback: string): void {
    const { redirectUri } = this.#options;
    if (location.href === callback && isCallback(redirectUri)) {
      history.replaceState(history.state, "", redirectUri);
    }
  }

  #requirePage(): void {
    if (this.#page.closing.signal.aborted)
      throw failure("client_closed", "session", "This client was closed.");
    if (typeof document === "undefined") {
      throw failure("not_in_browser", "environment", "This needs a page.");
    }
  }
}

/** Whether the same may work the next time: then nothing is thrown away. */
function mayPass(error: unknown): boolean {
  const { kind, code } = AuthError.from(error);
  return kind === "network" || code === "storage_blocked";
}

/** Waits for work that goes on when the caller stops waiting. */
async function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await work;
  return await new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener("abort", abort);
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
