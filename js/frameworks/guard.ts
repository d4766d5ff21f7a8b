import type { SignInOptions } from "../types/options.js";
import type { Claims } from "../types/session.js";
import type { AuthSource } from "./auth.js";

/**
 * What a router does before a page for who is signed in: it waits for what the page's load comes to, and
 * sends to sign in, and back to that very page, who is not.
 *
 * @param href - The page that is asked for, as a link leads to it.
 * @returns whether it may be shown. If not, the browser is not leaving: for an error that is to be read
 * first, or because the user chose to stay. On a server nobody is known, nor kept out.
 */
export async function mayEnter<C extends Claims>(
  source: AuthSource<C>,
  href: string,
  signIn?: SignInOptions,
): Promise<boolean> {
  await source.begin();
  if (!globalThis.document) return true;
  const auth = source.current();
  if (auth.session !== null) return true;
  // Who follows a link, whatever has failed before, means it.
  if (auth.error !== null && isOpened(href)) return false;
  await auth.signIn({ returnTo: pathOf(href), ...signIn });
  return source.current().session !== null;
}

/**
 * The same for a router that stays where it is when a page may not be shown. Of a page that was opened by
 * its address there is no other to stay on: it waits for who signs in by another way, such as a popup.
 */
export async function enter<C extends Claims>(
  source: AuthSource<C>,
  href: string,
  signIn?: SignInOptions,
): Promise<boolean> {
  const may = await mayEnter(source, href, signIn);
  if (may || !isOpened(href)) return may;
  return await new Promise((resolve) => {
    const unsubscribe = source.subscribe(() => {
      if (source.current().session === null) return;
      unsubscribe();
      resolve(true);
    });
  });
}

/** Whether the address is that page's already, as a router writes it there only once it is shown. */
function isOpened(href: string): boolean {
  return pathOf(href) === pathOf(location.href);
}

function pathOf(href: string): string {
  const { pathname, search, hash } = new URL(href, document.baseURI);
  return pathname + search + hash;
}
