import type { ClientOptions } from "../types/options.js";
import type * as types from "../types/page.js";
import type { KeptKey } from "../types/proof-key.js";
import type { SessionRecord } from "../types/record.js";
import type { Claims, Session } from "../types/session.js";
import type { News, Tabs } from "../types/tabs.js";
import { readRecord, sessionKey, toSession } from "./record.js";
import { keepRenewed } from "./renewal.js";
import { openStore } from "./store.js";
import { joinTabs } from "./tabs.js";

/**
 * The session as this page has it: read from its store, shown to the application and the other tabs,
 * and renewed ahead of its end.
 */
export class Page<C extends Claims> implements types.Page {
  readonly options: ClientOptions;
  readonly key: string;
  readonly logoutKey: string;
  readonly store: types.PageStore;
  record: SessionRecord | null = null;
  session: Session<C> | null = null;
  /** Ends every subscription and the renewal. */
  readonly closing: AbortController = new AbortController();
  proofKey: KeptKey | undefined;
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
    this.options = options;
    this.#events = events;
    this.#refresh = refresh;
    this.key = sessionKey(options.clientId, options.issuer ?? options.endpoints?.issuer);
    this.logoutKey = this.key.replace("/session/", "/logout/");
    this.store = openStore(options.store ?? "session");
  }

  async restore(again = false): Promise<void> {
    if (this.#restored && !again) return;
    this.#become(this.read(await this.#stored()));
    this.#restored = true;
    this.tabs();
  }

  show(text: string): void {
    this.#become(this.read(text));
    this.tabs().send({ news: "changed" });
  }

  read(text: string | null | undefined): SessionRecord | null {
    return readRecord(text, this.key);
  }

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
      if (news === "signed_out") await this.proofKey?.forget();
    } catch {
      // A blocked store holds no session, which the next line finds out.
    }
    await this.restore(true);
  }
}
