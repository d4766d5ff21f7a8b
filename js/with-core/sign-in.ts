import type { SignInOptions } from "../types/options.js";
import type { Failure } from "../types/error.js";
import type { Finished, Opened, Responses } from "../types/with-core.js";
import { explained } from "./explained.js";
import { newerThan } from "./newest.js";
import { underPolicy } from "./page-policy.js";
import { requireWayBack } from "./way-back.js";

/** So long a browser may take to leave a page: by then the provider has shown nothing to go to. */
const LEAVING_MILLIS = 10_000;

/** Leaves this address for the login page; resolves when the user is on this page all the same. */
export async function signIn(
  opened: Opened,
  options: SignInOptions,
  address: string,
): Promise<void> {
  const { page, steps } = opened;
  await requireWayBack(page.options, address);
  const appState = asJson(options.appState);
  const asked = JSON.stringify({ ...options, appState, page: address, before: opened.before });
  const begin = () => steps.signIn(asked);
  const { url } = await underPolicy(begin).catch(async (reason: unknown) => {
    throw await explained(reason, page.options);
  });
  if (page.closing.signal.aborted) {
    const message = "This client was closed.";
    throw { code: "client_closed", kind: "session", message } satisfies Failure;
  }
  location.assign(url);
  await userIsHere();
}

/** What the application wants to have back is a text for the core: whatever is in it, it looks at none of it. */
function asJson(appState: unknown): string | undefined {
  try {
    return JSON.stringify(appState);
  } catch (cause) {
    const message = "The option appState must be JSON.";
    throw { code: "invalid_config", kind: "config", message, cause } satisfies Failure;
  }
}

/** What lies in a storage need not be what was put there: then it is lost, and the sign-in is not. */
function ofJson(appState: string | undefined): unknown {
  try {
    return appState && JSON.parse(appState);
  } catch {
    return undefined;
  }
}

/**
 * The user is back with the back button; or was never gone: no event says that the browser did not leave,
 * because it was stopped, the provider answered 204, or the user chose to stay. What they do here does, or
 * that this page is still there.
 */
async function userIsHere(): Promise<void> {
  const found = new AbortController();
  const { signal } = found;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, LEAVING_MILLIS);
    signal.addEventListener("abort", () => clearTimeout(timer));
    const here = (): void => resolve();
    addEventListener("pageshow", ({ persisted }) => persisted && here(), { signal });
    addEventListener("pointerdown", here, { signal, capture: true });
    addEventListener("keydown", here, { signal, capture: true });
  });
  found.abort();
}

/** Shows the page the session of the sign-in that a callback URL answers, unless it is not ours. */
export async function finishSignIn(
  opened: Opened,
  callback: string,
  responses: Responses,
): Promise<Finished | undefined> {
  const { key } = opened.page;
  const done = await opened.steps.handleCallback(callback).catch((error: Failure) => {
    opened.before = error.returnTo;
    // What may work the next time is kept for it.
    const { kind, code } = error;
    if (kind !== "network" && code !== "storage_blocked") responses[key] = "";
    throw error;
  });
  if (done.handled === "left") return undefined;
  const state = new URL(callback).searchParams.get("state") ?? "";
  if (done.handled === "answered" && state !== "") await takeOver(opened, state, done.record);
  responses[key] = state;
  return { returnTo: done.returnTo ?? null, appState: ofJson(done.appState) };
}

/**
 * Takes over the session of the sign-in with this `state`, which was finished before: by another client of
 * this page, which may have made that record, or in another tab.
 */
async function takeOver(
  { page, session }: Opened,
  state: string,
  made?: string | undefined,
): Promise<void> {
  await page.look();
  if (page.life.record !== null) return;
  const text = made ?? (await newerThan(page, { id: state, generation: -1 }));
  // Where the store does not take it, this page has it.
  if (text !== null) await session.keep(text, false);
}

/**
 * The same for a client whose sign-in another copy of this package has finished on this page: a store in
 * memory has it for that copy alone. Other stores show it, or are not for it to be put into.
 */
export async function adopt(opened: Opened, responses: Responses, state: string): Promise<void> {
  const { key, options } = opened.page;
  // Who comes later does not ask for it; who came at the same time does.
  responses[key] = "";
  const isKept = options.store === "memory" || options.store === "worker";
  if (isKept) await takeOver(opened, state);
}
