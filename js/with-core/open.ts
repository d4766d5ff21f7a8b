import { Core } from "../core/core.js";
import type { Page } from "../types/page.js";
import type { KeptKey } from "../types/proof-key.js";
import type { TokenWorker } from "../types/token-worker.js";
import type { Opened } from "../types/with-core.js";
import { explained, refuseMistakes, tellOfFetch } from "./explained.js";
import { later } from "./later.js";
import { notFetched } from "./not-fetched.js";
import { sessionOf } from "./session.js";
import { Steps } from "./steps.js";

/** Opens a core for a page, with the key that its tokens are bound to, and the worker that keeps the refresh token. */
export async function openCore(page: Page): Promise<Opened> {
  const { options } = page;
  // The session may be of a time when the option `dpop` was another; or be over, for want of input.
  await page.restore();
  const isBound = options.dpop || page.life.record?.proof_key !== undefined;
  // Proofs of the key are made by the second part of the core.
  const [proofKey] = isBound ? await Promise.all([openProofKey(page.key), later()]) : [];
  page.proofKey = proofKey;
  const { store = "session" } = options;
  // A store of the application's own stays here; a word that is none of ours is for the core to say.
  const asked = { ...options, store: typeof store === "object" ? undefined : store };
  const core = await coreOf(asked);
  // The page keeps the rest in its memory.
  const isKept = store === "worker";
  if (isKept) page.tokenWorker = await openTokenWorker();
  const session = sessionOf(page, isKept ? "memory" : store);
  const steps = new Steps(core, session, page.proofKey, page.tokenWorker);
  page.onOver = () => {
    page.proofKey?.release();
    steps.letGo();
  };
  tellOfFetch(page);
  return { page, session, steps };
}

/** A core with these options; what is wrong with them is thrown, in as many words as there are. */
export async function coreOf(options: object): Promise<Core> {
  const text = JSON.stringify(options);
  await refuseMistakes(text);
  try {
    return new Core(text);
  } catch (reason) {
    throw await explained(reason, options);
  }
}

/** The key of that name; its script is for those clients alone whose tokens are bound to one. */
async function openProofKey(name: string): Promise<KeptKey> {
  const script = await import("../on-demand/proof-key.js").catch(notFetched);
  return script.openProofKey(name);
}

/** The page's worker; its script is for those clients alone whose refresh token it keeps. */
async function openTokenWorker(): Promise<TokenWorker> {
  const script = await import("../on-demand/token-worker.js").catch(notFetched);
  return await script.openTokenWorker();
}
