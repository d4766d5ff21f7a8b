import type { AuthErrorCode, Failure } from "../types/error.js";

/** What a check has found. */
export interface Finding {
  /** What was looked at. */
  readonly check:
    | "browser"
    | "settings"
    | "discovery"
    | "keys"
    | "authorization"
    | "token"
    | "sign-out"
    | "page"
    | "clock";
  /** `failed` keeps users from signing in, `warning` some of them; `skipped` could not be seen. */
  readonly verdict: "ok" | "warning" | "failed" | "skipped";
  /** What was seen, and what to do about it. */
  readonly evidence: string;
  /** The code that the app would get: docs/errors.md has it. */
  readonly code?: AuthErrorCode;
}

type Check = Finding["check"];

export function skipped(check: Check, evidence: string): Finding {
  return { check, verdict: "skipped", evidence };
}

export function ok(check: Check, evidence: string): Finding {
  return { check, verdict: "ok", evidence };
}

export function warning(check: Check, evidence: string): Finding {
  return { check, verdict: "warning", evidence };
}

export function failed(check: Check, code: AuthErrorCode, evidence: string): Finding {
  return { check, verdict: "failed", evidence, code };
}

/** What the core, or a script that comes with it, has thrown. */
export function refused(check: Check, reason: unknown): Finding {
  const { code, message } = (reason ?? {}) as Partial<Failure>;
  if (code === undefined) return failed(check, "internal", String(reason));
  return failed(check, code, message ?? code);
}
