import type { Failure } from "../types/error.js";

/** Some browsers ask the policy when they compile, others when they instantiate. */
export function wasmBlocked(cause: unknown): Failure {
  const message =
    "The page's Content Security Policy forbids WebAssembly: allow 'wasm-unsafe-eval' in script-src.";
  return { code: "wasm_blocked", kind: "environment", message, cause };
}
