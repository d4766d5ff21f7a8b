/**
 * Unpacks a module that a script carries, and compiles it.
 *
 * Writing and reading the stream by hand works where `Response` and `Blob` are not the browser's
 * own, as in jsdom.
 */
export async function compiled(deflated: string, byteLength: number): Promise<WebAssembly.Module> {
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
  return await WebAssembly.compile(wasm);
}
