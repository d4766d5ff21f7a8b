import type { UserInfo } from "../types/session.js";
import type { Opened } from "../types/with-core.js";
import { later } from "./later.js";

/** Asks once more with a renewed access token where the provider refuses the present one. */
export async function userInfo({ page, steps }: Opened): Promise<UserInfo> {
  const accessToken = (refused?: string): Promise<string> =>
    page.token({ kind: "access_token", refused });
  const [token] = await Promise.all([accessToken(), later()]);
  const ask = async (): Promise<UserInfo> => JSON.parse(await steps.userInfo()) as UserInfo;
  return await ask().catch(async (fault: unknown) => {
    const isRefused = (fault as { code?: unknown } | undefined)?.code === "token_refused";
    if (!isRefused || (await accessToken(token)) === token) throw fault;
    return await ask();
  });
}
