import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { inflateRawSync } from "node:zlib";

const read = (name) => readFileSync(new URL(`../dist/core/${name}`, import.meta.url));
const module = new WebAssembly.Module(read("core.wasm"));
const glue = read("core.js").toString();

/** A module as a script carries it. */
async function inflated(name) {
  const { default: deflated } = await import(`../dist/core/${name}.js`);
  return inflateRawSync(Buffer.from(deflated, "base64"));
}

test("the module imports functions of its glue, and nothing else", async () => {
  const imports = WebAssembly.Module.imports(module);
  assert.ok(imports.length > 10);
  for (const each of imports) {
    assert.equal(each.module, "./core_bg.js");
    assert.equal(each.kind, "function");
  }
  const later = WebAssembly.Module.imports(new WebAssembly.Module(await inflated("later-inline")));
  const fromGlue = [...imports, ...later.filter((each) => each.module === "./core_bg.js")];
  const [, functions] = glue.split("function __wbg_get_imports()");
  const given = [...functions.matchAll(/^ {8}(\w+): function/gm)].map(([, name]) => name);
  assert.deepEqual([...new Set(fromGlue.map(({ name }) => name))].sort(), given.sort());
});

test("the second part of the module imports what the first exports, and brings no memory", async () => {
  const later = new WebAssembly.Module(await inflated("later-inline"));
  const imports = WebAssembly.Module.imports(later).filter((each) => each.module === "first");
  assert.ok(imports.some((each) => each.kind === "memory"));
  const exports = WebAssembly.Module.exports(module).map(({ name, kind }) => `${kind} ${name}`);
  for (const { name, kind } of imports) assert.ok(exports.includes(`${kind} ${name}`), name);
  assert.deepEqual(
    WebAssembly.Module.exports(later).filter(({ kind }) => kind !== "function"),
    [],
  );
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
  const inlined = await inflated("core-inline");
  // The file has a stamp behind it, for it may be of another build than its glue.
  assert.ok(read("core.wasm").subarray(0, inlined.length).equals(inlined));
});
