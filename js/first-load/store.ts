import type { ClientOptions, TokenStore } from "../types/options.js";

/** The store that an option stands for. Nothing is touched before it is used. */
export function openStore(option: NonNullable<ClientOptions["store"]>): TokenStore {
  if (typeof option === "object") return option;
  // A worker has the refresh token alone. A word that is none of these is for the core to refuse.
  return option === "session" || option === "local"
    ? browserStore(option + "Storage")
    : memoryStore();
}

function browserStore(name: string): TokenStore {
  const storage = (): Storage => (globalThis as unknown as { [name: string]: Storage })[name]!;
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
