import type { Answer, Fault, Life, LifeEvent, Wanted } from "./life.js";
import type { ClientOptions, TokenOptions, TokenStore } from "./options.js";
import type { KeptKey } from "./proof-key.js";
import type { SessionRecord } from "./record.js";
import type { Message } from "./tabs.js";
import type { TokenWorker } from "./token-worker.js";

/** The session as a page has it, for the steps of the protocol, whoever drives them. */
export interface SessionOfSteps {
  /** The name of the session's record, which all tabs of the client have in common. */
  readonly key: string;
  /** Under this name the tab keeps what it waits for at the provider's logout page. */
  readonly logoutKey: string;
  /** The session's record after a look into the store; undefined without a session. */
  latest(): Promise<string | undefined>;
  /** The same, after the other tabs were asked: where they may have a newer one, or in any case. */
  newest(inAnyCase: boolean): Promise<string | null>;
  /** Takes a record that a step has made, which must be saved or stays in the page until it can be. */
  keep(text: string, mustBeSaved: boolean): Promise<void>;
  /** A token request is wanted, or is being sent after it `hasWaited`. */
  requested(hasWaited: boolean): void;
  /** Ends the session, in all tabs. */
  end(): Promise<void>;
}

/** The same, with what the session's life asks for. */
export interface SessionOfPage extends SessionOfSteps {
  /** Tries once more to write that record. */
  save(text: string): Promise<void>;
  /** Takes that record out of the store, unless there is another one by now. */
  remove(text: string): Promise<void>;
}

/** The session as a page has it, for what comes with the core. */
export interface Page {
  /** What the application has made its client with. */
  readonly options: ClientOptions;
  /** The name of the session's record, which all tabs of the client have in common. */
  readonly key: string;
  /** Under this name the tab keeps what it waits for at the provider's logout page. */
  readonly logoutKey: string;
  /** Under this name the browser keeps which sign-ins were signed out of. */
  readonly endedKey: string;
  readonly store: TokenStore;
  /** Aborted once the client is closed. */
  readonly closing: AbortController;
  readonly life: Life;
  /** Those who wait for a refresh to end, with a fault or without. */
  readonly waiting: ((fault: Fault | undefined) => void)[];
  /** What the tokens are bound to, once the core is there. */
  proofKey: KeptKey | undefined;
  /** What keeps the refresh token, with `store: "worker"`, once the core is there. */
  tokenWorker: TokenWorker | undefined;
  /** What the end of a session takes from what comes with the core. */
  onOver: (() => void) | undefined;
  /** Hears of an address that `client.fetch` sends no token to: in development, once the core is there. */
  onFetch: ((url: string) => void) | undefined;
  /** Looks into the store, unless that was done. */
  restore(): Promise<void>;
  /** Looks into the store. */
  look(): Promise<void>;
  /** The record of this page's client that a text is; null when it is none. */
  read(text: string | null | undefined): SessionRecord | null;
  /** The sign-ins that were signed out of, in whichever tab. */
  ended(): string[];
  /** Brings the session's life an event, and does what that asks for. */
  happen(event: LifeEvent): Answer;
  /** A token that was wanted, after a refresh where one is due; the signal ends the wait. */
  token(wanted: Wanted & TokenOptions): Promise<string>;
  /** Tells the other tabs of this client. */
  tell(message: Message): void;
}
