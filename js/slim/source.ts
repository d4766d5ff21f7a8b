/** The content of `core.wasm`: a response that has it, its bytes, or what was compiled from them. */
export type CoreContent = Response | BufferSource | WebAssembly.Module;

/**
 * Where `core.wasm` comes from: its URL, its content, or a function that gets the content when it is
 * needed, and again after a failure.
 */
export type CoreSource =
  string | URL | CoreContent | (() => CoreContent | PromiseLike<CoreContent>);
