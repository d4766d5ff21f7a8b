/** Sends a request with a token. */
export type Send = (request: Request, token: string) => Promise<Response>;

/** What an API has answered, and what may be done about it. */
export interface ApiAnswer {
  /** The request that it answers, once more and not yet sent. */
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
