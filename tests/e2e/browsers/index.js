/**
 * One small interface over three engines, whatever protocol drives them:
 *
 * - `launch(engine)` → browser: `newProfile()`, `isOpen()`, `close()`
 * - profile: `newTab()`, `close()`; cookies and storage are its own, and its tabs share them
 * - tab: see `Tab` in tab.js
 *
 * @typedef {{ name: "chromium" | "firefox" | "webkit" }} Engine
 */

const all = ["chromium", "firefox", "webkit"];
const wanted = (process.env.E2E_ENGINES ?? all.join(",")).split(",");
const unknown = wanted.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  throw new Error(`E2E_ENGINES names ${unknown.join(", ")}; it takes ${all.join(", ")}`);
}

/** @type {Engine[]} the engines to test in, chosen by the environment variable E2E_ENGINES */
export const engines = all.filter((name) => wanted.includes(name)).map((name) => ({ name }));

/** The browsers that outlive the files that use them, by the names of their engines. */
const kept = new Map();

/**
 * @param {Engine} engine
 * @param {{ args?: string[] }} [options] more command-line arguments for the browser
 */
export async function launch({ name }, options) {
  if (options !== undefined || !kept.has(name)) return start(name, options);
  // One that has crashed is no reason for the files after this one to fail.
  if (!kept.get(name)?.isOpen()) kept.set(name, await start(name));
  return { ...kept.get(name), close: () => undefined };
}

/**
 * Has one browser for all that launches this engine without options, until the returned function is called.
 * What tests do in it stays apart by their profiles.
 *
 * @param {Engine} engine
 */
export function keep({ name }) {
  kept.set(name, undefined);
  return async () => {
    await kept.get(name)?.close();
    kept.delete(name);
  };
}

/** Drivers take long to load, and few files need all of them. */
async function start(name, options) {
  return (await import(`./${name}.js`)).launch(options);
}
