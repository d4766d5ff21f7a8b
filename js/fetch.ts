import { AuthError } from "./error.js";
import type { SignInOptions } from "./types.js";

/** What `client.fetch` needs of its client. */
export interface Bearer {
  /** The origins that may see the token. */
  readonly allowedOrigins: readonly string[];
  /** A token that is good for a while; with `renew`, another than the one that was refused. */
  token(renew: boolean): Promise<string>;
  /** Sends a request with a token that is bound to a key: RFC 9449. */
  readonly sendBound?: ((request: Request, token: string) => Promise<Response>) | undefined;
  /** What a `WWW-Authenticate` header asks of the next sign-in: RFC 9470. */
  stepUp(header: string): Promise<SignInOptions | null>;
}

/**
 * Like the browser's `fetch`, with the bearer token where it may go: RFC 6750 §2.1.
 *
 * A 401 is answered once with a renewed token; where there is none to be had, it is the caller's.
 */
export async function fetchWithBearer(
  bearer: Bearer,
  input: RequestInfo | URL,
  init?: RequestInit,
): Promise<Response> {
  const request = new Request(input, init);
  if (!isAllowed(bearer, request.url)) return await fetch(request);
  const again = request.clone();
  const token = await bearer.token(false);
  const response = await send(bearer, request, token);
  if (response.status !== 401) return response;
  const renewed = await bearer.token(true).catch(() => token);
  if (renewed === token) return response;
  await response.body?.cancel();
  return await send(bearer, again, renewed);
}

/**
 * Both sides as the browser parses them: a user name, a port, a trailing dot or another alphabet
 * makes another origin.
 */
function isAllowed({ allowedOrigins }: Bearer, url: string): boolean {
  const { origin } = new URL(url);
  return allowedOrigins.some(
    (allowed) => URL.canParse(allowed) && new URL(allowed).origin === origin,
  );
}

/** No token that is to be had by itself would be good enough. */
async function refuseStepUp(bearer: Bearer, response: Response): Promise<void> {
  const header = response.headers.get("www-authenticate");
  if (!header?.includes("insufficient_user_authentication")) return;
  const signInOptions = await bearer.stepUp(header);
  if (signInOptions === null) return;
  await response.body?.cancel();
  const message = "The API wants the user to authenticate again: pass signInOptions to signIn().";
  throw new AuthError({ code: "step_up_required", kind: "session", message, signInOptions });
}

async function send(bearer: Bearer, request: Request, token: string): Promise<Response> {
  const response = await (bearer.sendBound?.(request, token) ?? sendUnbound(request, token));
  // The browser drops the token when a redirect leaves the origin; its answer is not ours either.
  if (response.redirected && !isAllowed(bearer, response.url)) {
    await response.body?.cancel();
    const message = "The request was redirected to an origin that is not among allowedOrigins.";
    const cause = { origin: new URL(response.url).origin };
    throw new AuthError({ code: "redirect_refused", kind: "provider", message, cause });
  }
  if (response.status === 401) await refuseStepUp(bearer, response);
  return response;
}

async function sendUnbound(request: Request, token: string): Promise<Response> {
  request.headers.set("authorization", `Bearer ${token}`);
  return await fetch(request);
}
