import { readFileSync } from "node:fs";
import { Core, initSync } from "../../dist/core/core.js";
import { explained, mistakeIn } from "../../dist/on-demand/mistakes.js";

/** What the core asks a window for before it reads options. */
class Window {
  isSecureContext = true;
}

let isReady = false;

/** Beside this script when it is bundled, and where the build has it otherwise. */
const PLACES = ["./core/core.wasm", "../../dist/core/core.wasm"];

/**
 * Has the very core that runs in the browser read the options.
 * @param {object} options of `createClient`
 * @returns {{ code: string, message: string, option?: string } | undefined} what it refuses them for
 */
export function refusalOf(options) {
  if (!isReady) initSync({ module: wasm() });
  isReady = true;
  const mistake = mistakeIn(options);
  if (mistake) return failure(mistake);
  Object.assign(globalThis, { Window, window: new Window() });
  try {
    new Core(JSON.stringify(options)).free();
    return undefined;
  } catch (reason) {
    return failure(explained(reason, options));
  } finally {
    delete globalThis.Window;
    delete globalThis.window;
  }
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
