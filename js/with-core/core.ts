import deflated, { byteLength } from "../core/core-inline.js";
import { initSync, type Core } from "../core/core.js";
import type { Page } from "../types/page.js";
import type { Opened } from "../types/with-core.js";
import { compiled } from "./inflate.js";
import { once } from "./once.js";
import { coreOf, openCore } from "./open.js";
import { wasmBlocked } from "./wasm-blocked.js";

export * from "./exports.js";

/** Opens the module that this script carries, for a page. */
export async function open(page: Page): Promise<Opened> {
  await instantiate();
  return await openCore(page);
}

/** A core by itself, for options that are examined. */
export async function coreFor(options: object): Promise<Core> {
  await instantiate();
  return await coreOf(options);
}

/** Unpacks the module that this script carries, and makes it ready. */
const instantiate = once(async () => {
  try {
    initSync({ module: await compiled(deflated, byteLength) });
  } catch (cause) {
    throw wasmBlocked(cause);
  }
});
