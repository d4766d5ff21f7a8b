import { extend } from "../core/core.js";
import { compiled } from "./inflate.js";
import { notFetched } from "./not-fetched.js";
import { once } from "./once.js";

/**
 * Gets the part of the core that neither a sign-in, its callback nor a refresh needs, before the first step
 * that does: signing out, UserInfo, proofs of possession, and what an API asks for.
 */
export const later: () => Promise<void> = once(async () => {
  const script = await import("../core/later-inline.js").catch(notFetched);
  extend(await compiled(script.default, script.byteLength));
});
