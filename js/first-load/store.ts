import type { TokenStore } from "../types/options.js";

/** The store that an option stands for. Nothing is touched before it is used. */
export function openStore(option: "session" | "local" | "memory" | TokenStore): TokenStore {
  if (typeof option === "object") return option;
  // A word that is none of these is for the core to refuse.
  return option === "memory" ? memoryStore() : browserStore(option === "local");
}

function browserStore(isLocal: boolean): TokenStore {
  const storage = (): Storage => (isLocal ? localStorage : sessionStorage);
  return {
    get: (key) => storage().getItem(key),
    set: (key, value) => storage().setItem(key, value),
    remove: (key) => storage().removeItem(key),
  };
}

function memoryStore(): TokenStore {
  const records: { [key: string]: string } = {};
  return {
    get: (key) => records[key],
    set: (key, value) => void (records[key] = value),
    remove: (key) => void delete records[key],
  };
}
