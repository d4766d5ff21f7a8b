import { readRecord, sessionKey, toSession, type SessionRecord } from "./record.js";
import { keepRenewed } from "./renewal.js";
import { openStore, type PageStore } from "./store.js";
import { joinTabs, type News, type Tabs } from "./tabs.js";
import type { Claims, ClientOptions, Session } from "../types/options.js";

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
  /** Ends every subscription and the renewal. */
  readonly closing: AbortController = new AbortController();
  /** What else a sign-out in another tab takes from this page. */
  onSignedOut: (() => Promise<void>) | undefined;
  readonly #events: EventTarget;
  readonly #refresh: () => Promise<void>;
  #tabs: Tabs | undefined;
  #reschedule: (() => void) | undefined;
  #restored = false;

  /**
   * @param events - What happens is told there.
   * @param refresh - Replaces the session's tokens, which are due.
   */
  constructor(options: ClientOptions, events: EventTarget, refresh: () => Promise<void>) {
    this.#events = events;
    this.#refresh = refresh;
    this.key = sessionKey(options.clientId, options.issuer ?? options.endpoints?.issuer);
    this.logoutKey = this.key.replace("/session/", "/logout/");
    this.store = openStore(options.store ?? "session");
  }

  /** Looks into the store, once. */
  async restore(again = false): Promise<void> {
    if (this.#restored && !again) return;
    this.#become(this.read(await this.#stored()));
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
      () => this.#stored(),
      this.closing.signal,
    );
    return this.#tabs;
  }

  /** What the store has under this page's key. A blocked store holds no session. */
  async #stored(): Promise<string | null | undefined> {
    try {
      return await this.store.get(this.key);
    } catch {
      return null;
    }
  }

  #become(record: SessionRecord | null): void {
    const before = this.record;
    this.record = record;
    if (record?.id_token !== before?.id_token || record?.access_token !== before?.access_token) {
      this.session = record && toSession<C>(record);
      const detail = { session: this.session };
      this.#events.dispatchEvent(new CustomEvent("sessionchange", { detail }));
      if (record === null) this.#events.dispatchEvent(new CustomEvent("signedout"));
    }
    const { signal } = this.closing;
    const dueAt = (): number =>
      this.record?.refresh_token === undefined || signal.aborted
        ? Infinity
        : this.record.refresh_at;
    this.#reschedule ??= keepRenewed(dueAt, this.#refresh, signal);
    this.#reschedule();
  }

  async #hear(news: News, id?: string): Promise<void> {
    try {
      this.store.hear(news, this.key, id);
      if (news === "signed_out") await this.onSignedOut?.();
    } catch {
      // A blocked store holds no session, which the next line finds out.
    }
    await this.restore(true);
  }
}
