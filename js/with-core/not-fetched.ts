import type { Failure } from "../types/error.js";

/** Fails for want of a script of this package. */
export function notFetched(cause: unknown): never {
  const message = "A script of pkce-wasm was not fetched.";
  throw { code: "network", kind: "network", message, cause } satisfies Failure;
}
