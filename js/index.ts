import { AuthClient } from "./first-load/client.js";
import { opened } from "./first-load/load.js";
import type { ClientOptions } from "./types/options.js";
import type { Claims } from "./types/session.js";

export * from "./first-load/exports.js";

/**
 * Makes a client. It touches nothing, so it may be called during server-side rendering; what is
 * wrong with the options is said when they are first needed.
 */
export function createClient<C extends Claims = Claims>(options: ClientOptions): AuthClient<C> {
  return new AuthClient<C>(options, (page) => opened(page, import("./with-core/core.js")));
}
