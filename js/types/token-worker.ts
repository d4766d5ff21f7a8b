import type { SessionRecord } from "./record.js";

/** Status, content type, DPoP nonce, body, and the pause that is asked for in seconds. */
export type Answer = readonly [
  number,
  string | undefined,
  string | undefined,
  Uint8Array,
  number | undefined,
];

/** A POST that is to be sent. */
export interface AskedRequest {
  readonly url: string;
  readonly init: RequestInit;
  /** So many bytes of the answer are read. */
  readonly limit: number;
  /** Where a refresh token that comes with the answer may go, beside where it came from. */
  readonly revocation: string | undefined;
}

/** What a page asks of the worker. */
export type Asked = (AskedRequest & { readonly id: number }) | { readonly forget: string };

/** What the worker says: that it is there, or what became of a request. */
export type Told =
  | { readonly name: string }
  | { readonly id: number; readonly answer: Answer }
  /** By the name of the exception. */
  | { readonly id: number; readonly failure: string };

/** The worker that keeps refresh tokens, as a page sees it: by handles that stand in their places. */
export interface TokenWorker {
  /** Sends a request of the core, with the refresh token that its handle stands for. */
  answerTo(
    url: string,
    init: RequestInit & { readonly signal: AbortSignal },
    limit: number,
    revocation: string | undefined,
  ): Promise<Answer>;
  /** Whether the refresh token of a record is here: not where another page made it. */
  keeps(record: Pick<SessionRecord, "refresh_token">): boolean;
  /** Lets go of the refresh token. */
  forget(handle: string): void;
}
