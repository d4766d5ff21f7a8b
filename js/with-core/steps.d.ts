import type { Core } from "../core/core.js";
import type { ProofKey } from "../types/proof-key.js";
import type * as types from "../types/steps.js";

/** Where a session's record is kept. */
export interface RecordStore {
  get(key: string): unknown;
  set(key: string, record: string): unknown;
  remove(key: string): unknown;
  /** Another tab has changed the record: what this one knows of it is old. */
  hear(news: "changed", key: string): unknown;
}

/** The names of what is kept. */
export interface Keys {
  readonly session: string;
  readonly logout: string;
}

export interface Steps extends types.Steps {}

export declare class Steps {
  constructor(core: Core, store: RecordStore, keys: Keys, proofKey: ProofKey | undefined);
}
