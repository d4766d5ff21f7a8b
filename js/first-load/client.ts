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
import type { Claims, Session, SignInResult, UserInfo } from "../types/session.js";
import type { OpenCore, Responses, Step } from "../types/with-core.js";
import { attempt } from "./attempt.js";
import { awaited, isCallback, preconnect, stateOf } from "./callback.js";
import { AuthError, clientClosed, failure } from "./error.js";
import { fetchWithBearer } from "./fetch.js";
import { fetched } from "./load.js";
import { SessionPage } from "./page.js";

type OfPage = { [name: symbol]: Responses | undefined };

/**
 * The responses that were taken out of the address bar, by the names of their sessions: an effect that
 * StrictMode runs twice makes two clients, and a page may have two copies of this package, of which the
 * first one takes it. Once it has been dealt with, its `state` alone is left; there is no token in here.
 */
const callbacks = ((globalThis as OfPage)[Symbol.for("pkce-wasm")] ??= {});

/**
 * A client of one provider. Made by {@link createClient}.
 *
 * Events: `sessionchange` (its `detail.session` is the new one), `signedout`, and `refresherror` (its
 * `detail.error` is an {@link AuthError}); `userchange`, `expiring`, and with the option `idleSeconds`
 * `idle` and `active`: {@link AuthEvents}.
 */
export class AuthClient<C extends Claims = Claims> extends EventTarget implements Client<C> {
  declare readonly addEventListener: OnAuthEvent<C, AddEventListenerOptions>;
  declare readonly removeEventListener: OnAuthEvent<C, EventListenerOptions>;
  readonly #open: OpenCore;
  readonly #page: SessionPage<C>;
  #opened: ReturnType<OpenCore> | undefined;
  #starting: Promise<SignInResult<C>> | undefined;

  constructor(options: ClientOptions, open: OpenCore) {
    super();
    this.#open = open;
    // JavaScript may give none at all; the core says what is missing.
    this.#page = new SessionPage<C>({ ...options }, this, this.#step);
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
    const isSignIn = awaited(stateOf(location.href), this.#page.key);
    // Where to go on to, if this page is where the provider's logout page has led.
    const returnTo =
      isSignIn || !attempt(() => sessionStorage.getItem(this.#page.logoutKey))
        ? null
        : await this.#step((opened, core) => core.finishSignOut(opened));
    // Also where the host has led a response to another path: what becomes of it is the core's to say.
    const isHere = isSignIn || isCallback(this.#page.options.redirectUri);
    const callback = isHere ? location.href : callbacks[this.#page.key];
    if (callback?.includes(":")) return await this.handleCallback(callback);
    await this.#page.restore();
    // Another client of this page has the session, which a store may not show.
    if (!this.session && callback) {
      await this.#step((opened, core) => core.adopt(opened, callbacks, callback));
    }
    // Who is signed out is about to sign in: by then all is there, and the click leaves at once. Not by a
    // timer where the browser does not say when it is idle: an application's unit tests would load the core.
    if (!this.session) {
      globalThis.requestIdleCallback?.(() => {
        if (this.#page.closing.signal.aborted) return;
        this.#step(({ steps }) => steps.prepare()).catch(() => undefined);
      });
    }
    return { session: this.session, returnTo };
  }

  async handleCallback(url: string | URL): Promise<SignInResult<C>> {
    this.#requirePage();
    const callback = String(url);
    const { key } = this.#page;
    const { href } = location;
    // Also what an earlier try, or another client, has taken out of this page's address bar.
    const isOfPage = [href, callbacks[key]].includes(callback);
    const state = stateOf(callback);
    const pending = awaited(state, key);
    if (pending) {
      if (isOfPage) callbacks[key] = callback;
      this.#cleanUrl(callback);
      preconnect(pending);
    }
    const clean = location.href;
    // Another page's, which shows the provider's in a popup or a frame: the core ends its `state` so.
    if (isOfPage && /\.(popup|frame)$/.test(state)) {
      const { handOver } = await fetched(import("../on-demand/windows.js"));
      await handOver(callback, state);
    }
    await this.#page.restore();
    try {
      const finished = await this.#step((opened, core) =>
        core.finishSignIn(opened, callback, callbacks),
      );
      if (finished) this.#cleanUrl(callback);
      return { session: this.session, returnTo: null, ...finished };
    } catch (error) {
      if (!this.#opened && clean !== href && clean === location.href) {
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
    // Firefox, in a sandbox, says by an exception that it blocks the window.
    return await this.#signInHere(
      options,
      attempt(() => open("", "", options.features ?? "width=480,height=640")),
    );
  }

  async signInSilent(options: SignInHereOptions = {}): Promise<SignInResult<C>> {
    return await this.#signInHere(options);
  }

  async signOut(options: SignOutOptions = {}): Promise<void> {
    this.#requirePage();
    await this.#step((opened, core) => core.signOut(opened, options));
  }

  async accessToken(options: TokenOptions = {}): Promise<string> {
    this.#requirePage();
    return await this.#page.token({ kind: "access_token", ...options });
  }

  async idToken(options: TokenOptions = {}): Promise<string> {
    this.#requirePage();
    return await this.#page.token({ kind: "id_token", ...options });
  }

  async userInfo(): Promise<UserInfo> {
    this.#requirePage();
    return await this.#step((opened, core) => core.userInfo(opened));
  }

  async fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    this.#requirePage();
    return await fetchWithBearer(this.#page, this.#step, input, init);
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
  readonly #step: Step = async (work) => {
    this.#opened ??= this.#open(this.#page).catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    });
    try {
      return await work(...(await this.#opened));
    } catch (error) {
      throw AuthError.from(error);
    }
  };

  /** Signs in without leaving this page: in the popup, or without one in a frame. */
  async #signInHere(options: PopupOptions, popup?: Window | null): Promise<SignInResult<C>> {
    try {
      this.#requirePage();
      const { responseIn } = await fetched(import("../on-demand/windows.js"));
      return await this.handleCallback(await responseIn(options, popup, this.#step, failure));
    } finally {
      popup?.close();
    }
  }

  /**
   * Takes the response out of the address bar and the history, before anything on the page can read it
   * or send it on in a `Referer` (RFC 9700 §4.2.4, §4.3), unless the application has gone on already.
   */
  #cleanUrl(callback: string): void {
    if (location.href !== callback) return;
    // A redirect URI of another origin, which the browser refuses, is for the core to name.
    attempt(() => history.replaceState(history.state, "", this.#page.options.redirectUri));
  }

  #requirePage(): void {
    if (this.#page.closing.signal.aborted) throw clientClosed();
    if (!globalThis.document) {
      throw failure("not_in_browser", "environment", "This needs a page.");
    }
  }
}
