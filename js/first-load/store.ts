import type { TokenStore } from "../types/options.js";
import type { PageStore } from "../types/page.js";
import { readRecord } from "./record.js";

/** The store that an option stands for. Nothing is touched before it is used. */
export function openStore(option: "session" | "local" | "memory" | TokenStore): PageStore {
  switch (option) {
    case "session":
      return tabStore(() => sessionStorage, false);
    case "local":
      return tabStore(() => localStorage, true);
    case "memory":
      return memoryStore();
    default:
      return {
        get: (key) => option.get(key),
        set: (key, value) => option.set(key, value),
        remove: (key) => option.remove(key),
        hear: () => undefined,
      };
  }
}
function tabStore(storage: () => Storage, isShared: boolean): PageStore {
  const get = (key: string): string | null => storage().getItem(key);
  const remove = (key: string): void => storage().removeItem(key);
  const store: PageStore = {
    own: null,
    get,
    remove,
    set(key, value) {
      storage().setItem(key, value);
      store.own = value;
    },
    hear(news, key, id) {
      store.own = null;
      if (news !== "signed_out") return;
      // What one tab removes from a shared store is gone for all. But a refresh in this one may not
      // have seen that yet, and have written it anew; and the next sign-in is none of this news.
      const text = get(key);
      if (!isShared || (text !== null && readRecord(text, key)?.id === id)) remove(key);
    },
  };
  return store;
}

function memoryStore(): PageStore {
  const records = new Map<string, string>();
  return {
    get: (key) => records.get(key),
    set: (key, value) => void records.set(key, value),
    remove: (key) => void records.delete(key),
    hear: (news, key) => void (news === "signed_out" && records.delete(key)),
  };
}
