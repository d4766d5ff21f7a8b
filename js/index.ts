import { AuthClient } from "./client.js";
import { ready } from "./load.js";
import type { Claims, ClientOptions } from "./types.js";

export * from "./exports.js";

/**
 * Makes a client. It touches nothing, so it may be called during server-side rendering; what is
 * wrong with the options is said when they are first needed.
 */
export function createClient<C extends Claims = Claims>(options: ClientOptions): AuthClient<C> {
  return new AuthClient<C>(options, () => ready(import("./core.js")));
}
