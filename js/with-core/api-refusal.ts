import { stepUp } from "../core/core.js";
import type { ApiAnswer } from "../types/api-answer.js";
import type { Fail } from "../types/error.js";
import { later } from "./later.js";

/** Without this word, the core need not look into a challenge. */
const STEP_UP = "insufficient_user_authentication";

/**
 * Settles what an API answered that did not take the token: a 401 is answered once with a renewed token;
 * where there is none to be had, it is the caller's.
 *
 * @throws {AuthError} `redirect_refused`, `step_up_required`
 */
export async function settleRefusal(answer: ApiAnswer, fail: Fail): Promise<Response> {
  const { request, sent, response } = answer;
  await refuse(response, answer, fail);
  const renewed = await answer.another(sent).catch(() => {
    request.signal.throwIfAborted();
    return sent;
  });
  if (renewed === sent) return response;
  await response.body?.cancel();
  const second = await answer.send(request, renewed);
  await refuse(second, answer, fail);
  return second;
}

async function refuse(response: Response, { isAllowed }: ApiAnswer, fail: Fail): Promise<void> {
  if (response.redirected && !isAllowed(response.url)) {
    await response.body?.cancel();
    const message = "The request was redirected to an origin that is not among allowedOrigins.";
    const cause = { origin: new URL(response.url).origin };
    throw fail("redirect_refused", "provider", message, { cause });
  }
  const challenge = response.headers.get("www-authenticate");
  // No token that is to be had by itself would be good enough: RFC 9470 §3.
  if (response.status !== 401 || !challenge?.includes(STEP_UP)) return;
  await later();
  const asked = stepUp(challenge);
  if (!asked) return;
  await response.body?.cancel();
  const message = "The API wants the user to authenticate again: pass signInOptions to signIn().";
  const signInOptions = JSON.parse(asked);
  throw fail("step_up_required", "session", message, { signInOptions });
}
