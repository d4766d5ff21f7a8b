import type { Send } from "../types/api-answer.js";
import type { Wanted } from "../types/life.js";
import type { Page } from "../types/page.js";
import type { Step } from "../types/with-core.js";
import { attempt } from "./attempt.js";
import { AuthError, failure } from "./error.js";

/**
 * Like the browser's `fetch`, with the bearer token where it may go: RFC 6750 §2.1.
 *
 * What to do about a 401 or a foreign answer is for the script to say that comes with the core.
 */
export async function fetchWithBearer(
  page: Page,
  step: Step,
  input: RequestInfo | URL,
  init?: RequestInit,
): Promise<Response> {
  const { allowedOrigins = [location.origin] } = page.options;
  const { bearer: kind } = page.life;
  // Both sides as the browser parses them: a user name, a port, a trailing dot or another alphabet
  // makes another origin.
  const isAllowed = (url: string): boolean =>
    allowedOrigins.some(
      (allowed) => attempt(() => new URL(allowed).origin) === new URL(url).origin,
    );
  const send: Send = async (request, token) => {
    // What a token is, its record says, for the options may be newer.
    if (kind === "access_token" && page.life.record?.token_type === "DPoP") {
      const sendBound = await step((opened, core) => core.sendBound(opened, AuthError.from));
      return await sendBound(request, token);
    }
    request.headers.set("authorization", `Bearer ${token}`);
    return await fetch(request);
  };

  const first = new Request(input, init);
  if (!isAllowed(first.url)) {
    page.onFetch?.(first.url);
    return await fetch(first);
  }
  const request = first.clone();
  let had: Wanted["had"];
  const another = (refused?: string): Promise<string> =>
    page.token({ kind, refused, had, signal: first.signal });
  const sent = await another();
  had = page.life.record;
  const response = await send(first, sent);
  // The browser drops the token when a redirect leaves the origin; its answer is not ours either.
  const isForeign = response.redirected && !isAllowed(response.url);
  if (response.status !== 401 && !isForeign) return response;
  const core = await step((_, withCore) => withCore).catch((error: unknown) => {
    if (isForeign) throw error;
  });
  const refusal = { request, sent, response, send, isAllowed, another };
  return (await core?.settleRefusal(refusal, failure)) ?? response;
}
