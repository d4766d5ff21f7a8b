import type { Core } from "../core/core.js";
import type { SessionOfSteps } from "../types/page.js";
import type { KeptKey } from "../types/proof-key.js";
import type * as types from "../types/steps.js";
import type { TokenWorker } from "../types/token-worker.js";

export interface Steps extends types.Steps {}

export declare class Steps {
  constructor(
    core: Core,
    session: SessionOfSteps,
    proofKey: KeptKey | undefined,
    tokenWorker: TokenWorker | undefined,
  );
}
