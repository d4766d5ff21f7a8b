import type { TokenStore } from "../types/options.js";
import type { Page, SessionOfPage } from "../types/page.js";

/** A page's session, in that kind of store, as the steps of the protocol work on it. */
export function sessionOf(
  page: Page,
  store: "session" | "local" | "memory" | TokenStore,
): SessionOfPage;
