import { readRecord } from "./record.js";
import type { News, Tabs } from "./tabs.js";
import type { TokenStore } from "./types.js";

/** A store as the page uses it. The core asks `get` before it refreshes. */
export interface PageStore extends TokenStore {
  /** The record, without asking anybody else: what a page load shows. */
  peek(key: string): ReturnType<TokenStore["get"]>;
  /** Another tab wrote a record, or its user signed out of the session with that `id`. */
  hear(news: News, key: string, id?: string): void;
}

/** The store that an option stands for. Nothing is touched before it is used. */
export function openStore(
  option: "session" | "local" | "memory" | TokenStore,
  tabs: () => Tabs,
): PageStore {
  switch (option) {
    case "session":
      return tabStore(() => sessionStorage, tabs, false);
    case "local":
      return tabStore(() => localStorage, tabs, true);
    case "memory":
      return memoryStore();
    default:
      return customStore(option);
  }
}

function customStore(store: TokenStore): PageStore {
  return {
    get: (key) => store.get(key),
    set: (key, value) => store.set(key, value),
    remove: (key) => store.remove(key),
    peek: (key) => store.get(key),
    hear: () => undefined,
  };
}

/**
 * The browser's storage, of which the core must not see an old state when it refreshes: a refresh
 * token that was used already would cost the session.
 *
 * A duplicated tab starts with a copy of `sessionStorage`; and what one tab writes to `localStorage`
 * may reach the others only after a Web Lock has. So a record that this page did not write is asked
 * about among the tabs.
 */
function tabStore(storage: () => Storage, tabs: () => Tabs, isShared: boolean): PageStore {
  const store = webStore(storage);
  let own: string | null = null;
  const set = (key: string, value: string): void => {
    store.set(key, value);
    own = value;
  };
  return {
    ...store,
    set,
    peek: store.get,
    hear(news, key, id) {
      own = null;
      if (news !== "signed_out") return;
      // What one tab removes from a shared store is gone for all. But a refresh in this one may not
      // have seen that yet, and have written it anew; and the next sign-in is none of this news.
      const text = store.get(key);
      if (!isShared || (text !== null && readRecord(text, key)?.id === id)) store.remove(key);
    },
    async get(key) {
      const text = store.get(key);
      if (text === null || text === own) return text;
      const record = readRecord(text, key);
      const newer = record && (await tabs().newerThan(record));
      // While they were asked, this tab may have written or removed it.
      if (store.get(key) !== text) return store.get(key);
      if (newer !== null) set(key, newer);
      own = newer ?? text;
      return own;
    },
  };
}

function webStore(storage: () => Storage) {
  return {
    get: (key: string) => storage().getItem(key),
    set: (key: string, value: string) => storage().setItem(key, value),
    remove: (key: string) => storage().removeItem(key),
  };
}

function memoryStore(): PageStore {
  const records = new Map<string, string>();
  return {
    get: (key) => records.get(key),
    set: (key, value) => void records.set(key, value),
    remove: (key) => void records.delete(key),
    peek: (key) => records.get(key),
    hear: (news, key) => void (news === "signed_out" && records.delete(key)),
  };
}
