import { cleanUrl, isAwaited, isHandedOver, mayBeCallback } from "./callback.js";
import type { Authorization, Client as Core, Handled } from "./core/client.js";
import { AuthError, type AuthErrorCode, type AuthErrorKind } from "./error.js";
import type { OnAuthEvent } from "./events.js";
import { fetchWithBearer } from "./fetch.js";
import { fetched, type LoadCore } from "./load.js";
import type { KeptKey } from "./proof-key.js";
import { readRecord, sessionKey, toSession, type SessionRecord } from "./record.js";
import { keepRenewed, type Renewal } from "./renewal.js";
import { openStore, type PageStore } from "./store.js";
import { joinTabs, type News, type Tabs } from "./tabs.js";
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
} from "./types.js";

/** The callbacks that clients of this page are finishing, by the key of their session. */
const finishing = new Map<string, { readonly url: string; readonly done: Promise<unknown> }>();

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
  readonly #issuer: string | undefined;
  readonly #sessionKey: string;
  /** Where this tab keeps what it waits for at the provider's logout page. */
  readonly #logoutKey: string;
  readonly #store: PageStore;
  readonly #listeners = new Set<(session: Session<C> | null) => void>();
  #tabs: Tabs | undefined;
  #renewal: Renewal | undefined;
  #core: Promise<Core> | undefined;
  #proofKey: KeptKey | undefined;
  #record: SessionRecord | null = null;
  #session: Session<C> | null = null;
  #restored = false;
  #starting: Promise<SignInResult<C>> | undefined;
  #refreshing: Promise<void> | undefined;
  /** A response that was taken out of the address bar and could not be dealt with yet. */
  #callback: string | undefined;
  #closed = false;

  constructor(options: ClientOptions, load: LoadCore) {
    super();
    this.#options = options;
    this.#load = load;
    this.#issuer = options.issuer ?? options.endpoints?.issuer;
    this.#sessionKey = sessionKey(options.clientId, this.#issuer);
    this.#logoutKey = `pkce-wasm/logout/${options.clientId}/${this.#issuer}`;
    this.#store = openStore(options.store ?? "session", () => this.#openTabs());
  }

  /** Who is signed in, as far as this page knows; null until {@link start} has looked. */
  get session(): Session<C> | null {
    return this.#session;
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
    this.#starting ??= this.#start().finally(() => (this.#starting = undefined));
    return this.#starting;
  }

  async #start(): Promise<SignInResult<C>> {
    this.#requirePage();
    // The user may come back from the login page and the logout page to one and the same.
    const isSignIn = this.#isAwaited(location.href);
    const returnTo = isSignIn ? null : await this.#finishSignOut();
    const key = this.#sessionKey;
    const twin = finishing.get(key);
    if (this.#isCallbackUrl(location.href)) this.#callback = location.href;
    else if (twin !== undefined) {
      // An effect that StrictMode runs twice makes two clients, and the first one takes the callback.
      this.#callback = twin.url;
      await twin.done;
    }
    const url = this.#callback;
    if (url !== undefined) {
      const done = this.handleCallback(url).finally(() => finishing.delete(key));
      finishing.set(key, { url, done });
      return await done;
    }
    await this.#restore();
    if (this.#session === null) this.#warmUp();
    return { session: this.#session, returnTo };
  }

  /** Who is signed out is about to sign in: by then the core is there, and the click leaves at once. */
  #warmUp(): void {
    globalThis.requestIdleCallback?.(() => void this.#loadCore().catch(() => undefined));
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
    const isHere = location.href === callback;
    if (isHere && this.#isAwaited(callback)) this.#cleanUrl();
    if (isHere && isHandedOver(new URL(callback))) await this.#handOver(new URL(callback));
    await this.#restore();
    const core = await this.#loadCore();
    try {
      const result: Handled = await settle(core.handleCallback(callback));
      this.#callback = undefined;
      if (isHere && result.handled !== "left") this.#cleanUrl();
      if (result.handled === "answered") await this.#adopt(new URL(callback));
      if (result.record !== undefined) this.#write(result.record);
      return { session: this.#session, returnTo: result.returnTo ?? null };
    } catch (error) {
      if (!mayPass(error)) this.#callback = undefined;
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
    const isCallbackPage = this.#redirectUri()?.pathname === location.pathname;
    const here = location.pathname + location.search + location.hash;
    const page = isCallbackPage ? undefined : here;
    const { url } = await this.#beginSignIn({ ...options, page });
    location.assign(url);
    await new Promise<void>((resolve) => {
      addEventListener("pageshow", function restored({ persisted }) {
        if (!persisted) return;
        removeEventListener("pageshow", restored);
        resolve();
      });
    });
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
    const { signal, features = "popup,width=480,height=640", ...asked } = options;
    const popup = openWindow(features);
    try {
      const { signInWithPopup } = await fetched(import("./windows.js"));
      const begin = () => this.#beginSignIn({ ...asked, delivery: "popup" });
      return await this.handleCallback(await signInWithPopup(popup, begin, signal));
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
    const { signal, ...asked } = options;
    const { signInWithFrame } = await fetched(import("./windows.js"));
    const begin = () => this.#beginSignIn({ prompt: "none", ...asked, delivery: "frame" });
    return await this.handleCallback(await signInWithFrame(begin, signal));
  }

  /**
   * Signs out: revokes the tokens, forgets the session, tells the other tabs, and leaves for the
   * provider's logout page, which sends the user on to `postLogoutRedirectUri`.
   *
   * @throws {AuthError} of kind `config` or `network` when the provider's page cannot be gone to: the
   * session of this browser is over all the same. Of kind `environment` when nothing could be done.
   */
  async signOut({ stay = false, ...options }: SignOutOptions = {}): Promise<void> {
    this.#requirePage();
    await this.#restore();
    const core = await this.#loadCore();
    const id = this.#record?.id;
    try {
      const url = await settle(core.signOut(JSON.stringify(options), stay));
      if (url !== undefined) location.assign(url);
    } finally {
      await this.#restore(true);
      await this.#proofKey?.forget().catch(() => undefined);
      if (this.#record === null) this.#openTabs().tell("signed_out", id);
    }
  }

  /**
   * An access token that is good for a while. One that is due is refreshed first: once for all tabs
   * that share the session.
   *
   * @throws {AuthError} `login_required` when nobody is signed in or the session cannot be
   * prolonged; `session_ended` when the provider ended it; of kind `network` for a passing fault,
   * which leaves the session as it is.
   */
  async accessToken(options: TokenOptions = {}): Promise<string> {
    return (await this.#fresh(options, "expires_at")).access_token;
  }

  /**
   * The ID token, verified, and good for a while.
   *
   * @throws {AuthError} as {@link accessToken} does.
   */
  async idToken(options: TokenOptions = {}): Promise<string> {
    return (await this.#fresh(options, "id_token_expires_at")).id_token;
  }

  /**
   * The claims that the provider's UserInfo endpoint has of the user: OpenID Connect Core §5.3. Not
   * every provider keeps to the types; Cognito writes `email_verified` as a text.
   *
   * @throws {AuthError} as {@link accessToken} does; `userinfo_subject` when the answer is about
   * another user; `token_refused` when the provider refuses a token that was just renewed.
   */
  async userInfo(): Promise<UserInfo> {
    const token = await this.accessToken();
    const core = await this.#loadCore();
    try {
      return JSON.parse(await settle(core.userInfo())) as UserInfo;
    } catch (error) {
      const isRefused = error instanceof AuthError && error.code === "token_refused";
      if (!isRefused || (await this.accessToken({ minValiditySeconds: Infinity })) === token)
        throw error;
      return JSON.parse(await settle(core.userInfo())) as UserInfo;
    }
  }

  /**
   * Like the browser's `fetch`, with the bearer token attached for `allowedOrigins`, and one retry
   * with a renewed token after a 401. Requests to other origins go without the token.
   *
   * @throws {AuthError} as {@link accessToken} does; `redirect_refused` when the answer comes from
   * an origin that is not allowed; and whatever `fetch` throws.
   */
  async fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    this.#requirePage();
    const { allowedOrigins = [location.origin], bearer = "access_token" } = this.#options;
    const token = async (renew: boolean): Promise<string> => {
      const options = renew ? { minValiditySeconds: Infinity } : {};
      return bearer === "id_token" ? await this.idToken(options) : await this.accessToken(options);
    };
    const stepUp = async (header: string): Promise<SignInOptions | null> => {
      const { stepUp } = await this.#load();
      return JSON.parse(stepUp(header) ?? "null") as SignInOptions | null;
    };
    const isBound = this.#options.dpop && bearer === "access_token";
    const core = isBound ? await this.#loadCore() : undefined;
    const key = this.#proofKey;
    const sendBound =
      core && key && ((request: Request, bound: string) => key.fetch(core, request, bound));
    return await fetchWithBearer({ allowedOrigins, token, stepUp, sendBound }, input, init);
  }

  /**
   * Calls the listener at once and whenever the session changes. Returns the function that ends it:
   * fit for React's `useSyncExternalStore` and Svelte's stores.
   */
  subscribe(listener: (session: Session<C> | null) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#session);
    return () => void this.#listeners.delete(listener);
  }

  /** Ends every subscription and the renewal; the session stays in its store for the next client. */
  close(): void {
    this.#closed = true;
    this.#listeners.clear();
    this.#renewal?.stop();
    this.#tabs?.close();
  }

  async #beginSignIn(options: object): Promise<Authorization> {
    const core = await this.#loadCore();
    return await settle(core.signIn(JSON.stringify(options)));
  }

  /** Ends here when another page takes the response: it closes this window. */
  async #handOver(callback: URL): Promise<void> {
    const { handOver } = await fetched(import("./hand-over.js"));
    if (!(await handOver(callback))) return;
    close();
    await new Promise(() => undefined);
  }

  /** Where to go on to, if this page is where the provider's logout page has led. */
  async #finishSignOut(): Promise<string | null> {
    if (!isKeptInTab(this.#logoutKey)) return null;
    const core = await this.#loadCore();
    const { back, returnTo } = await settle(core.finishSignOut(location.href));
    const page = this.#options.postLogoutRedirectUri;
    if (back && page !== undefined) cleanUrl(new URL(page));
    return returnTo ?? null;
  }

  async #fresh(
    { minValiditySeconds, signal }: TokenOptions,
    expiry: "expires_at" | "id_token_expires_at",
  ): Promise<SessionRecord> {
    this.#requirePage();
    signal?.throwIfAborted();
    await abortable(this.#restore(), signal);
    // Written so that what is not a number makes it due: a token that is over is never given.
    const isDue = (record: SessionRecord): boolean => {
      if (record.refresh_token === undefined) return Date.now() >= record[expiry];
      return minValiditySeconds === undefined
        ? Date.now() >= record.refresh_at
        : !(Date.now() + minValiditySeconds * 1000 < record[expiry]);
    };
    if (this.#record !== null && isDue(this.#record)) {
      try {
        await abortable(this.#refresh(), signal);
      } catch (error) {
        // Renewed ahead of its end, the token may still do: the next one will be asked for again.
        const isGood = this.#record !== null && Date.now() < this.#record[expiry];
        if (!mayPass(error) || !isGood || minValiditySeconds !== undefined) throw error;
      }
    }
    if (this.#record === null) {
      throw failure("login_required", "session", "Nobody is signed in: call signIn().");
    }
    return this.#record;
  }

  /** One refresh at a time in this page; the core sees to it that there is one in the browser. */
  #refresh(): Promise<void> {
    this.#refreshing ??= this.#refreshOnce().finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  async #refreshOnce(): Promise<void> {
    const generation = this.#record?.generation ?? 0;
    try {
      const core = await this.#loadCore();
      this.#write(await settle(core.refresh(generation)));
    } catch (error) {
      // Over, here or in another tab: the store knows.
      if (error instanceof AuthError && error.kind === "session") await this.#restore(true);
      this.dispatchEvent(new CustomEvent("refresherror", { detail: { error } }));
      throw error;
    }
  }

  /** Looks into the store, once. A blocked store holds no session. */
  async #restore(again = false): Promise<void> {
    if (this.#restored && !again) return;
    try {
      const text = await this.#store.peek(this.#sessionKey);
      this.#become(text ? readRecord(text, this.#sessionKey) : null);
    } catch {
      this.#become(null);
    }
    this.#restored = true;
    this.#openTabs();
  }

  /** The sign-in was finished before, here or in another tab, which then has the session. */
  async #adopt(callback: URL): Promise<void> {
    await this.#restore(true);
    const id = callback.searchParams.get("state");
    if (this.#record !== null || id === null) return;
    const text = await this.#openTabs().newerThan({ id, generation: -1 });
    if (text === null) return;
    await this.#store.set(this.#sessionKey, text);
    await this.#restore(true);
  }

  /** The core wrote a record. */
  #write(text: string): void {
    this.#become(readRecord(text, this.#sessionKey));
    this.#openTabs().tell("changed");
  }

  #become(record: SessionRecord | null): void {
    const before = this.#record;
    this.#record = record;
    if (record?.id_token !== before?.id_token || record?.access_token !== before?.access_token) {
      this.#session = record && toSession<C>(record);
      const detail = { session: this.#session };
      this.dispatchEvent(new CustomEvent("sessionchange", { detail }));
      if (record === null) this.dispatchEvent(new CustomEvent("signedout"));
      for (const listener of [...this.#listeners]) {
        try {
          listener(this.#session);
        } catch (error) {
          // As with events: it is told to the browser, and is no fault of the session.
          reportError(error);
        }
      }
    }
    if (record?.refresh_token !== undefined && !this.#closed) {
      const dueAt = (): number | null =>
        this.#record?.refresh_token === undefined ? null : this.#record.refresh_at;
      this.#renewal ??= keepRenewed(dueAt, () => this.#refresh());
    }
    this.#renewal?.reschedule();
  }

  #openTabs(): Tabs {
    const record = (): string | null => {
      const text = this.#store.peek(this.#sessionKey);
      return typeof text === "string" ? text : null;
    };
    this.#tabs ??= joinTabs(this.#sessionKey, (news, id) => void this.#hear(news, id), record);
    if (this.#closed) this.#tabs.close();
    return this.#tabs;
  }

  async #hear(news: News, id?: string): Promise<void> {
    try {
      this.#store.hear(news, this.#sessionKey, id);
      if (news === "signed_out") await this.#proofKey?.forget();
    } catch {
      // A blocked store holds no session, which the next line finds out.
    }
    await this.#restore(true);
  }

  #isAwaited(url: string): boolean {
    return isAwaited(new URL(url), this.#options.clientId, this.#issuer);
  }

  #isCallbackUrl(url: string): boolean {
    const redirectUri = this.#redirectUri();
    return redirectUri !== undefined && mayBeCallback(new URL(url), redirectUri);
  }

  #cleanUrl(): void {
    const redirectUri = this.#redirectUri();
    if (redirectUri?.origin === location.origin) cleanUrl(redirectUri);
  }

  #redirectUri(): URL | undefined {
    return URL.canParse(this.#options.redirectUri) ? new URL(this.#options.redirectUri) : undefined;
  }

  #loadCore(): Promise<Core> {
    this.#core ??= this.#load()
      .then(async ({ Client, Core }) => {
        const { store, dpop } = this.#options;
        if (dpop) {
          const { openProofKey } = await fetched(import("./proof-key.js"));
          this.#proofKey ??= openProofKey(this.#sessionKey);
        }
        // A store of the application's own stays here; a word that is none of ours is for the core to say.
        const options = { ...this.#options, store: typeof store === "object" ? undefined : store };
        const core = new Core(JSON.stringify(options));
        const keys = { session: this.#sessionKey, logout: this.#logoutKey };
        return new Client(core, this.#store, keys, this.#proofKey);
      })
      .catch((error: unknown) => {
        this.#core = undefined;
        throw AuthError.from(error);
      });
    return this.#core;
  }

  #requirePage(): void {
    if (this.#closed) throw failure("client_closed", "session", "This client was closed.");
    if (typeof document === "undefined") {
      throw failure("not_in_browser", "environment", "This works in a browser's page only.");
    }
  }
}

function failure(code: AuthErrorCode, kind: AuthErrorKind, message: string): AuthError {
  return new AuthError({ code, kind, message });
}

/** Whether the same may work the next time: then nothing is thrown away. */
function mayPass(error: unknown): boolean {
  const isAuthError = error instanceof AuthError;
  return isAuthError && (error.kind === "network" || error.code === "storage_blocked");
}

/** A new window; null where the browser blocks it, which Firefox says in a sandbox by an exception. */
function openWindow(features: string): Window | null {
  try {
    return open("about:blank", "", features);
  } catch {
    return null;
  }
}

/** Whether this tab keeps something; a blocked storage keeps nothing. */
function isKeptInTab(key: string): boolean {
  try {
    return sessionStorage.getItem(key) !== null;
  } catch {
    return false;
  }
}

/** A step of the core, its errors as `AuthError`s. */
async function settle<T>(step: Promise<T>): Promise<T> {
  try {
    return await step;
  } catch (error) {
    throw AuthError.from(error);
  }
}

/** Waits for work that goes on when the caller stops waiting. */
async function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await work;
  return await new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
