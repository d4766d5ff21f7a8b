import { AuthError, type AuthErrorCode, type AuthErrorKind } from "pkce-wasm";
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
