import type { SessionRecord } from "./record.js";

/** The kinds of token that a session has. */
export type TokenKind = "access_token" | "id_token";

/** Why a session is over. */
export type EndReason = "signed_out" | "idle" | "expired" | "ended";

/** A session's life in one page, as far as others than the life itself look at it. */
export interface Life {
  /** The token that the page sends to APIs. */
  readonly bearer: TokenKind;
  /** The record that the page takes for its session's, as it is written; null without a session. */
  readonly text: string | null;
  readonly record: SessionRecord | null;
  /** How often there was news of the other tabs; and after how much of it none had a newer record. */
  readonly news: number;
  readonly sureAt?: number;
  /** When it is to be looked at again, by the clock that nobody sets. */
  readonly ringsAt: number;
  /** Whether the store could be read, the last time. */
  readonly isRead?: boolean;
  /** Whether the store has not taken the record yet. */
  readonly isUnsaved?: boolean;
}

/** Which token is wanted. */
export interface Wanted {
  readonly kind: TokenKind;
  readonly minValiditySeconds?: number | undefined;
  /** One that was refused, and will not do. */
  readonly refused?: string | undefined;
  /** The session that it is wanted for, if it is not the present one whichever that is. */
  readonly had?: SessionRecord | null | undefined;
  /** Whether it is given, or not, without another refresh. */
  readonly isLast?: boolean;
}

/** Why a refresh has failed. */
export interface Fault {
  readonly code?: string;
  /** Whether it is the end of the session: the core's to say. */
  readonly ends?: boolean;
  /** For how many seconds the provider wants to be left alone. */
  readonly retryAfter?: number;
}

/** What happens to a session. */
export type LifeEvent =
  | {
      readonly type: "stored";
      readonly text: string | null | undefined;
      readonly record: SessionRecord | null;
      readonly ended: readonly string[];
    }
  | {
      readonly type: "signed_out" | "changed";
      readonly id?: string | undefined;
      readonly reason?: EndReason | undefined;
    }
  | { readonly type: "woke"; readonly wasAway: boolean | undefined }
  | { readonly type: "rang" | "stuck" | "unread" }
  | ({ readonly type: "wanted" } & Wanted)
  /** What happens only where the core is. */
  | ({ readonly happen: Happening } & (Made | { readonly fault?: Fault | undefined } | Wanted));

/** A record from elsewhere than the store, and how much news of the other tabs there was by then. */
export interface Made {
  readonly text: string;
  readonly record: SessionRecord;
  readonly isSaved: boolean;
  readonly news?: number;
}

/** What an event that comes with the core makes of a life. */
export type Happening = (life: never, event: never, ...rest: never[]) => Answer | undefined;

/** What becomes of the wish for a token: one is given, or there is none, with or without a fault. */
export interface Answer {
  readonly give?: string;
  /** A refresh is to be waited for; `meanwhile` there may be one that will do. */
  readonly wait?: boolean;
  /** The core is to wait for another one than this session had, which the page had when it was wished for. */
  readonly had?: SessionRecord;
  readonly meanwhile?: string | undefined;
  readonly fault?: Fault | undefined;
  /** Whether there is a session all the same. */
  readonly isPassing?: boolean;
}

/** What is to be done: the driver of a life has a method for each. */
export interface Actions {
  /** Looks into the store. */
  look(): void;
  /** Writes that record. */
  save(text: string): void;
  /** Takes that record out of the store, unless there is another one by now. */
  remove(text: string): void;
  /** Replaces the session's tokens. */
  refresh(): void;
  /** Comes back when the life rings, and not before. */
  ring(): void;
  /** Tells the other tabs that there is a new record. */
  tell(): void;
  /** Shows the application the session that there is now. */
  show(): void;
  /** Tells the application that the session is about to end, by this device's clock, and stays as it is. */
  expiring(expiresAt: number): void;
  /** Tells the application that there is none any more. */
  over(reason: EndReason): void;
}

/** The name of an action, and what it is given. */
export type Action = {
  [Name in keyof Actions]: [Name, ...Parameters<Actions[Name]>];
}[keyof Actions];
