import type { TokenStore } from "./types.js";

/** The store that an option stands for. Nothing is touched before it is used. */
export function openStore(option: "session" | "local" | "memory" | TokenStore): TokenStore {
  switch (option) {
    case "session":
      return browserStore(() => sessionStorage);
    case "local":
      return browserStore(() => localStorage);
    case "memory":
      return memoryStore();
    default:
      return option;
  }
}

function browserStore(storage: () => Storage): TokenStore {
  return {
    get: (key) => storage().getItem(key),
    set: (key, value) => storage().setItem(key, value),
    remove: (key) => storage().removeItem(key),
  };
}

function memoryStore(): TokenStore {
  const records = new Map<string, string>();
  return {
    get: (key) => records.get(key),
    set: (key, value) => void records.set(key, value),
    remove: (key) => void records.delete(key),
  };
}
