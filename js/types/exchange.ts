/** Sends a request with a token. */
export type Send = (request: Request, token: string) => Promise<Response>;

/** A request to an API that was answered, and what may be done about the answer. */
export interface Exchange {
  /** The same request, not yet sent. */
  readonly request: Request;
  /** The token that was sent. */
  readonly sent: string;
  readonly response: Response;
  /** Another token than the one that was refused, or the same where there is no better one. */
  another(refused: string): Promise<string>;
  readonly send: Send;
  /** Whether the token may go to that address. */
  isAllowed(url: string): boolean;
}
