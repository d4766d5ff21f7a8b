import * as chromium from "./chromium.js";
import * as firefox from "./firefox.js";
import * as webkit from "./webkit.js";

/**
 * One small interface over three engines, whatever protocol drives them:
 *
 * - `launch(engine)` → browser: `newProfile()`, `close()`
 * - profile: `newTab()`, `close()`; cookies and storage are its own, and its tabs share them
 * - tab: see `Tab` in tab.js
 *
 * @typedef {{ name: "chromium" | "firefox" | "webkit", launch: Function }} Engine
 */

const all = [
  { name: "chromium", launch: chromium.launch },
  { name: "firefox", launch: firefox.launch },
  { name: "webkit", launch: webkit.launch },
];

const wanted = (process.env.E2E_ENGINES ?? "chromium,firefox,webkit").split(",");
const unknown = wanted.filter((name) => !all.some((engine) => engine.name === name));
if (unknown.length > 0) {
  throw new Error(`E2E_ENGINES names ${unknown.join(", ")}; it takes chromium, firefox, webkit`);
}

/** @type {Engine[]} the engines to test in, chosen by the environment variable E2E_ENGINES */
export const engines = all.filter((engine) => wanted.includes(engine.name));

/**
 * @param {Engine} engine
 * @param {{ args?: string[] }} [options] more command-line arguments for the browser
 */
export function launch(engine, options = {}) {
  return engine.launch(options);
}
