import type { SessionRecord } from "../types/record.js";
import type { Claims, Session } from "../types/session.js";
import { attempt } from "./attempt.js";

/** Texts of the record itself, or of the provider's metadata in it, for which one of them stands. */
const TEXTS = [
  "id",
  "subject",
  "scope",
  "access_token",
  "id_token",
  "nonce",
  "provider",
  "jwks_uri",
];
const NUMBERS = ["generation", "expires_at", "id_token_expires_at", "refresh_at"];

/** What is longer, no storage of a browser has taken; cut off, it is no record any more. */
const MOST_LETTERS = 5_000_000;

/** The key of what is kept of a client at an issuer, with or without a final slash: the core's `record_key`. */
export function recordKey(what: string, clientId: string, issuer: string | undefined): string {
  return `pkce-wasm/${what}/${clientId}/${issuer}`.replace(/\/+$/, "");
}

/**
 * Reads the record under a key. The core checked it before it was stored; what is not its own, damaged, or
 * another client's is no session.
 */
export function readRecord(text: string | null | undefined, key: string): SessionRecord | null {
  return attempt(() => {
    const record = JSON.parse((text as string).slice(0, MOST_LETTERS));
    const isOurs =
      record.record === "session/1" &&
      recordKey("session", record.client_id, record.issuer) === key &&
      TEXTS.every((name) => typeof (record[name] ?? record.metadata[name]) === "string") &&
      NUMBERS.every((name) => Number.isFinite(record[name])) &&
      claimsOf(record.id_token) instanceof Object;
    return isOurs ? record : null;
  });
}

/**
 * The snapshot that the application sees. Its tokens are accessors: a browser's console shows the
 * value of every other property, enumerable or not.
 */
export function toSession<C extends Claims>({
  id_token,
  access_token,
  subject: sub,
  expires_at: expiresAt,
  scope,
}: SessionRecord): Session<C> {
  const session = { claims: claimsOf(id_token) as C, sub, expiresAt, scope };
  const hidden = { accessToken: { get: () => access_token }, idToken: { get: () => id_token } };
  return Object.freeze(Object.defineProperties(session, hidden)) as Session<C>;
}

/** The claims, frozen with the objects and arrays in them. */
function claimsOf(idToken: string): object {
  const payload = idToken.split(".")[1] as string;
  const bytes = atob(payload.replaceAll("-", "+").replaceAll("_", "/"));
  const utf8 = Uint8Array.from(bytes, (byte) => byte.charCodeAt(0));
  const text = new TextDecoder().decode(utf8);
  return JSON.parse(text, (_, value: unknown) => Object.freeze(value)) as object;
}
