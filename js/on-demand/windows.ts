import type { Fail } from "../types/error.js";
import type { PopupOptions } from "../types/options.js";
import type { Authorization } from "../types/steps.js";
import type { Step } from "../types/with-core.js";
import { receive } from "./hand-over.js";

export { handOver } from "./hand-over.js";

/** How often a popup is looked at: browsers have no event for the end of another origin's window. */
const LOOK_MILLIS = 100;

/**
 * How often a popup has to be seen on the provider's page for its end to be its user's doing. On the
 * way to a page that cuts it off, it is there for a moment, too.
 */
const LOOKS = 4;

/** How long a provider may take to answer in a hidden frame. */
const SILENCE_MILLIS = 10_000;

/** Gets a response without leaving the page: from a popup, or, where there is to be none, from a frame. */
export async function responseIn(
  { signal, features: _, ...options }: PopupOptions,
  popup: Window | null | undefined,
  step: Step,
  fail: Fail,
): Promise<string> {
  const asked =
    popup === undefined
      ? { prompt: "none", ...options, delivery: "frame" }
      : { ...options, delivery: "popup" };
  const begin = (): Promise<Authorization> =>
    step(({ steps }) => steps.signIn(JSON.stringify(asked)));
  return popup === undefined
    ? await signInWithFrame(begin, fail, signal)
    : await signInWithPopup(popup, begin, fail, signal);
}

/**
 * Shows the provider's page in a popup and waits for the response.
 *
 * @throws {AuthError} `popup_blocked` when there is no popup, `popup_closed` when the user closes it first.
 */
async function signInWithPopup(
  popup: Window | null,
  begin: () => Promise<Authorization>,
  fail: Fail,
  signal: AbortSignal | undefined,
): Promise<string> {
  if (popup === null) {
    const message = "The browser blocked the popup: call signInPopup() from a click.";
    throw fail("popup_blocked", "environment", message);
  }
  const { url, state } = await begin();
  signal?.throwIfAborted();
  // Nothing but its user has been in it yet.
  const message = "The user closed the popup before the sign-in was finished.";
  const popupClosed = (): Error => fail("popup_closed", "callback", message);
  if (popup.closed) throw popupClosed();
  const ended = new AbortController();
  const response = receive(state, anyOf(ended.signal, signal), popup);
  popup.location.replace(url);
  const stop = watch(popup, () => ended.abort(popupClosed()));
  try {
    return await response;
  } finally {
    stop();
    popup.close();
  }
}

/**
 * Calls back when the user closes the popup.
 *
 * A provider's Cross-Origin-Opener-Policy makes a popup look closed that is not. That happens when
 * its page comes up, while the popup has the focus; a user who closes it is back on this page.
 */
function watch(popup: Window, closed: () => void): () => void {
  let looksElsewhere = 0;
  const look = (): void => {
    if (!popup.closed) looksElsewhere += isElsewhere(popup) ? 1 : 0;
    else if (looksElsewhere >= LOOKS && document.hasFocus()) closed();
  };
  const onFocus = (): void => void (popup.closed && closed());
  const timer = setInterval(look, LOOK_MILLIS);
  addEventListener("focus", onFocus);
  return () => {
    clearInterval(timer);
    removeEventListener("focus", onFocus);
  };
}

function isElsewhere(popup: Window): boolean {
  try {
    return popup.location.href !== "about:blank";
  } catch {
    return true;
  }
}

/**
 * Asks the provider in a hidden frame, where it answers without its user or not at all.
 *
 * @throws {AuthError} `timeout` when it does not answer; its pages may refuse to be framed.
 */
async function signInWithFrame(
  begin: () => Promise<Authorization>,
  fail: Fail,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { url, state } = await begin();
  signal?.throwIfAborted();
  const late = new AbortController();
  const timer = setTimeout(() => {
    const message =
      "The provider did not answer in a hidden frame: its pages may refuse to be framed.";
    late.abort(fail("timeout", "network", message));
  }, SILENCE_MILLIS);
  const frame = document.createElement("iframe");
  frame.hidden = true;
  frame.src = url;
  const response = receive(state, anyOf(late.signal, signal));
  document.body.append(frame);
  try {
    return await response;
  } finally {
    clearTimeout(timer);
    frame.remove();
  }
}

function anyOf(one: AbortSignal, other: AbortSignal | undefined): AbortSignal {
  if (other === undefined) return one;
  const either = new AbortController();
  for (const signal of [one, other]) {
    const abort = (): void => either.abort(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  }
  return either.signal;
}
