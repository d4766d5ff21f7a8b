import { fileURLToPath } from "node:url";
import { inflateRawSync } from "node:zlib";
import { build } from "esbuild";
import later from "../../dist/core/later-inline.js";

const ENTRY = fileURLToPath(new URL("../../dist/index.js", import.meta.url));

/** What is the language's own, and the same for all pages. Everything else of Node's is hidden. */
const SHARED = new Set(
  `Object Function Array Number parseFloat parseInt Infinity NaN undefined Boolean String Symbol Promise
   RegExp Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError JSON
   Map BigInt Set WeakMap WeakSet WeakRef Proxy Reflect Iterator ArrayBuffer SharedArrayBuffer DataView
   Uint8Array Int8Array Uint16Array Int16Array Uint32Array Int32Array Float32Array Float64Array
   Uint8ClampedArray BigUint64Array BigInt64Array Atomics decodeURI decodeURIComponent encodeURI
   encodeURIComponent escape unescape eval isFinite isNaN Intl URL URLSearchParams TextEncoder DOMException btoa`.split(
    /\s+/,
  ),
);

// The language's own goes through an iterator and calls back for every letter, which is a large part of all
// that a page without the core does.
const { from } = Uint8Array;
Uint8Array.from = (source, map, ...rest) => {
  if (typeof source !== "string" || map === undefined)
    return from.call(Uint8Array, source, map, ...rest);
  const bytes = new Uint8Array(source.length);
  for (let index = 0; index < source.length; index += 1) bytes[index] = map(source[index], index);
  return bytes;
};

/** What each page has of its own: `globalsOf` in page.js gives them. */
export const PAGE_GLOBALS = `window self globalThis document location history navigator localStorage
  sessionStorage BroadcastChannel fetch Request Response Headers setTimeout clearTimeout setInterval
  clearInterval requestIdleCallback cancelIdleCallback queueMicrotask Date Math performance crypto
  addEventListener removeEventListener dispatchEvent Window EventTarget Event CustomEvent
  AbortController AbortSignal isSecureContext open close console structuredClone atob TextDecoder WebAssembly
  DecompressionStream FinalizationRegistry`.split(/\s+/);

/** The second part of the module, which goes to the instance of the first that a page has. */
const LATER = new WebAssembly.Module(inflateRawSync(Buffer.from(later, "base64")));

/** A page's bundle, as its developer would make it: one function of the page's globals. */
export class Library {
  #script;
  #module;
  #byteLength;
  #idle = [];

  /**
   * @param {(code: string) => string} [change] what to make of the bundle first: a mutation
   */
  static async bundle(change = (code) => code) {
    const library = new Library();
    const { outputFiles } = await build({
      entryPoints: [ENTRY],
      bundle: true,
      format: "iife",
      globalName: "library",
      target: "esnext",
      write: false,
      logLevel: "error",
    });
    const code = change(outputFiles[0].text);
    const hidden = Object.getOwnPropertyNames(globalThis).filter(
      (name) => !SHARED.has(name) && !PAGE_GLOBALS.includes(name) && /^[\w$]+$/.test(name),
    );
    library.#script = new Function(...PAGE_GLOBALS, ...hidden, `${code}\nreturn library;`);
    library.#module = await library.#unpack();
    return library;
  }

  /** What a page gets when its script has run. */
  load(globals) {
    return this.#script(...globals);
  }

  /**
   * `WebAssembly` for a page. The module is compiled once, and an instance that a former page had is
   * made as new: instantiating takes longer than most of what a page does with one.
   *
   * @param {(done: () => void) => void} whenGone takes what is to be done when the page is gone
   */
  webAssemblyFor(whenGone) {
    const take = (imports) => {
      const instance = this.#idle.pop() ?? new ReusedInstance(this.#module);
      instance.imports = imports;
      whenGone(() => {
        if (instance.reset()) this.#idle.push(instance);
      });
      return { exports: instance.exports };
    };
    return {
      Module: WebAssembly.Module,
      Instance: function Instance(module, imports) {
        return module === LATER ? new WebAssembly.Instance(LATER, imports) : take(imports);
      },
      // What is compiled was not unpacked (page.js), but has its length.
      compile: async ({ byteLength }) => (byteLength === this.#byteLength ? this.#module : LATER),
      RuntimeError: WebAssembly.RuntimeError,
    };
  }

  /** The module that the package carries, from the bundle itself, by the browser's own means. */
  async #unpack() {
    const address = new URL("https://app.example/");
    const bytes = await new Promise((resolve, reject) => {
      const page = {
        globalThis: { document: {} },
        document: { visibilityState: "visible" },
        location: address,
        EventTarget,
        AbortController,
        atob,
        TextDecoder,
        DecompressionStream,
        WebAssembly: {
          compile: (source) => {
            resolve(source);
            return new Promise(() => undefined);
          },
        },
        FinalizationRegistry: class {},
      };
      const { createClient } = this.load(PAGE_GLOBALS.map((name) => page[name]));
      createClient({}).signIn().catch(reject);
    });
    this.#byteLength = bytes.byteLength;
    return await WebAssembly.compile(bytes);
  }
}

/** An instance whose memory can be put back to what it was at first. */
class ReusedInstance {
  imports;
  #memory;
  #tableLength;
  #table;

  constructor(module) {
    const indirect = {};
    for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
      if (kind !== "function") throw new Error(`The module imports a ${kind}, ${name}.`);
      indirect[from] ??= {};
      indirect[from][name] = (...given) => this.imports[from][name](...given);
    }
    const { exports } = new WebAssembly.Instance(module, indirect);
    const objects = Object.values(exports);
    this.#memory = objects.find((each) => each instanceof WebAssembly.Memory);
    this.#table = objects.find((each) => each instanceof WebAssembly.Table);
    let first;
    // The glue calls this once for each instance: what it leaves is what every page begins with.
    const start = (...given) => {
      if (first !== undefined) return this.#restore(first);
      exports.__wbindgen_start(...given);
      // The first entry settles where the table's free ones are: an index that memory knows.
      exports.__externref_table_dealloc(exports.__externref_table_alloc());
      first = new Uint8Array(this.#memory.buffer).slice();
      this.#tableLength = this.#table.length;
    };
    this.exports = { ...exports, __wbindgen_start: start };
  }

  #restore(first) {
    // What it grew by is not used again: the allocator takes it for somebody else's, and grows anew.
    new Uint8Array(this.#memory.buffer).set(first);
  }

  /** Whether it is fit for another page: one that needed a larger table or memory is not. */
  reset() {
    this.imports = undefined;
    const isSmall = this.#memory.buffer.byteLength <= 4 * 1024 * 1024;
    return isSmall && this.#table.length === this.#tableLength;
  }
}
