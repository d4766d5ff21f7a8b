import type { ClientOptions } from "../types/options.js";
import { failed, ok, warning, type Finding } from "./finding.js";

/** A module with nothing in it. */
const EMPTY = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/** What a sign-in needs of the browser, and of the page that it shows. */
export async function* checkBrowser(_options: ClientOptions): AsyncGenerator<Finding> {
  if (!isSecureContext) {
    const advice = "Serve the page over https:, or from localhost.";
    yield failed("browser", "insecure_context", `The page is no secure context. ${advice}`);
  }
  try {
    await WebAssembly.instantiate(EMPTY);
  } catch {
    const advice = "Allow 'wasm-unsafe-eval' in script-src.";
    yield failed("browser", "wasm_blocked", `The page's policy forbids WebAssembly. ${advice}`);
  }
  for (const name of ["localStorage", "sessionStorage"] as const) {
    if (keeps(name)) continue;
    const advice = "Allow this site's data in the browser.";
    yield failed("browser", "storage_blocked", `${name} keeps nothing. ${advice}`);
  }
  if (!("locks" in navigator)) {
    yield warning("browser", "There are no Web Locks: tabs cannot agree on who renews a session.");
  }
  if (!("BroadcastChannel" in globalThis)) {
    yield warning("browser", "There is no BroadcastChannel: tabs do not hear of each other.");
  }
  yield ok("browser", "The rest that a sign-in needs of the browser is there.");
}

/** Whether a storage has what was put there; its getter may throw. */
function keeps(name: "localStorage" | "sessionStorage"): boolean {
  const key = "pkce-wasm/doctor";
  try {
    const storage = globalThis[name];
    storage.setItem(key, name);
    const isKept = storage.getItem(key) === name;
    storage.removeItem(key);
    return isKept;
  } catch {
    return false;
  }
}
