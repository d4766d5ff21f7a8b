import type { OnAuthEvent } from "./events.js";
import type {
  PopupOptions,
  SignInHereOptions,
  SignInOptions,
  SignOutOptions,
  TokenOptions,
} from "./options.js";
import type { Claims, Session, SignInResult, UserInfo } from "./session.js";

/**
 * What a client can do, whoever made it: the type for an application's own functions, which then
 * take a fake of `pkce-wasm/testing` as well.
 */
export interface Client<C extends Claims = Claims> extends EventTarget {
  readonly addEventListener: OnAuthEvent<C, AddEventListenerOptions>;
  readonly removeEventListener: OnAuthEvent<C, EventListenerOptions>;

  /** Who is signed in, as far as this page knows; null until {@link start} has looked. */
  readonly session: Session<C> | null;

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
  start(): Promise<SignInResult<C>>;

  /**
   * Finishes the sign-in that a callback URL answers: what {@link start} does on the callback.
   *
   * A callback of a finished sign-in resolves to the session that exists.
   *
   * @throws {AuthError} as {@link start} does.
   */
  handleCallback(url: string | URL): Promise<SignInResult<C>>;

  /**
   * Leaves for the provider's login page. The promise stays pending while the page goes away, and
   * resolves when the user comes back to this very page with the back button, or never left it: a
   * provider may have nothing to show, and the user may choose to stay. That is told by the next
   * click or key on this page, or by its being there ten seconds later.
   *
   * @throws {AuthError} of kind `config`, `environment` or `network`; the page has not been left.
   */
  signIn(options?: SignInOptions): Promise<void>;

  /**
   * Signs in with the provider's page in a popup. Call it from a click, or the browser blocks it.
   *
   * The popup comes back to `redirectUri`, on a page that calls {@link start}.
   *
   * @throws {AuthError} `popup_blocked`, `popup_closed`, and as {@link start} and {@link signIn} do.
   */
  signInPopup(options?: PopupOptions): Promise<SignInResult<C>>;

  /**
   * Signs in without asking the user, in a hidden frame: with the session that the provider has of
   * its own. Providers whose cookies the browser blocks in frames answer `login_required`.
   *
   * @throws {AuthError} `login_required` or `interaction_required` when the provider wants to see the
   * user; `silent_unsupported` when its pages cannot be framed, as Cognito's; and as {@link start} and
   * {@link signIn} do.
   */
  signInSilent(options?: SignInHereOptions): Promise<SignInResult<C>>;

  /**
   * Signs out: revokes the tokens, forgets the session, tells the other tabs, and leaves for the
   * provider's logout page, which sends the user on to `postLogoutRedirectUri`.
   *
   * @throws {AuthError} of kind `config` when an option is refused or the provider's page cannot be gone
   * to: the session of this browser is over all the same. Of kind `network` when that page, or the script
   * that asks for it, could not be found, with the same; or the core could not be loaded, and nothing was
   * done. `storage_blocked` when the session could not be forgotten.
   */
  signOut(options?: SignOutOptions): Promise<void>;

  /**
   * An access token that is good for a while, and never one that is over. One that is due is refreshed
   * first: once for all tabs that share the session. Where that fails, or takes more than two seconds, the
   * present one is given while it is good.
   *
   * @throws {AuthError} `login_required` when nobody is signed in or the session has run out;
   * `session_ended` when the provider refuses the refresh, `interaction_required` when it wants the user
   * on its page for one, and of kind `id_token` when what it sends fails a check: then the session is
   * over. Of kind `network` for a fault that passes, such as `timeout` while another tab stands still
   * during its refresh: the session stays. `not_in_browser` on a server; `client_closed` after
   * {@link close}.
   */
  accessToken(options?: TokenOptions): Promise<string>;

  /**
   * The ID token, verified, and good for a while.
   *
   * @throws {AuthError} as {@link accessToken} does; `login_required` also when it is over, and refreshes
   * bring none: then {@link accessToken} may still give a token.
   */
  idToken(options?: TokenOptions): Promise<string>;

  /**
   * The claims that the provider's UserInfo endpoint has of the user: OpenID Connect Core §5.3. Not
   * every provider keeps to the types; Cognito writes `email_verified` as a text.
   *
   * @throws {AuthError} as {@link accessToken} does; `userinfo_subject` when the answer is about
   * another user; `token_refused` when the provider refuses a token that was just renewed;
   * `invalid_config` when it has no such endpoint.
   */
  userInfo(): Promise<UserInfo>;

  /**
   * Like the browser's `fetch`, with the bearer token attached for `allowedOrigins`, and one retry after
   * a 401: with a token that has come meanwhile, or with a renewed one, unless a refresh has just brought
   * the refused one. Requests to other origins go without the token. The request's `signal` ends the wait for a
   * token as well.
   *
   * The token goes in the header alone: RFC 6750 §2.1, and with `dpop` RFC 9449 §7.1.
   *
   * @throws {AuthError} as {@link accessToken} does; `redirect_refused` when the answer comes from
   * an origin that is not allowed; `step_up_required`, with what to pass to {@link signIn}, when the API
   * asks for another sign-in (RFC 9470 §3); and whatever `fetch` throws.
   */
  fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>;

  /**
   * Calls the listener at once and whenever the session changes. Returns the function that ends it:
   * fit for React's `useSyncExternalStore` and Svelte's stores.
   */
  subscribe(listener: (session: Session<C> | null) => void): () => void;

  /**
   * Ends every subscription and the renewal; the session stays in its store for the next client. What
   * is called afterwards rejects with `client_closed`.
   */
  close(): void;
}
