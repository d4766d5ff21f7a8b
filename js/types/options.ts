/**
 * Where a session is kept. Its methods may be synchronous or return promises; one that has not answered in
 * ten seconds counts as having failed.
 */
export interface TokenStore {
  /** The record under a key, or null. */
  get(key: string): string | null | undefined | Promise<string | null | undefined>;
  /** Keeps a record. It holds tokens. */
  set(key: string, value: string): void | Promise<void>;
  /** Forgets a record. */
  remove(key: string): void | Promise<void>;
}

/** A provider's endpoints, where they are known and discovery is not wanted. */
export interface Endpoints {
  /** The issuer of the ID tokens, to the letter. */
  readonly issuer: string;
  /** Where the user signs in: RFC 6749 §3.1. */
  readonly authorization: string;
  /** Where the code and the refresh token are exchanged for tokens: RFC 6749 §3.2. */
  readonly token: string;
  /** Where the keys are that sign ID tokens: RFC 7517 §5. */
  readonly jwks: string;
  /** What {@link AuthClient.userInfo} asks: OpenID Connect Core §5.3. */
  readonly userinfo?: string | undefined;
  /** Where authorization requests are pushed to: RFC 9126. */
  readonly pushedAuthorization?: string | undefined;
  /** Where {@link AuthClient.signOut} revokes the tokens: RFC 7009 §2. */
  readonly revocation?: string | undefined;
  /** Where {@link AuthClient.signOut} goes: RP-Initiated Logout §2, or Cognito's `/logout`. */
  readonly endSession?: string | undefined;
}

interface CommonOptions {
  /** The public client's identifier. There is no secret: a browser could not keep it. */
  readonly clientId: string;
  /** Where the provider sends the user back to, exactly as registered there. */
  readonly redirectUri: string;
  /** Where the provider sends the user after signing out, exactly as registered there. */
  readonly postLogoutRedirectUri?: string | undefined;
  /** What to ask for: `"openid email profile"` unless said otherwise. Needs `openid`. */
  readonly scope?: string | readonly string[] | undefined;
  /**
   * Further parameters of every authorization request, such as Auth0's `audience`. Those of a sign-in
   * stand in for the ones of the same name.
   */
  readonly extra?: Readonly<Record<string, string | undefined>> | undefined;
  /**
   * Where the session is kept: `"session"` (this tab, the default), `"local"` (this browser),
   * `"memory"` (this page load), `"worker"` (the same, and the refresh token in a worker, which shows it
   * to no script of the page), or a store of your own.
   */
  readonly store?: "session" | "local" | "memory" | "worker" | TokenStore | undefined;
  /**
   * Signs the user out, in all tabs, after so many seconds without any input in any tab of the app: with
   * the event `idle` ahead of it. Off unless given; up to a year.
   */
  readonly idleSeconds?: number | undefined;
  /** What {@link AuthClient.fetch} sends: the access token, or the ID token, as OpenMetadata wants. */
  readonly bearer?: "access_token" | "id_token" | undefined;
  /** Where {@link AuthClient.fetch} may send it: exact origins; this page's unless said otherwise. */
  readonly allowedOrigins?: readonly string[] | undefined;
  /** How far this device's clock may be off, in seconds, up to 600; 60 unless said otherwise. */
  readonly clockToleranceSeconds?: number | undefined;
  /**
   * Audiences that may stand beside this client in an ID token's `aud`: none unless named. `"*"` is
   * every audience of a token whose `azp` is this client: for providers that name all clients of a
   * project there.
   */
  readonly trustedAudiences?: readonly string[] | undefined;
  /**
   * Binds the tokens to a key of this browser that no script can read: RFC 9449. What is stolen is
   * then useless elsewhere. The provider has to know DPoP; with `"refresh_token"` it may bind the
   * refresh token alone (§5), and the access token is one for whoever has it.
   */
  readonly dpop?: boolean | "refresh_token" | undefined;
  /**
   * Whether authorization requests are pushed to the provider beforehand: RFC 9126. `"auto"`, the
   * default, pushes where that is offered and works; `"required"` has no sign-in without, `"never"`
   * leaves it alone.
   */
  readonly pushedAuthorization?: "auto" | "required" | "never" | undefined;
  /** The provider's family, where its issuer does not tell. */
  readonly provider?: "cognito" | "standard" | undefined;
  /** Accepts `http:` on hosts that are not loopback. Tokens will cross the network in the clear. */
  readonly dangerouslyAllowInsecureRequests?: boolean | undefined;
}

/** Endpoints beside an `issuer`: each stands in for the discovered one. */
export interface OwnEndpoints extends Partial<Omit<Endpoints, "issuer">> {
  readonly issuer?: undefined;
}

/**
 * What `createClient` needs: an `issuer` to discover the endpoints of, with or without some of its
 * `endpoints`, or all of these.
 */
export type ClientOptions = CommonOptions &
  (
    | { readonly issuer: string; readonly endpoints?: OwnEndpoints | undefined }
    | { readonly endpoints: Endpoints; readonly issuer?: undefined }
  );

/** What one sign-in may ask for. */
export interface SignInOptions {
  /** The path to come back to; this page unless said otherwise. Same origin only. */
  readonly returnTo?: string | undefined;
  /** Whom the user will probably sign in as. */
  readonly loginHint?: string | undefined;
  /** `none`, `login`, `consent`, `select_account`, or several with spaces between them. */
  readonly prompt?: string | undefined;
  /** Ways to authenticate to ask for; the session is refused unless it was one of them. */
  readonly acrValues?: string | readonly string[] | undefined;
  /** How long ago the user may have authenticated, in seconds; the session is refused otherwise. */
  readonly maxAge?: number | undefined;
  /** Which APIs the access token is for, as absolute URIs: RFC 8707 §2. */
  readonly resource?: string | readonly string[] | undefined;
  /** Further parameters, such as Cognito's `identity_provider` and `lang`, beside those of the client. */
  readonly extra?: Readonly<Record<string, string | undefined>> | undefined;
  /**
   * What {@link AuthClient.start} is to give back when the user is: anything that JSON can say, up to
   * 16 KiB. It is kept with the sign-in in `localStorage`, in the clear.
   */
  readonly appState?: unknown;
}

/** What a sign-in without leaving the page may ask for. */
export interface SignInHereOptions extends Omit<SignInOptions, "returnTo" | "appState"> {
  /** Ends the wait; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What a sign-in in a popup may ask for. */
export interface PopupOptions extends SignInHereOptions {
  /** The popup's size and place, as `window.open` takes them: `"width=480,height=640"`. */
  readonly features?: string | undefined;
}

/** What a sign-out may ask for. */
export interface SignOutOptions {
  /**
   * The path to go on to when the user is back from the provider's logout page: {@link
   * AuthClient.start} gives it on `postLogoutRedirectUri`. Same origin only.
   */
  readonly returnTo?: string | undefined;
  /**
   * Whether to stay on this page: the tokens are revoked and the session of this browser is over, but
   * the provider's own goes on, so that the next sign-in may ask for no password.
   */
  readonly stay?: boolean | undefined;
}

/** What `accessToken` and `idToken` may be asked for. */
export interface TokenOptions {
  /**
   * How long the token must still be good for, in seconds. One that is not is refreshed first, and no
   * other is given. Unless said otherwise it is 30, or less for short-lived tokens, and one that is good
   * for less is given where the refresh fails or takes long.
   */
  readonly minValiditySeconds?: number | undefined;
  /** Ends the wait; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}
