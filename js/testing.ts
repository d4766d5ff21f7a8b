import { abortable } from "./first-load/abortable.js";
import { attempt } from "./first-load/attempt.js";
import { AuthError, clientClosed } from "./first-load/error.js";
import { kinds } from "./testing/kinds.js";
import { fakeSession } from "./testing/session.js";
import type { Client } from "./types/client.js";
import type { AuthErrorCode } from "./types/error.js";
import type { EndReason, TokenKind } from "./types/life.js";
import type {
  PopupOptions,
  SignInHereOptions,
  SignInOptions,
  SignOutOptions,
  TokenOptions,
} from "./types/options.js";
import type { Claims, Session, SignInResult, UserInfo } from "./types/session.js";

/** A token that is younger is not replaced because an API refuses it: as by a real client. */
const YOUNG_MILLIS = 10_000;

/**
 * A step that can fail. Where `refresh` does, calls get the token that there is while it is good, as from
 * a real client, and fail when it is over.
 */
export type FakeStep =
  | "start"
  | "handleCallback"
  | "signIn"
  | "signInPopup"
  | "signInSilent"
  | "signOut"
  | "refresh"
  | "accessToken"
  | "idToken"
  | "userInfo"
  | "fetch";

/** What fails, and with which code: all steps with one, or each with its own. */
export type FakeFailures = AuthErrorCode | Readonly<Partial<Record<FakeStep, AuthErrorCode>>>;

export interface FakeClientOptions<C extends Claims = Claims> {
  /** Claims of who is signed in; those of the protocol are made up. Nobody is, unless given. */
  readonly signedInAs?: Partial<C> | undefined;
  /**
   * Claims of who signs in by `signInPopup` and `signInSilent`. Unless given, the user closes the
   * popup, and the provider knows nobody.
   */
  readonly signsInAs?: Partial<C> | undefined;
  /** How long tokens are good for, in seconds: 3600 unless given. With 0 every use refreshes. */
  readonly expiresInSeconds?: number | undefined;
  /** Whether the tokens can be refreshed: they can unless it is false. Then the session ends with them. */
  readonly hasRefreshToken?: boolean | undefined;
  /** What fails from the beginning: see {@link FakeClient.failWith}. */
  readonly failing?: FakeFailures | undefined;
  /** Makes this page a callback: `handleCallback` and the first `start` give this path. */
  readonly returnTo?: string | undefined;
  /** With `returnTo`: what the sign-in was given to be had back. */
  readonly appState?: unknown;
  /** What `userInfo` gives: the claims unless given. */
  readonly userInfo?: UserInfo | undefined;
  /** Which token `fetch` sends, as of `createClient`. */
  readonly bearer?: TokenKind | undefined;
  /**
   * The origins that `fetch` sends it to, as of `createClient`: this page's unless given, or
   * `http://localhost` where there is none.
   */
  readonly allowedOrigins?: readonly string[] | undefined;
  /** Answers `fetch`, whose requests have the bearer token where it may go. There is no network. */
  readonly fetch?: ((request: Request) => Response | Promise<Response>) | undefined;
}

/** Makes a client for an application's unit tests: no WebAssembly, no network, no timers, no page. */
export function fakeClient<C extends Claims = Claims>(
  options: FakeClientOptions<C> = {},
): FakeClient<C> {
  return new FakeClient<C>(options);
}

/**
 * Behaves as a client does, on the test's word. Made by {@link fakeClient}.
 *
 * As with a real one, nobody is signed in before `start`, a refresh makes another session, and
 * `signIn` leaves the page: its promise stays pending. Once it is closed, nothing changes any more.
 */
export class FakeClient<C extends Claims = Claims> extends EventTarget implements Client<C> {
  declare readonly addEventListener: Client<C>["addEventListener"];
  declare readonly removeEventListener: Client<C>["removeEventListener"];
  /** What the three ways to sign in were called with, in order; signals left out. */
  readonly signIns: SignInOptions[] = [];
  readonly #options: FakeClientOptions<C>;
  /** Ends every subscription. */
  readonly #closing = new AbortController();
  #failures: FakeFailures;
  #claims: Partial<C> | null;
  #session: Session<C> | null = null;
  #sessions = 0;
  #isRestored = false;
  /** When the tokens came, unless they were there before. */
  #madeAt = -Infinity;
  #returnTo: string | null;
  #starting: Promise<SignInResult<C>> | undefined;

  constructor(options: FakeClientOptions<C>) {
    super();
    this.#options = options;
    this.#failures = options.failing ?? {};
    this.#claims = options.signedInAs ?? null;
    this.#returnTo = options.returnTo ?? null;
  }

  /** Somebody signs in, or with null out: in this tab or another. */
  become(claims: Partial<C> | null): void {
    if (claims === null) this.end("signed_out");
    else this.#make(claims, Date.now());
  }

