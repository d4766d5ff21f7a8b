import { createClient } from "/pkg/slim.js";

const path = "/pkg/core/core.wasm";
const bytes = () => fetch(path).then((response) => response.arrayBuffer());
const respond = (body, type) => new Response(body, { headers: { "content-type": type } });

/** Ways to give the slim entry its core. */
const sources = {
  path: () => path,
  URL: () => new URL(path, location.href),
  bytes: () => bytes(),
  module: () => WebAssembly.compileStreaming(fetch(path)),
  response: () => fetch(path),
  "function to a response": () => () => fetch(path),
  "response of another type": async () => respond(await bytes(), "application/octet-stream"),
  "response with parameters": async () =>
    respond(await bytes(), 'application/wasm; charset="utf-8"'),

  "path to nothing": () => "/pkg/core/nothing.wasm",
  "path to a web page": () => "/bare/",
  "damaged response": async () => {
    const damaged = new Uint8Array(await bytes());
    damaged.fill(0xff, 8, 16);
    return respond(damaged, "application/wasm");
  },
  "module of another build": async () => {
    const other = new Uint8Array(await bytes());
    other[other.length - 1] ^= 1;
    return WebAssembly.compile(other);
  },
  "module of nothing": () => Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0),
  "function that fails once": () => {
    let fetched = 0;
    return () => (fetched++ === 0 ? Promise.reject(new TypeError("offline")) : fetch(path));
  },
};

/** Makes `window.client` with one of them. */
export async function open(options, source) {
  window.client = createClient(options, await sources[source]());
}
