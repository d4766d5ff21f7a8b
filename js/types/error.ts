import type { SignInOptions } from "./options.js";

/**
 * What can go wrong, under who can fix it. The set is closed, and each code has its entry in
 * docs/errors.md.
 */
export interface AuthErrorCodes {
  /**
   * You: in the options, or at the provider. `npx pkce-wasm doctor` tells more: its line `settings` of the
   * options, `discovery` of the issuer and the domain, `authorization` of callback, scopes and grant, `token` of
   * a client secret, `page` of the callback's page.
   */
  readonly config:
    | "invalid_config"
    | "client_has_secret"
    | "insecure_url"
    | "redirect_uri_mismatch"
    | "pool_has_no_domain"
    | "scope_not_enabled"
    | "flow_not_enabled"
    | "return_to_refused"
    | "silent_unsupported"
    | "parameter_refused";
  /**
   * The page or the browser. `examine` of `pkce-wasm/doctor` tells more, in its line `browser`; of a policy that
   * forbids WebAssembly, `npx pkce-wasm doctor` does as well, in its line `page`.
   */
  readonly environment:
    | "insecure_context"
    | "storage_blocked"
    | "wasm_blocked"
    | "worker_blocked"
    | "popup_blocked"
    | "not_in_browser";
  /**
   * Nobody in particular: try again. If that does not help, `npx pkce-wasm doctor` tells a host that is not
   * there (`discovery`, `keys`, `token`) from an origin that may not read (`cross-origin`) and from the page's
   * policy (`page`).
   */
  readonly network: "network" | "timeout" | "provider_unavailable";
  /** The user, by signing in anew. */
  readonly callback:
    | "state_missing"
    | "state_mismatch"
    | "sign_in_expired"
    | "popup_closed"
    | "sign_out_state_mismatch"
    | "callback_invalid";
  /** The provider. */
  readonly provider:
    | "provider_denied"
    | "provider_error"
    | "code_refused"
    | "response_invalid"
    | "issuer_mismatch"
    | "pkce_unsupported"
    | "userinfo_subject"
    | "redirect_refused";
  /** The provider; until then nobody is signed in. */
  readonly id_token:
    | "id_token_missing"
    | "id_token_malformed"
    | "id_token_algorithm"
    | "id_token_key"
    | "id_token_signature"
    | "id_token_issuer"
    | "id_token_audience"
    | "id_token_authorized_party"
    | "id_token_expired"
    | "id_token_issued_at"
    | "id_token_nonce"
    | "id_token_subject"
    | "id_token_auth_time"
    | "id_token_acr"
    | "id_token_access_token_hash"
    | "id_token_use";
  /** The user, by signing in. */
  readonly session:
    | "login_required"
    | "interaction_required"
    | "session_ended"
    | "user_changed"
    | "token_refused"
    | "step_up_required"
    | "client_closed";
  /** The authors of this library. */
  readonly internal: "internal";
}

/** Who can fix an error. */
export type AuthErrorKind = keyof AuthErrorCodes;

/** What went wrong: a stable name to branch on. */
export type AuthErrorCode = AuthErrorCodes[AuthErrorKind];

/** The kind of a code. */
type KindOf<Code extends AuthErrorCode> = {
  [Kind in AuthErrorKind]: Code extends AuthErrorCodes[Kind] ? Kind : never;
}[AuthErrorKind];

/** What the core reports, before it is an error. */
export interface Failure {
  readonly code: AuthErrorCode;
  readonly kind: AuthErrorKind;
  readonly message: string;
  readonly error?: string;
  readonly errorDescription?: string;
  readonly cause?: unknown;
  readonly returnTo?: string | undefined;
  readonly signInOptions?: SignInOptions;
}

/** Makes an error: given to the scripts that come later, which import none that came first. */
export type Fail = (
  code: AuthErrorCode,
  kind: AuthErrorKind,
  message: string,
  more?: Partial<Failure>,
) => AuthError;

/** An error with one code. */
export interface AuthErrorOf<Code extends AuthErrorCode> extends Error {
  readonly name: "AuthError";
  /** What went wrong: a stable name to branch on. */
  readonly code: Code;
  /** Who can fix it. */
  readonly kind: KindOf<Code>;
  /** The provider's `error`, in its own words: RFC 6749 §4.1.2.1, §5.2. */
  readonly error: string | undefined;
  /** The provider's `error_description`. It is text for developers, from outside: show it with care. */
  readonly errorDescription: string | undefined;
  /**
   * With the failure of a callback, the path that its sign-in began on: where to lead the user back to,
   * or what to pass to `signIn` for the next one. `signIn` does so itself on the page of the callback.
   */
  readonly returnTo: string | undefined;
  /** With `step_up_required`, what to pass to `signIn` for the API to be content: RFC 9470 §4. */
  readonly signInOptions: Code extends "step_up_required" ? SignInOptions : undefined;
}

/** Every failure of this library. */
export type AuthError = { [Code in AuthErrorCode]: AuthErrorOf<Code> }[AuthErrorCode];

/** The class of all these errors. */
export interface AuthErrorClass {
  readonly prototype: AuthError;
  new (failure: Failure): AuthError;
  /** The error that a rejected step of the core stands for. */
  from(reason: unknown): AuthError;
}
