import { readRecord, sessionKey, toSession, type SessionRecord } from "./record.js";
import { keepRenewed, type Renewal } from "./renewal.js";
import { openStore, type PageStore } from "./store.js";
import { joinTabs, type News, type Tabs } from "./tabs.js";
import type { Claims, ClientOptions, Session } from "./types.js";

/** What a page asks of the client that it is part of. */
interface PageOwner {
  readonly events: EventTarget;
  /** Replaces the session's tokens, which are due. */
  refresh(): Promise<void>;
  /** Forgets the key of this page's tokens: the user signed out in another tab. */
  forgetKey(): Promise<void>;
}

/**
 * The session as this page has it: read from its store, shown to the application and the other tabs,
 * and renewed ahead of its end.
 */
export class Page<C extends Claims> {
  /** The name of the session's record, which all tabs of the client have in common. */
  readonly key: string;
  /** Under this name the tab keeps what it waits for at the provider's logout page. */
  readonly logoutKey: string;
  readonly store: PageStore;
  record: SessionRecord | null = null;
  session: Session<C> | null = null;
  closed = false;
  readonly #owner: PageOwner;
  readonly #listeners = new Set<(session: Session<C> | null) => void>();
  #tabs: Tabs | undefined;
  #renewal: Renewal | undefined;
  #restored = false;

  constructor(options: ClientOptions, owner: PageOwner) {
    this.#owner = owner;
    this.key = sessionKey(options.clientId, options.issuer ?? options.endpoints?.issuer);
    this.logoutKey = this.key.replace("/session/", "/logout/");
    this.store = openStore(options.store ?? "session");
  }

  /** Looks into the store, once. A blocked store holds no session. */
  async restore(again = false): Promise<void> {
    if (this.#restored && !again) return;
    let record = null;
    try {
      record = this.read(await this.store.get(this.key));
    } catch {
      // Nobody is signed in.
    }
    this.#become(record);
    this.#restored = true;
    this.tabs();
  }

  /** Shows the record that a step has written, and tells the other tabs. */
  show(text: string): void {
    this.#become(this.read(text));
    this.tabs().send({ news: "changed" });
  }

  /** The record under this page's key; null when it is not one. */
  read(text: string | null | undefined): SessionRecord | null {
    return readRecord(text, this.key);
  }

  /** The other tabs of this client. */
  tabs(): Tabs {
    this.#tabs ??= joinTabs(
      this.key,
      (news, id) => void this.#hear(news, id),
      () => this.store.get(this.key),
    );
    if (this.closed) this.#tabs.close();
    return this.#tabs;
  }

  subscribe(listener: (session: Session<C> | null) => void): () => void {
    this.#listeners.add(listener);
    listener(this.session);
    return () => void this.#listeners.delete(listener);
  }

  close(): void {
    this.closed = true;
    this.#listeners.clear();
    this.#renewal?.stop();
    this.#tabs?.close();
  }

  #become(record: SessionRecord | null): void {
    const before = this.record;
    this.record = record;
    if (record?.id_token !== before?.id_token || record?.access_token !== before?.access_token) {
      this.session = record && toSession<C>(record);
      const detail = { session: this.session };
      this.#owner.events.dispatchEvent(new CustomEvent("sessionchange", { detail }));
      if (record === null) this.#owner.events.dispatchEvent(new CustomEvent("signedout"));
      for (const listener of [...this.#listeners]) listener(this.session);
    }
    const dueAt = (): number =>
      this.record?.refresh_token === undefined || this.closed ? Infinity : this.record.refresh_at;
    this.#renewal ??= keepRenewed(dueAt, () => this.#owner.refresh());
    this.#renewal.reschedule();
  }

  async #hear(news: News, id?: string): Promise<void> {
    try {
      this.store.hear(news, this.key, id);
      if (news === "signed_out") await this.#owner.forgetKey();
    } catch {
      // A blocked store holds no session, which the next line finds out.
    }
    await this.restore(true);
  }
}
