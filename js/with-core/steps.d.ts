import type { Core } from "../core/core.js";
import type { SessionOfSteps } from "../types/page.js";
import type { KeptKey } from "../types/proof-key.js";
import type * as types from "../types/steps.js";

export interface Steps extends types.Steps {}

export declare class Steps {
  constructor(core: Core, session: SessionOfSteps, proofKey: KeptKey | undefined);
}
