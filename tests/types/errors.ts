import {
  AuthError,
  type AuthErrorCode,
  type AuthErrorCodes,
  type AuthErrorKind,
  type AuthErrorOf,
  type SignInOptions,
} from "pkce-wasm";
import { same } from "./expect.js";

export function words(error: unknown): string {
  if (!(error instanceof AuthError)) throw error;
  same<typeof error.code, AuthErrorCode>();
  same<typeof error.kind, AuthErrorKind>();
  same<typeof error.errorDescription, string | undefined>();
  // @ts-expect-error a code that does not exist
  if (error.code === "provider_declined") return "";
  switch (error.code) {
    case "provider_denied":
      return "You were not signed in.";
    case "network":
    case "timeout":
      return "Try again.";
    default:
      // The codes that were dealt with are gone.
      same<typeof error.code, Exclude<AuthErrorCode, "provider_denied" | "network" | "timeout">>();
      return error.message;
  }
}

/** The code tells what else there is. */
export function narrow(error: AuthError): AuthErrorKind {
  same<typeof error.signInOptions, SignInOptions | undefined>();
  if (error.code === "step_up_required") {
    same<typeof error, AuthErrorOf<"step_up_required">>();
    same<typeof error.signInOptions, SignInOptions>();
    same<typeof error.kind, "session">();
    return error.kind;
  }
  same<typeof error.signInOptions, undefined>();
  if (error.kind === "network") {
    same<typeof error.code, "network" | "timeout" | "provider_unavailable">();
    same<typeof error.code, AuthErrorCodes["network"]>();
  }
  // @ts-expect-error a code of another kind
  if (error.kind === "callback" && error.code === "timeout") return "internal";
  return error.kind;
}

/** Whoever deals with each code is told when there is another. */
export function isRetried(code: AuthErrorCodes["network"]): boolean {
  switch (code) {
    case "network":
    case "timeout":
      return true;
    case "provider_unavailable":
      return false;
    default:
      same<typeof code, never>();
      return code;
  }
}

export const made: AuthError = AuthError.from(new TypeError("Broken"));

export function change(error: AuthError): void {
  // @ts-expect-error an error does not change
  error.code = "network";
}

/** A list of all kinds has to have each. */
export const advice: Record<AuthErrorKind, string> = {
  config: "Correct the options.",
  environment: "Use another browser.",
  network: "Try again.",
  callback: "Sign in again.",
  provider: "Ask the provider.",
  id_token: "Ask the provider.",
  session: "Sign in.",
  internal: "Report it.",
};

/** As docs/errors.md has it. */
const OneType: new (
  ...given: ConstructorParameters<typeof AuthError>
) => AuthErrorOf<AuthErrorCode> = AuthError;

export class OrdersError extends OneType {
  readonly page = "/orders";
}

export function whereItFailed(error: unknown): string {
  if (!(error instanceof OrdersError)) return "";
  same<typeof error.code, AuthErrorCode>();
  return error.page;
}
