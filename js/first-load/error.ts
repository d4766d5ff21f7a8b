import type * as types from "../types/error.js";
import type { AuthErrorClass, Fail, Failure } from "../types/error.js";

/**
 * Every failure of this library. Nothing in it is secret: it may be logged as it is.
 *
 * `cause` is the evidence: what was expected and found, or the exception of the browser or of a store
 * of your own. To test the `code` or the `kind` tells TypeScript what else such an error has.
 */
export type AuthError = types.AuthError;

export const AuthError: AuthErrorClass = class extends Error {
  override readonly name = "AuthError";

  constructor({ message, ...said }: Failure) {
    // A console shows no more of an error than its name, this and the cause.
    super(`${message} [pkce-wasm/docs/errors.md#${said.code}]`, said);
    Object.assign(this, said);
  }

  static from(reason: unknown): AuthError {
    if (reason instanceof AuthError) return reason;
    const known = reason as Failure | null | undefined;
    if (known?.kind) return new AuthError(known);
    return failure("internal", "internal", "Please report it.", { cause: reason });
  }
} as unknown as AuthErrorClass;

export const failure: Fail = (code, kind, message, more) =>
  new AuthError({ code, kind, message, ...more });

export const clientClosed = (): AuthError =>
  failure("client_closed", "session", "The client was closed.");
