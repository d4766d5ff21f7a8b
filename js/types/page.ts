import type { ClientOptions, TokenStore } from "./options.js";
import type { KeptKey } from "./proof-key.js";
import type { SessionRecord } from "./record.js";
import type { News, Tabs } from "./tabs.js";

/** A store as the page uses it. */
export interface PageStore extends TokenStore {
  /**
   * The record that this page wrote, or has asked the other tabs about: what else is in the store may
   * be old. Undefined for a store that is taken at its word.
   */
  own?: string | null;
  /** Another tab wrote a record, or its user signed out of the session with that `id`. */
  hear(news: News, key: string, id?: string): void;
}

/** The session as a page has it, for what comes with the core. */
export interface Page {
  /** What the application has made its client with. */
  readonly options: ClientOptions;
  /** The name of the session's record, which all tabs of the client have in common. */
  readonly key: string;
  /** Under this name the tab keeps what it waits for at the provider's logout page. */
  readonly logoutKey: string;
  readonly store: PageStore;
  readonly record: SessionRecord | null;
  /** What the tokens are bound to, once the core is there: a sign-out, in whichever tab, removes it. */
  proofKey: KeptKey | undefined;
  /** Looks into the store, once. */
  restore(again?: boolean): Promise<void>;
  /** Shows the record that a step has written, and tells the other tabs. */
  show(text: string): void;
  /** The record under this page's key; null when it is not one. */
  read(text: string | null | undefined): SessionRecord | null;
  /** The other tabs of this client. */
  tabs(): Tabs;
}
