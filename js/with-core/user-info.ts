import type { UserInfo } from "../types/session.js";
import type { Opened } from "../types/with-core.js";
import { later } from "./later.js";
import { USER_CHANGED } from "./token.js";

/**
 * The claims of the user who is signed in. Asks once more with a renewed access token where the provider
 * refuses the present one.
 */
export async function userInfo({ page, steps }: Opened): Promise<UserInfo> {
  await page.restore();
  const { record: had } = page.life;
  const accessToken = (refused?: string): Promise<string> =>
    page.token({ kind: "access_token", refused, had });
  const [token] = await Promise.all([accessToken(), later()]);
  const ask = async (): Promise<UserInfo> => JSON.parse(await steps.userInfo()) as UserInfo;
  const claims = await ask().catch(async (fault: unknown) => {
    const isRefused = (fault as { code?: unknown } | undefined)?.code === "token_refused";
    if (!isRefused || (await accessToken(token)) === token) throw fault;
    return await ask();
  });
  // The core held them against the session that there was by then.
  if (claims.sub !== had?.subject) throw USER_CHANGED;
  return claims;
}
