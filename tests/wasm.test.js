import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const read = (name) => readFileSync(new URL(`../dist/core/${name}`, import.meta.url));
const module = new WebAssembly.Module(read("core.wasm"));
const glue = read("core.js").toString();

test("the module imports functions of its glue, and nothing else", () => {
  const imports = WebAssembly.Module.imports(module);
  assert.ok(imports.length > 10);
  for (const each of imports) {
    assert.equal(each.module, "./core_bg.js");
    assert.equal(each.kind, "function");
  }
  const [, functions] = glue.split("function __wbg_get_imports()");
  const given = [...functions.matchAll(/^ {8}(\w+): function/gm)].map(([, name]) => name);
  assert.deepEqual(imports.map(({ name }) => name).sort(), given.sort());
});

test("the module reaches neither the network nor the document nor other code", () => {
  // The requests are `platform.js`'s; what the glue has of its own fetches the module itself.
  const [, imported] = glue.split("function __wbg_get_imports()");
  const [functions] = imported.split("\n}\n");
  assert.doesNotMatch(
    functions,
    /fetch|XMLHttpRequest|WebSocket|EventSource|sendBeacon|document|eval|Function\(|importScripts/,
  );
});

test("the script carries the very module that is also a file of its own", async () => {
  const { default: deflated } = await import("../dist/core/core-inline.js");
  const inflate = new DecompressionStream("deflate-raw");
  const writer = inflate.writable.getWriter();
  void writer.write(Buffer.from(deflated, "base64"));
  void writer.close();
  const inlined = Buffer.from(await new Response(inflate.readable).arrayBuffer());
  // The file has a stamp behind it, for it may be of another build than its glue.
  assert.ok(read("core.wasm").subarray(0, inlined.length).equals(inlined));
});