  /** Another session for the same user, as after a refresh. */
  refresh(): void {
    if (this.#claims !== null) this.become(this.#claims);
  }

  /** The session is about to end, in so many seconds, and nothing renews it. */
  expiring(seconds: number): void {
    this.#announce("expiring", seconds);
  }

  /** There was no input for so long that the user is signed out in so many seconds. */
  idle(seconds: number): void {
    this.#announce("idle", seconds);
  }

  /** There was input again. */
  active(): void {
    if (this.#isOpen()) this.dispatchEvent(new CustomEvent("active", { detail: null }));
  }

  /**
   * The session ends: by a sign-out, for want of input or of a refresh token, or because the provider ended
   * it.
   */
  end(reason: EndReason): void {
    if (this.#closing.signal.aborted) return;
    this.#isRestored = true;
    this.#claims = null;
    if (this.#session === null) return;
    this.#show(null);
    this.dispatchEvent(new CustomEvent("signedout", { detail: { reason } }));
  }

  /**
   * Makes steps fail from now on; with `{}` none does. A token that cannot be had for a code of kind
   * `session` ends the session, as a real one would be over.
   */
  failWith(failures: FakeFailures): void {
    this.#failures = failures;
  }

  get session(): Session<C> | null {
    return this.#session;
  }

  start(): Promise<SignInResult<C>> {
    return (this.#starting ??= this.#start().finally(() => (this.#starting = undefined)));
  }

  async #start(): Promise<SignInResult<C>> {
    this.#open("start");
    const returnTo = this.#returnTo;
    this.#returnTo = null;
    if (returnTo === null) return { session: this.#session, returnTo };
    return { session: this.#session, returnTo, appState: this.#options.appState };
  }

  async handleCallback(_url: string | URL): Promise<SignInResult<C>> {
    this.#open("handleCallback");
    const { returnTo = null, appState } = this.#options;
    return { session: this.#session, returnTo, appState };
  }

  async signIn(options: SignInOptions = {}): Promise<void> {
    this.#requireOpen();
    this.signIns.push(options);
    this.#require("signIn");
    await new Promise<never>(() => undefined);
  }

  signInPopup(options: PopupOptions = {}): Promise<SignInResult<C>> {
    return this.#signInHere("signInPopup", options, "popup_closed");
  }

  signInSilent(options: SignInHereOptions = {}): Promise<SignInResult<C>> {
    return this.#signInHere("signInSilent", options, "login_required");
  }

  async signOut(_options: SignOutOptions = {}): Promise<void> {
    this.#requireOpen();
    const error = this.#failureOf("signOut");
    // As far as this browser goes it is done, unless nothing could be done there.
    if (error?.kind !== "environment") this.end("signed_out");
    if (error !== undefined) throw error;
  }

  async accessToken(options: TokenOptions = {}): Promise<string> {
    return this.#fresh("accessToken", options).accessToken;
  }

  async idToken(options: TokenOptions = {}): Promise<string> {
    return this.#fresh("idToken", options).idToken;
  }

  async userInfo(): Promise<UserInfo> {
    const { claims } = this.#fresh("userInfo", {});
    return this.#options.userInfo ?? claims;
  }

  async fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    this.#requireOpen();
    const here = typeof location === "undefined" ? "http://localhost/" : location.href;
    const first = new Request(input instanceof Request ? input : new URL(input, here), init);
    first.signal.throwIfAborted();
    const { fetch, bearer, allowedOrigins = [new URL(here).origin] } = this.#options;
    if (fetch === undefined) throw new TypeError("fakeClient() was given no option `fetch`.");
    const { origin } = new URL(first.url);
    const originOf = (allowed: string): string | null => attempt(() => new URL(allowed).origin);
    if (!allowedOrigins.some((allowed) => originOf(allowed) === origin)) {
      return await abortable(Promise.resolve(fetch(first)), first.signal);
    }
    const send = async (request: Request, session: Session<C>): Promise<Response> => {
      const token = bearer === "id_token" ? session.idToken : session.accessToken;
      request.headers.set("authorization", `Bearer ${token}`);
      return await abortable(Promise.resolve(fetch(request)), first.signal);
    };
    const again = first.clone();
    const session = this.#fresh("fetch", {});
    const response = await send(first, session);
    if (response.status !== 401) return response;
    const renewed = this.#after(session);
    return renewed === session ? response : await send(again, renewed);
  }

  subscribe(listener: (session: Session<C> | null) => void): () => void {
    const tell = (): void => listener(this.#session);
    tell();
    this.addEventListener("sessionchange", tell, { signal: this.#closing.signal });
    return () => this.removeEventListener("sessionchange", tell);
  }

  close(): void {
    this.#closing.abort();
  }

  async #signInHere(
    step: "signInPopup" | "signInSilent",
    { signal, ...options }: PopupOptions,
    otherwise: AuthErrorCode,
  ): Promise<SignInResult<C>> {
    this.#requireOpen();
    this.signIns.push(options);
    signal?.throwIfAborted();
    this.#require(step);
    const { signsInAs } = this.#options;
    if (signsInAs === undefined) throw failure(otherwise, "A test lets nobody sign in.");
    this.become(signsInAs);
    return { session: this.#session, returnTo: null };
  }

  #open(step: "start" | "handleCallback"): void {
    this.#requireOpen();
    this.#restore();
    this.#require(step);
  }

  #restore(): void {
    if (!this.#isRestored && this.#claims !== null) this.#make(this.#claims, -Infinity);
    const { hasRefreshToken = true } = this.#options;
    if (hasRefreshToken || this.#session === null) return;
    if (Date.now() >= this.#session.expiresAt) this.end("expired");
  }

  #make(claims: Partial<C>, madeAt: number): void {
    if (this.#closing.signal.aborted) return;
    const { expiresInSeconds = 3600 } = this.#options;
    this.#isRestored = true;
    this.#claims = claims;
    this.#madeAt = madeAt;
    this.#sessions += 1;
    this.#show(fakeSession(claims, { number: this.#sessions, expiresInSeconds }));
  }

  #isOpen(): boolean {
    return this.#session !== null && !this.#closing.signal.aborted;
  }

  #announce(name: "expiring" | "idle", seconds: number): void {
    const detail = { expiresAt: Date.now() + seconds * 1000 };
    if (this.#isOpen()) this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  #show(session: Session<C> | null): void {
    const formerSub = (this.#session ?? session)?.sub;
    this.#session = session;
    if (session !== null && session.sub !== formerSub) {
      this.dispatchEvent(new CustomEvent("userchange", { detail: { formerSub } }));
    }
    this.dispatchEvent(new CustomEvent("sessionchange", { detail: { session } }));
  }

  /** The session with tokens that are good for a while, as the real one refreshes them. */
  #fresh(step: FakeStep, options: TokenOptions): Session<C> {
    const { expiresInSeconds = 3600, hasRefreshToken = true } = this.#options;
    const { minValiditySeconds = Math.min(30, expiresInSeconds / 2), signal } = options;
    this.#requireOpen();
    signal?.throwIfAborted();
    this.#restore();
    const error = this.#failureOf(step);
    if (error !== undefined) {
      const isToken = step === "accessToken" || step === "idToken";
      if (isToken || endsSession(error)) this.#refused(error);
      throw error;
    }
    const session = this.#session;
    if (session === null) throw failure("login_required", "Nobody is signed in.");
    const leftMillis = session.expiresAt - Date.now();
    if (leftMillis > minValiditySeconds * 1000 || !hasRefreshToken) return session;
    const fault = this.#renew();
    // What is good, though not for as long as would be well, is better than nothing.
    const willDo = leftMillis > 0 && options.minValiditySeconds === undefined;
    if (fault !== undefined && !(willDo && this.#session !== null)) throw fault;
    return this.#session ?? session;
  }

  /** The session after its token was refused: another one, where that can be had and may help. */
  #after(session: Session<C>): Session<C> {
    const { hasRefreshToken = true } = this.#options;
    if (this.#session === session && hasRefreshToken && Date.now() - this.#madeAt >= YOUNG_MILLIS) {
      this.#renew();
    }
    return this.#session ?? session;
  }

  /** Refreshes the tokens; gives what that failed with. */
  #renew(): AuthError | undefined {
    const error = this.#failureOf("refresh");
    if (error === undefined) this.refresh();
    else this.#refused(error);
    return error;
  }

  /** A refresh has failed, which may be the end of the session. */
  #refused(error: AuthError): void {
    if (this.#session === null) return;
    if (endsSession(error)) this.end("ended");
    this.dispatchEvent(new CustomEvent("refresherror", { detail: { error } }));
  }

  #requireOpen(): void {
    if (this.#closing.signal.aborted) throw clientClosed();
  }

  #require(step: FakeStep): void {
    const error = this.#failureOf(step);
    if (error !== undefined) throw error;
  }

  #failureOf(step: FakeStep): AuthError | undefined {
    const failures = this.#failures;
    const code = typeof failures === "string" ? failures : failures[step];
    return code && failure(code, `A test makes ${step}() fail.`);
  }
}

/** Whether a session is over of whose tokens this is said; an API's word alone is not enough. */
function endsSession({ code, kind }: AuthError): boolean {
  if (["token_refused", "step_up_required", "user_changed"].includes(code)) return false;
  return kind === "session" || kind === "id_token";
}

function failure(code: AuthErrorCode, message: string): AuthError {
  return new AuthError({ code, kind: kinds[code], message });
}
