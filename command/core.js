import { readFileSync } from "node:fs";
import { Core, initSync } from "../dist/core/core.js";
import { explained, mistakeIn } from "../dist/on-demand/mistakes.js";

let isReady = false;

/** Beside this script when it is bundled, and where the build has it otherwise. */
const PLACES = ["./core/core.wasm", "../dist/core/core.wasm"];

/** What the core has of a window: where the page is, random bytes, and a storage. It looks for it once. */
class Window {
  isSecureContext = true;
  crypto = globalThis.crypto;
}

const window = new Window();

/** The storage of a client, which is forgotten with it. */
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
 * @returns {(step: (core: Core) => unknown) => unknown} what has the core take a step, as on the page at
 *   `redirectUri`
 * @throws {{ code: string, message: string, option?: string }} as each step may
 */
export function coreOf(options) {
  if (!isReady) initSync({ module: wasm() });
  isReady = true;
  const mistake = mistakeIn(options);
  if (mistake) throw failure(mistake);
  const { redirectUri } = options;
  const location = { origin: URL.canParse(redirectUri) ? new URL(redirectUri).origin : "" };
  const its = { location, localStorage: storage() };
  const within = (step) => {
    Object.assign(globalThis, { Window, window: Object.assign(window, its) });
    try {
      return step();
    } catch (reason) {
      throw failure(explained(reason, options));
    } finally {
      delete globalThis.Window;
      delete globalThis.window;
    }
  };
  const core = within(() => new Core(JSON.stringify(options)));
  return (step) => within(() => step(core));
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

function failure({ code, message, cause }) {
  return { code, message, option: cause?.option };
}
