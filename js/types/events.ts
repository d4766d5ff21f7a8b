import type { AuthError } from "./error.js";
import type { Claims, Session } from "./session.js";

/** The events of a client. */
export interface AuthEvents<C extends Claims = Claims> {
  /** Somebody signed in or out, or the tokens were renewed. */
  readonly sessionchange: CustomEvent<{ readonly session: Session<C> | null }>;
  /** The session is over. */
  readonly signedout: CustomEvent<null>;
  /** A refresh failed. Unless the error's kind is `session`, it is tried again. */
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
