import type { AuthError } from "./error.js";
import type { EndReason } from "./life.js";
import type { Claims, Session } from "./session.js";

/** The events of a client. */
export interface AuthEvents<C extends Claims = Claims> {
  /** Somebody signed in or out, or the tokens were renewed. */
  readonly sessionchange: CustomEvent<{ readonly session: Session<C> | null }>;
  /**
   * Another user has signed in than the one who was: here or in another tab. It comes ahead of
   * `sessionchange`, when `session` is the new one's already. `formerSub` is the former user's `sub`.
   */
  readonly userchange: CustomEvent<{ readonly formerSub: string }>;
  /**
   * The session ends in a minute, or less, and nothing renews it; once for each session. `expiresAt` is
   * when, in milliseconds since the epoch.
   */
  readonly expiring: CustomEvent<{ readonly expiresAt: number }>;
  /**
   * With the option `idleSeconds`: there was no input for so long that the user is about to be signed out.
   * `expiresAt` is when, in milliseconds since the epoch.
   */
  readonly idle: CustomEvent<{ readonly expiresAt: number }>;
  /** After `idle`: there was input again, in whichever tab, and the user stays signed in. */
  readonly active: CustomEvent<null>;
  /**
   * The session is over: the user signed out, here or in another tab; or was signed out, for want of
   * input; or nobody could renew its tokens; or the provider ended it.
   */
  readonly signedout: CustomEvent<{ readonly reason: EndReason }>;
  /** A refresh failed. After one of kind `session` or `id_token` the session is over; else it is tried again. */
  readonly refresherror: CustomEvent<{ readonly error: AuthError }>;
}

/** `addEventListener`, or its counterpart, for these events and any others. */
export interface OnAuthEvent<C extends Claims, Options> {
  <Type extends keyof AuthEvents<C>>(
    type: Type,
    listener: ((event: AuthEvents<C>[Type]) => void) | null,
    options?: boolean | Options,
  ): void;
  (
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | Options,
  ): void;
}
