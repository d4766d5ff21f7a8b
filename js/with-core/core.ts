import deflated, { byteLength } from "../core/core-inline.js";
import { initSync, type Core } from "../core/core.js";
import type { Page } from "../types/page.js";
import type { Opened } from "../types/with-core.js";
import { once } from "./once.js";
import { coreOf, openCore } from "./open.js";
import { wasmBlocked } from "./wasm-blocked.js";

export * from "./exports.js";

/** Opens the module that this script carries, for a page. */
export async function open(page: Page): Promise<Opened> {
  await instantiate();
  return await openCore(page);
}

/** A core by itself, for options that are examined. */
export async function coreFor(options: object): Promise<Core> {
  await instantiate();
  return await coreOf(options);
}

/**
 * Unpacks the module that this script carries, and makes it ready.
 *
 * Writing and reading the stream by hand works where `Response` and `Blob` are not the browser's
 * own, as in jsdom.
 */
const instantiate = once(async () => {
  // The browser's own decoder, where there is one: a loop over the letters takes longer than the rest.
  const { fromBase64 } = Uint8Array as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> };
  const bytes =
    fromBase64?.call(Uint8Array, deflated) ??
    Uint8Array.from(atob(deflated), (byte) => byte.charCodeAt(0));
  const inflate = new DecompressionStream("deflate-raw");
  const writer = inflate.writable.getWriter();
  void writer.write(bytes);
  void writer.close();
  const wasm = new Uint8Array(byteLength);
  let offset = 0;
  const reader = inflate.readable.getReader();
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    wasm.set(chunk.value, offset);
    offset += chunk.value.length;
  }
  try {
    initSync({ module: await WebAssembly.compile(wasm) });
  } catch (cause) {
    throw wasmBlocked(cause);
  }
});
