import { AuthError } from "./first-load/error.js";
import { kinds } from "./testing/kinds.js";
import { fakeSession } from "./testing/session.js";
import type { Client } from "./types/client.js";
import type { AuthErrorCode } from "./types/error.js";
import type {
  PopupOptions,
  SignInHereOptions,
  SignInOptions,
  SignOutOptions,
  TokenOptions,
} from "./types/options.js";
import type { Claims, Session, SignInResult, UserInfo } from "./types/session.js";

/** A step that can fail. */
export type FakeStep =
  | "start"
  | "handleCallback"
  | "signIn"
  | "signInPopup"
  | "signInSilent"
  | "signOut"
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
  /** What fails from the beginning: see {@link FakeClient.failWith}. */
  readonly failing?: FakeFailures | undefined;
  /** Makes this page a callback: `start` and `handleCallback` give this path. */
  readonly returnTo?: string | undefined;
  /** What `userInfo` gives: the claims unless given. */
  readonly userInfo?: UserInfo | undefined;
  /** Answers `fetch`, whose requests have the bearer token. There is no network. */
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
 * `signIn` leaves the page: its promise stays pending.
 */
export class FakeClient<C extends Claims = Claims> extends EventTarget implements Client<C> {
  declare readonly addEventListener: Client<C>["addEventListener"];
  declare readonly removeEventListener: Client<C>["removeEventListener"];
  /** What the three ways to sign in were called with, in order. */
  readonly signIns: SignInOptions[] = [];
  readonly #options: FakeClientOptions<C>;
  /** Ends every subscription. */
  readonly #closing = new AbortController();
  #failures: FakeFailures;
  #claims: Partial<C> | null;
  #session: Session<C> | null = null;
  #sessions = 0;
  #isRestored = false;

  constructor(options: FakeClientOptions<C>) {
    super();
    this.#options = options;
    this.#failures = options.failing ?? {};
    this.#claims = options.signedInAs ?? null;
  }

  /** Somebody signs in, or with null out: in this tab or another. */
  become(claims: Partial<C> | null): void {
    this.#isRestored = true;
    this.#claims = claims;
    this.#change(claims && this.#newSession(claims));
  }

  /** Another session for the same user, as after a refresh. */
  refresh(): void {
    if (this.#claims !== null) this.become(this.#claims);
  }

  /**
   * Makes steps fail from now on; with `{}` none does. A token that cannot be had for a code of kind
   * `session` ends the session.
   */
  failWith(failures: FakeFailures): void {
    this.#failures = failures;
  }

  get session(): Session<C> | null {
    return this.#session;
  }

  start(): Promise<SignInResult<C>> {
    return this.#open("start");
  }

  handleCallback(_url: string | URL): Promise<SignInResult<C>> {
    return this.#open("handleCallback");
  }

  async signIn(options: SignInOptions = {}): Promise<void> {
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
    this.become(null);
    this.#require("signOut");
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
    const { accessToken } = this.#fresh("fetch", {});
    const { fetch } = this.#options;
    if (fetch === undefined) throw new TypeError("fakeClient() was given no option `fetch`.");
    const base = typeof location === "undefined" ? "http://localhost/" : location.href;
    const request = new Request(input instanceof Request ? input : new URL(input, base), init);
    request.headers.set("authorization", `Bearer ${accessToken}`);
    return await fetch(request);
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
    options: SignInHereOptions,
    otherwise: AuthErrorCode,
  ): Promise<SignInResult<C>> {
    this.signIns.push(options);
    options.signal?.throwIfAborted();
    this.#require(step);
    const { signsInAs } = this.#options;
    if (signsInAs === undefined) throw failure(otherwise, "A test lets nobody sign in.");
    this.become(signsInAs);
    return { session: this.#session, returnTo: null };
  }

  async #open(step: "start" | "handleCallback"): Promise<SignInResult<C>> {
    this.#restore();
    this.#require(step);
    return { session: this.#session, returnTo: this.#options.returnTo ?? null };
  }

  #restore(): void {
    if (!this.#isRestored && this.#claims !== null) this.become(this.#claims);
  }

  #newSession(claims: Partial<C>): Session<C> {
    const { expiresInSeconds = 3600 } = this.#options;
    this.#sessions += 1;
    return fakeSession(claims, { number: this.#sessions, expiresInSeconds });
  }

  /** The session with tokens that are good for a while, as the real one refreshes them. */
  #fresh(step: FakeStep, options: TokenOptions): Session<C> {
    const { expiresInSeconds = 3600 } = this.#options;
    const { minValiditySeconds = Math.min(30, expiresInSeconds / 2), signal } = options;
    signal?.throwIfAborted();
    this.#restore();
    try {
      this.#require(step);
    } catch (error) {
      this.#end(error);
      throw error;
    }
    const session = this.#session;
    if (session === null) throw failure("login_required", "Nobody is signed in.");
    if (Date.now() + minValiditySeconds * 1000 >= session.expiresAt) this.refresh();
    return this.#session ?? session;
  }

  #end(error: unknown): void {
    if (this.#session === null || !(error instanceof AuthError) || this.#closing.signal.aborted)
      return;
    if (error.kind === "session") this.become(null);
    this.dispatchEvent(new CustomEvent("refresherror", { detail: { error } }));
  }

  #change(session: Session<C> | null): void {
    if (session === this.#session) return;
    this.#session = session;
    this.dispatchEvent(new CustomEvent("sessionchange", { detail: { session } }));
    if (session === null) this.dispatchEvent(new CustomEvent("signedout"));
  }

  #require(step: FakeStep): void {
    if (this.#closing.signal.aborted) throw failure("client_closed", "This client was closed.");
    const failures = this.#failures;
    const code = typeof failures === "string" ? failures : failures[step];
    if (code !== undefined) throw failure(code, `A test makes ${step}() fail.`);
  }
}

function failure(code: AuthErrorCode, message: string): AuthError {
  return new AuthError({ code, kind: kinds[code], message });
}
