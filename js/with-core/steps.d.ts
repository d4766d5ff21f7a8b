import type { Core } from "../core/core.js";
import type { ProofKey } from "../types/proof-key.js";

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

/** Where a sign-in goes, and what its response is known by. */
export interface Authorization {
  readonly url: string;
  readonly state: string;
}

/** How a callback URL was dealt with. */
export interface Handled {
  /** It is not ours or not a callback at all; it was answered before; the user is signed in. */
  readonly handled: "left" | "answered" | "signed_in";
  readonly record?: string;
  readonly returnTo?: string;
}

/** Where a sign-out has led. */
export interface Returned {
  /** The user has come back from the logout page just now. */
  readonly back?: boolean;
  readonly returnTo?: string;
}

export declare class Steps {
  constructor(core: Core, store: RecordStore, keys: Keys, proofKey: ProofKey | undefined);
  prepare(): Promise<void>;
  signIn(options: string): Promise<Authorization>;
  handleCallback(url: string): Promise<Handled>;
  keep(record: string): Promise<void>;
  refresh(generation: number): Promise<string>;
  userInfo(): Promise<string>;
  signOut(options: string, stay: boolean): Promise<string | undefined>;
  finishSignOut(url: string): Promise<Returned>;
  prove(method: string, url: string, accessToken: string): Promise<string>;
}
