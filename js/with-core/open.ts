import { Core } from "../core/core.js";
import type { Failure } from "../types/error.js";
import type { Page } from "../types/page.js";
import type { KeptKey } from "../types/proof-key.js";
import type { Opened } from "../types/with-core.js";
import { newestIn } from "./newest.js";
import { Steps } from "./steps.js";

/** Opens a core for a page, with the key that its tokens are bound to. */
export async function openCore(page: Page): Promise<Opened> {
  const { options } = page;
  page.proofKey = options.dpop ? await openProofKey(page.key) : undefined;
  const { store } = options;
  // A store of the application's own stays here; a word that is none of ours is for the core to say.
  const asked = { ...options, store: typeof store === "object" ? undefined : store };
  const core = new Core(JSON.stringify(asked));
  const keys = { session: page.key, logout: page.logoutKey };
  return { page, steps: new Steps(core, newestIn(page), keys, page.proofKey) };
}

/** The key of that name; its script is for those clients alone whose tokens are bound to one. */
async function openProofKey(name: string): Promise<KeptKey> {
  const script = await import("../on-demand/proof-key.js").catch((cause: unknown) => {
    const message = "A script of pkce-wasm was not fetched.";
    throw { code: "network", kind: "network", message, cause } satisfies Failure;
  });
  return script.openProofKey(name);
}
