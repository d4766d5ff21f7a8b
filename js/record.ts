import type { Claims, Session } from "./types.js";

/** The core's record of a session, as far as a page without the core needs it. */
export interface SessionRecord {
  readonly record: "session/1";
  /** Which sign-in it came from. */
  readonly id: string;
  readonly client_id: string;
  readonly issuer: string;
  readonly subject: string;
  readonly scope: string;
  readonly access_token: string;
  readonly id_token: string;
  readonly refresh_token?: string;
  readonly generation: number;
  readonly expires_at: number;
  readonly id_token_expires_at: number;
  readonly refresh_at: number;
}

/** Reads a record. The core checked it before it was stored; whatever is not its own is no session. */
export function readRecord(text: string): SessionRecord | null {
  try {
    const record = JSON.parse(text) as SessionRecord;
    return record.record === "session/1" ? record : null;
  } catch {
    return null;
  }
}

/** The snapshot that the application sees. */
export function toSession<C extends Claims>(record: SessionRecord): Session<C> {
  const session = {
    claims: Object.freeze(claimsOf(record.id_token)) as C,
    sub: record.subject,
    expiresAt: record.expires_at,
    scope: record.scope,
  };
  const hidden = {
    accessToken: { value: record.access_token },
    idToken: { value: record.id_token },
  };
  return Object.freeze(Object.defineProperties(session, hidden)) as Session<C>;
}

function claimsOf(idToken: string): object {
  const payload = idToken.split(".")[1] ?? "";
  const bytes = atob(payload.replaceAll("-", "+").replaceAll("_", "/"));
  const utf8 = Uint8Array.from(bytes, (byte) => byte.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(utf8)) as object;
}
