import { AuthClient } from "./first-load/client.js";
import { opened } from "./first-load/load.js";
import type { CoreSource } from "./slim/source.js";
import type { ClientOptions } from "./types/options.js";
import type { Claims } from "./types/session.js";

export * from "./first-load/exports.js";
export type { CoreContent, CoreSource } from "./slim/source.js";

/**
 * Makes a client whose protocol core is a file of its own, `pkce-wasm/core.wasm`. The browser
 * fetches it when protocol work is due, compiles it on the way, and caches it by itself.
 *
 * @param core - Where `core.wasm` is, or how to come by it. It must be this very version's.
 */
export function createClient<C extends Claims = Claims>(
  options: ClientOptions,
  core: CoreSource,
): AuthClient<C> {
  return new AuthClient<C>(options, (page) => opened(page, import("./slim/core.js"), core));
}
