import type { openFlow } from "../with-core/flow.js";
import { failure } from "./error.js";

interface Core {
  readonly openFlow: typeof openFlow;
}

/** Gives the protocol core, ready for use. */
export type LoadCore = () => Promise<Core>;

/** A script that brings the protocol core. */
interface CoreScript<Source extends unknown[]> extends Core {
  /** Makes it ready for use, once for all clients of a page. */
  instantiate(...source: Source): Promise<void>;
}

/** Waits for a script, and makes the core ready. */
export async function ready<Source extends unknown[]>(
  script: Promise<CoreScript<Source>>,
  ...source: Source
): Promise<Core> {
  const core = await fetched(script);
  await core.instantiate(...source);
  return core;
}

/** Waits for a script of this package. */
export async function fetched<Script>(script: Promise<Script>): Promise<Script> {
  return await script.catch((cause: unknown) => {
    const message = "A script of pkce-wasm was not fetched.";
    throw failure("network", "network", message, { cause });
  });
}
