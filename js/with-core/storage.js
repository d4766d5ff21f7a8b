// What a page keeps in the browser's storages beside its session.

/** What a storage of the page answers, or the failure that it is blocked. */
export async function settled(core, work) {
  try {
    return await work();
  } catch (cause) {
    throw Object.assign(core.failure("storage", ""), { cause });
  }
}

/** Keeps a text for as long as there is this tab, or forgets it. */
export function keepInTab(key, text) {
  try {
    if (text === undefined) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, text);
  } catch {
    // The user is signed out all the same, and comes back to `postLogoutRedirectUri`.
  }
}
