import type { Exchange, Send } from "../types/exchange.js";
import { attempt } from "./attempt.js";

/** What `client.fetch` needs of its client. */
export interface Bearer {
  /** The origins that may see the token. */
  readonly allowedOrigins: readonly string[];
  /** A token that is good for so many seconds, or for a while. */
  token(minValiditySeconds?: number): Promise<string>;
  /** Sends a request with a token that is bound to a key: RFC 9449. */
  readonly sendBound: Send | false | undefined;
  /** What becomes of an answer that cannot be given as it is. */
  settle(exchange: Exchange): Promise<Response>;
}

/**
 * Like the browser's `fetch`, with the bearer token where it may go: RFC 6750 §2.1.
 *
 * What to do about a 401 or a foreign answer is for the script to say that comes with the core.
 */
export async function fetchWithBearer(
  { allowedOrigins, token, sendBound, settle }: Bearer,
  input: RequestInfo | URL,
  init?: RequestInit,
): Promise<Response> {
  // Both sides as the browser parses them: a user name, a port, a trailing dot or another alphabet
  // makes another origin.
  const isAllowed = (url: string): boolean =>
    allowedOrigins.some(
      (allowed) => attempt(() => new URL(allowed).origin) === new URL(url).origin,
    );
  // The browser drops the token when a redirect leaves the origin; its answer is not ours either.
  const isForeign = ({ redirected, url }: Response): boolean => redirected && !isAllowed(url);
  const sendUnbound: Send = (request, bearer) => {
    request.headers.set("authorization", `Bearer ${bearer}`);
    return fetch(request);
  };
  const send = sendBound || sendUnbound;

  const first = new Request(input, init);
  if (!isAllowed(first.url)) return await fetch(first);
  const request = first.clone();
  const sent = await token();
  const response = await send(first, sent);
  if (response.status !== 401 && !isForeign(response)) return response;
  return await settle({ request, sent, response, send, isForeign, token });
}
