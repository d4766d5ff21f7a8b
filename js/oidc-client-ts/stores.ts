import type { TokenStore } from "../types/options.js";

/** Where oidc-client-ts keeps things: what `userStore` takes. */
export interface StateStore {
  set(key: string, value: string): Promise<void>;
  get(key: string): Promise<string | null>;
  remove(key: string): Promise<string | null>;
  getAllKeys(): Promise<string[]>;
}

/** A storage whose methods may return promises. */
export interface AsyncStorage {
  getItem(key: string): Promise<string | null>;
  setItem(key: string, value: string): Promise<unknown>;
  removeItem(key: string): Promise<unknown>;
  readonly length: Promise<number> | number;
  key(index: number): Promise<string | null>;
  clear(): Promise<void>;
}

/** A `userStore` on a storage of the browser, `localStorage` unless said otherwise. */
export class WebStorageStateStore implements StateStore {
  readonly #store: AsyncStorage | Storage;
  readonly #prefix: string;

  constructor({ prefix = "oidc.", store = localStorage }: WebStorageSettings = {}) {
    this.#store = store;
    this.#prefix = prefix;
  }

  async set(key: string, value: string): Promise<void> {
    await this.#store.setItem(this.#prefix + key, value);
  }

  async get(key: string): Promise<string | null> {
    return await this.#store.getItem(this.#prefix + key);
  }

  async remove(key: string): Promise<string | null> {
    const value = await this.get(key);
    await this.#store.removeItem(this.#prefix + key);
    return value;
  }

  async getAllKeys(): Promise<string[]> {
    const keys: string[] = [];
    const length = await this.#store.length;
    for (let index = 0; index < length; index += 1) {
      const key = await this.#store.key(index);
      if (key?.startsWith(this.#prefix)) keys.push(key.slice(this.#prefix.length));
    }
    return keys;
  }

  /**
   * Which option of `createClient` says the same. The browser's own storages are better told by name:
   * what their tabs must tell each other differs.
   */
  get option(): "session" | "local" | "memory" | TokenStore {
    if (this.#store instanceof InMemoryWebStorage) return "memory";
    if (this.#store === sessionStorage) return "session";
    return this.#store === localStorage ? "local" : tokenStore(this);
  }
}

/** Where a `WebStorageStateStore` keeps things. */
export interface WebStorageSettings {
  readonly prefix?: string;
  readonly store?: AsyncStorage | Storage;
}

/** A storage that forgets everything with the page. */
export class InMemoryWebStorage implements Storage {
  readonly #items = new Map<string, string>();

  getItem(key: string): string | null {
    return this.#items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.#items.set(key, value);
  }

  removeItem(key: string): void {
    this.#items.delete(key);
  }

  clear(): void {
    this.#items.clear();
  }

  key(index: number): string | null {
    return [...this.#items.keys()][index] ?? null;
  }

  get length(): number {
    return this.#items.size;
  }
}

/** Any other `userStore`. */
export function tokenStore(store: StateStore): TokenStore {
  return {
    get: (key) => store.get(key),
    set: (key, value) => store.set(key, value),
    remove: async (key) => void (await store.remove(key)),
  };
}
