import type { SignInOptions } from "../types/options.js";
import type { Finished, Opened } from "../types/with-core.js";
import { newerThan } from "./newest.js";

/** Leaves this address for the login page; resolves when the user comes back with the back button. */
export async function signIn(
  { page, steps }: Opened,
  options: SignInOptions,
  address: string,
): Promise<void> {
  const { pathname, search, hash } = new URL(address);
  const isCallbackPage = new URL(page.options.redirectUri).pathname === pathname;
  const here = isCallbackPage ? undefined : pathname + search + hash;
  const { url } = await steps.signIn(JSON.stringify({ ...options, page: here }));
  location.assign(url);
  await new Promise<void>((resolve) => {
    addEventListener("pageshow", function restored({ persisted }) {
      if (!persisted) return;
      removeEventListener("pageshow", restored);
      resolve();
    });
  });
}

/** Shows the page the session of the sign-in that a callback URL answers, unless it is not ours. */
export async function finishSignIn(opened: Opened, callback: string): Promise<Finished> {
  const done = await opened.steps.handleCallback(callback);
  if (done.handled === "left") return { isOurs: false, returnTo: null };
  if (done.handled === "signed_in") opened.page.show(done.record);
  else await adopt(opened, callback, done.record);
  return { isOurs: true, returnTo: done.returnTo ?? null };
}

/**
 * Takes over the session of a sign-in that was finished before: by another client of this page, which
 * has made that record, or in another tab.
 */
async function adopt(
  { page, steps }: Opened,
  callback: string,
  made: string | undefined,
): Promise<void> {
  await page.restore(true);
  const id = new URL(callback).searchParams.get("state");
  if (page.record !== null || id === null) return;
  const text = made ?? (await newerThan({ id, generation: -1 }, page.tabs()));
  if (text === null) return;
  await steps.keep(text);
  await page.restore(true);
}
