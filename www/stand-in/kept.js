/**
 * What the stand-in keeps, in IndexedDB: browsers end a service worker between two requests.
 *
 * @typedef {object} Kept
 * @property {(key: string, value: unknown) => Promise<void>} keep
 * @property {(key: string) => Promise<any>} find undefined where there is none
 * @property {(key: string) => Promise<any>} take finds it for one caller alone, and forgets it
 */

/** @returns {Kept} */
export function openKept(name = "pkce-wasm-stand-in") {
  const opened = new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore("kept");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  /** Runs requests in one transaction, and gives what the first of them found. */
  async function within(work) {
    const transaction = (await opened).transaction("kept", "readwrite");
    const request = work(transaction.objectStore("kept"));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  }

  return {
    keep: (key, value) => within((store) => store.put(value, key)),
    find: (key) => within((store) => store.get(key)),
    take: (key) =>
      within((store) => {
        const found = store.get(key);
        store.delete(key);
        return found;
      }),
  };
}
