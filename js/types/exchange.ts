/** Sends a request with a token. */
export type Send = (request: Request, token: string) => Promise<Response>;

/** A request to an API that was answered, and what may be done about the answer. */
export interface Exchange {
  /** The same request, not yet sent. */
  readonly request: Request;
  /** The token that was sent. */
  readonly sent: string;
  readonly response: Response;
  /** A token that is good for so many seconds. */
  token(minValiditySeconds: number): Promise<string>;
  readonly send: Send;
  /** Whether an answer comes from where the token may not go. */
  isForeign(response: Response): boolean;
}
