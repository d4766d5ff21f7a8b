import { readFileSync } from "node:fs";
import { inflateRawSync } from "node:zlib";
import { Core, extend, initSync } from "../dist/core/core.js";
import later from "../dist/core/later-inline.js";
import { explained, mistakeIn } from "../dist/on-demand/mistakes.js";

let isReady = false;

/** Beside this script when it is bundled, and where the build has it otherwise. */
const PLACES = ["./core/core.wasm", "../dist/core/core.wasm"];

/** A storage, which is forgotten with the client. */
function storage() {
  const kept = new Map();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
    key: (index) => [...kept.keys()][index] ?? null,
    get length() {
      return kept.size;
    },
  };
}

/**
 * The very core that runs in the browser, with a client's options.
 * @param {object} options of `createClient`
 * @returns {<T>(step: (core: Core) => T) => T} what has the core take a step
 * @throws {{ code: string, message: string, option?: string }} as each step may
 */
export function coreOf(options) {
  makeReady();
  const mistake = mistakeIn(options);
  if (mistake) throw failure(mistake);
  const localStorage = storage();
  const within = (step) => {
    try {
      return asInBrowser({ isSecureContext: true, localStorage }, step);
    } catch (reason) {
      throw failure(explained(reason, options));
    }
  };
  const core = within(() => new Core(JSON.stringify(options)));
  return (step) => within(() => step(core));
}

function makeReady() {
  if (isReady) return;
  initSync({ module: wasm() });
  extend(new WebAssembly.Module(inflateRawSync(Buffer.from(later, "base64"))));
  isReady = true;
}

function wasm() {
  for (const place of PLACES) {
    try {
      return readFileSync(new URL(place, import.meta.url));
    } catch {
      // The other one.
    }
  }
  throw new Error("core.wasm is missing: install pkce-wasm again.");
}

/** What the core looks for in a window, for as long as a step takes: later versions of Node have some of it. */
function asInBrowser(window, step) {
  const before = Object.keys(window).map((name) => [
    name,
    Object.getOwnPropertyDescriptor(globalThis, name),
  ]);
  for (const [name, value] of Object.entries(window)) {
    Object.defineProperty(globalThis, name, { value, configurable: true });
  }
  try {
    return step();
  } finally {
    for (const [name, descriptor] of before) {
      delete globalThis[name];
      if (descriptor !== undefined) Object.defineProperty(globalThis, name, descriptor);
    }
  }
}

function failure({ code, message, cause }) {
  return { code, message, option: cause?.option };
}
