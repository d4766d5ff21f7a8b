import type { Client } from "../types/client.js";
import type { OnAuthEvent } from "../types/events.js";
import type {
  ClientOptions,
  PopupOptions,
  SignInHereOptions,
  SignInOptions,
  SignOutOptions,
  TokenOptions,
} from "../types/options.js";
import type { SessionRecord } from "../types/record.js";
import type { Claims, Session, SignInResult, UserInfo } from "../types/session.js";
import type { Authorization } from "../types/steps.js";
import type { OpenCore, Opened, WithCore } from "../types/with-core.js";
import { attempt } from "./attempt.js";
import { awaited, isCallback, isHandedOver, preconnect, stateOf } from "./callback.js";
import { AuthError, failure } from "./error.js";
import { fetchWithBearer } from "./fetch.js";
import { fetched } from "./load.js";
import { Page } from "./page.js";

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
export class AuthClient<C extends Claims = Claims> extends EventTarget implements Client<C> {
  declare readonly addEventListener: OnAuthEvent<C, AddEventListenerOptions>;
  declare readonly removeEventListener: OnAuthEvent<C, EventListenerOptions>;
  readonly #open: OpenCore;
  readonly #page: Page<C>;
  #opened: ReturnType<OpenCore> | undefined;
  #starting: Promise<SignInResult<C>> | undefined;
  #refreshing: Promise<void> | undefined;

  constructor(options: ClientOptions, open: OpenCore) {
    super();
    this.#open = open;
    // JavaScript may give none at all; the core says what is missing.
    this.#page = new Page<C>({ ...options }, this, () => this.#refresh());
  }

  get session(): Session<C> | null {
    return this.#page.session;
  }

  start(): Promise<SignInResult<C>> {
    return (this.#starting ??= this.#start().finally(() => (this.#starting = undefined)));
  }

  async #start(): Promise<SignInResult<C>> {
    this.#requirePage();
    // The user may come back from the login page and the logout page to one and the same.
    const isSignIn = awaited(stateOf(location.href), this.#page.options) !== null;
    const returnTo = isSignIn ? null : await this.#finishSignOut();
    const isHere = isCallback(this.#page.options.redirectUri);
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
      this.#step(({ steps }) => steps.prepare()).catch(() => undefined);
    });
  }

  async handleCallback(url: string | URL): Promise<SignInResult<C>> {
    this.#requirePage();
    const callback = String(url);
    const { key } = this.#page;
    const { href } = location;
    // Also what an earlier try, or another client, has taken out of this page's address bar.
    const isOfPage = [href, callbacks.get(key)].includes(callback);
    const state = stateOf(callback);
    const pending = awaited(state, this.#page.options);
    if (pending) {
      if (isOfPage) callbacks.set(key, callback);
      this.#cleanUrl(callback);
      preconnect(pending);
    }
    const clean = location.href;
    if (isOfPage && isHandedOver(state)) await this.#handOver(callback, state);
    await this.#page.restore();
    try {
      const { isOurs, returnTo } = await this.#step((opened, core) =>
        core.finishSignIn(opened, callback),
      );
      if (isOurs) {
        callbacks.delete(key);
        this.#cleanUrl(callback);
      }
      return { session: this.session, returnTo };
    } catch (error) {
      if (this.#opened) {
        if (!mayPass(error)) callbacks.delete(key);
      } else if (clean !== href && clean === location.href) {
        // Firefox never asks again for a script that it could not fetch: a reload has to find the response.
        history.replaceState(history.state, "", href);
      }
      throw error;
    }
  }

  async signIn(options: SignInOptions = {}): Promise<void> {
    this.#requirePage();
    const { href } = location;
    await this.#step((opened, core) => core.signIn(opened, options, href));
  }

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

  async signInSilent(options: SignInHereOptions = {}): Promise<SignInResult<C>> {
    this.#requirePage();
    return await this.#signInHere({ prompt: "none", ...options, delivery: "frame" });
  }

  async signOut(options: SignOutOptions = {}): Promise<void> {
    this.#requirePage();
    await this.#step((opened, core) => core.signOut(opened, options));
  }

  async accessToken(options: TokenOptions = {}): Promise<string> {
    return await this.#fresh("access_token", options);
  }

  async idToken(options: TokenOptions = {}): Promise<string> {
    return await this.#fresh("id_token", options);
  }

  async userInfo(): Promise<UserInfo> {
    this.#requirePage();
    return await this.#step((opened, core) =>
      core.userInfo(opened, (options) => this.accessToken(options)),
    );
  }

  async fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    this.#requirePage();
    const {
      allowedOrigins = [location.origin],
      bearer = "access_token",
      dpop,
    } = this.#page.options;
    const isBound = dpop && bearer === "access_token";
    return await fetchWithBearer(
      {
        allowedOrigins,
        token: (minValiditySeconds) => this.#fresh(bearer, { minValiditySeconds }),
        sendBound:
          isBound && (await this.#step((opened, core) => core.sendBound(opened, AuthError.from))),
        settle: (exchange) =>
          this.#step((_, core) => core).then(
            (core) => core.settleRefusal(exchange, failure),
            (error: unknown) => {
              if (exchange.isForeign(exchange.response)) throw error;
              return exchange.response;
            },
          ),
      },
      input,
      init,
    );
  }

  subscribe(listener: (session: Session<C> | null) => void): () => void {
    // As an event, so that one that throws harms nobody else.
    const tell = (): void => listener(this.session);
    tell();
    this.addEventListener("sessionchange", tell, { signal: this.#page.closing.signal });
    return () => this.removeEventListener("sessionchange", tell);
  }

  close(): void {
    this.#page.closing.abort();
  }

  /** Steps of the protocol, for which the core is loaded first; their failures as `AuthError`s. */
  async #step<T>(work: (opened: Opened, core: WithCore) => T | Promise<T>): Promise<T> {
    this.#opened ??= this.#open(this.#page).catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    });
    try {
      return await work(...(await this.#opened));
    } catch (error) {
      throw AuthError.from(error);
    }
  }

  /** Signs in without leaving this page: in the popup, or without one in a frame. */
  async #signInHere(
    asked: PopupOptions & { delivery: "popup" | "frame" },
    popup?: Window | null,
  ): Promise<SignInResult<C>> {
    const { signal, features: _, ...options } = asked;
    const { responseIn } = await fetched(import("../on-demand/windows.js"));
    const begin = (): Promise<Authorization> =>
      this.#step(({ steps }) => steps.signIn(JSON.stringify(options)));
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
    return await this.#step((opened, core) => core.finishSignOut(opened));
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
      this.#page.show(await this.#step(({ steps }) => steps.refresh(generation)));
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
    const { redirectUri } = this.#page.options;
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
