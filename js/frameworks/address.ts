/** Puts another path in the place of this page's address, and tells its router. */
export function replaceAddress(path: string): void {
  history.replaceState(null, "", path);
  announceAddress();
}

/** Has the router read the address again: most listen to `popstate`. */
export function announceAddress(): void {
  dispatchEvent(new PopStateEvent("popstate"));
}
