import { AuthError } from "../first-load/error.js";
import type { ClientOptions } from "../types/options.js";

/** Options that a preset leaves to the application. */
export type Rest = Omit<
  Extract<ClientOptions, { issuer: string }>,
  "issuer" | "endpoints" | "clientId" | "redirectUri" | "provider"
>;

/** Scopes as the systems write them: with commas, with spaces, or as a list. */
export type Scopes = string | readonly string[];

/** The settings; none where JavaScript gives none. */
export function given<Settings extends object>(settings: Settings): Settings {
  return { ...settings };
}

/**
 * A setting that must be there.
 *
 * @throws {AuthError} `invalid_config` when it is missing, or still a placeholder of its guide.
 */
export function required(name: string, value: string | null | undefined): string {
  if (typeof value !== "string" || value.trim() === "") {
    throw invalid(`The setting ${name} is missing.`);
  }
  return resolved(name, value);
}

/** A setting that may be missing. */
export function optional(name: string, value: string | null | undefined): string | undefined {
  return value === null || value === undefined || value === "" ? undefined : resolved(name, value);
}

/** The system is a server and keeps a secret; a browser cannot: RFC 6749 §2.1. */
export function refuseSecret(name: string, secret: string | null | undefined): void {
  if (secret === null || secret === undefined || secret === "") return;
  const message =
    `The setting ${name} is a client secret, which a browser cannot keep. In Cognito, create a ` +
    "second app client of the type public client, without a secret, and use its client ID.";
  throw new AuthError({ code: "client_has_secret", kind: "config", message });
}

/** An absolute URL of a server, with a path of ours on it. */
export function at(name: string, server: string | null | undefined, path: string): string {
  const base = url(name, server);
  return base.replace(/\/+$/, "") + path;
}

/** An absolute URL, as it was written. */
export function url(name: string, value: string | null | undefined): string {
  const text = required(name, value);
  if (!URL.canParse(text)) throw invalid(`The setting ${name} must be an absolute URL.`);
  return text;
}

export function invalid(message: string): AuthError {
  return new AuthError({ code: "invalid_config", kind: "config", message });
}

/** Guides write `${USER-POOL-ID}`, `{region}` and `<region>` where a value belongs. */
function resolved(name: string, value: string): string {
  const placeholder = /\$\{[^}]*\}|\{[^}]*\}|<[^>]*>/.exec(value);
  if (placeholder === null) return value.trim();
  throw invalid(`The setting ${name} still has the placeholder ${placeholder[0]}: fill it in.`);
}
