import { readRecord } from "./record.js";
import type { News, Tabs } from "./tabs.js";
import type { TokenStore } from "./types.js";

/** A store as the page uses it. The core asks `get` before it refreshes. */
export interface PageStore extends TokenStore {
  /** The record, without asking anybody else: what a page load shows. */
  peek(key: string): ReturnType<TokenStore["get"]>;
  /** Another tab wrote a record, or its user signed out. */
  hear(news: News, key: string): void;
}

/** The store that an option stands for. Nothing is touched before it is used. */
export function openStore(
  option: "session" | "local" | "memory" | TokenStore,
  tabs: () => Tabs,
): PageStore {
  switch (option) {
    case "session":
      return sessionStore(tabs);
    case "local":
      return shared(webStore(() => localStorage));
    case "memory":
      return memoryStore();
    default:
      return shared(option);
  }
}

function shared(store: TokenStore): PageStore {
  return {
    get: (key) => store.get(key),
    set: (key, value) => store.set(key, value),
    remove: (key) => store.remove(key),
    peek: (key) => store.get(key),
    // What one tab removes is gone for all.
    hear: () => undefined,
  };
}

/**
 * A duplicated tab starts with a copy of `sessionStorage`, and with it of the refresh token. To use
 * it after the original did would cost both their session, so the other tabs are asked first.
 */
function sessionStore(tabs: () => Tabs): PageStore {
  const store = webStore(() => sessionStorage);
  let trusted: string | null = null;
  const set = (key: string, value: string): void => {
    store.set(key, value);
    trusted = value;
  };
  return {
    ...store,
    set,
    peek: store.get,
    hear(news, key) {
      trusted = null;
      if (news === "signed_out") store.remove(key);
    },
    async get(key) {
      const text = store.get(key);
      if (text === null || text === trusted) return text;
      const record = readRecord(text);
      const newer = record && (await tabs().newerThan(record));
      // While they were asked, this tab may have written or removed it.
      if (store.get(key) !== text) return store.get(key);
      set(key, newer ?? text);
      return newer ?? text;
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
