/** The longest that a timer is trusted: it stands still while the device sleeps. */
const LONGEST_MILLIS = 60_000;

/** The first and the longest pause after a fault that may pass. */
const FIRST_PAUSE_MILLIS = 1_000;
const LONGEST_PAUSE_MILLIS = 5 * 60_000;

/**
 * Watches the clock, and the page's return from sleep, from the background and from being offline.
 *
 * @param dueAt - When to renew, in milliseconds since the epoch; infinity when there is nothing to.
 * @param renew - Renews. A rejection means that the session stands and it is worth trying again.
 * @param signal - Ends it.
 * @returns What to call when the session has changed: it looks again when that is due.
 */
export function keepRenewed(
  dueAt: () => number,
  renew: () => Promise<void>,
  signal: AbortSignal,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pause = 0;
  let notBefore = 0;
  let isRenewing = false;

  /** How long to wait, which is for ever when there is nothing to wait for. */
  const wait = (): number => Math.max(dueAt(), notBefore) - Date.now();
  const reschedule = (): void => {
    clearTimeout(timer);
    const millis = wait();
    if (millis < Infinity) timer = setTimeout(look, Math.min(millis, LONGEST_MILLIS));
  };
  const look = (): void => {
    if (isRenewing) return;
    if (wait() > 0) return reschedule();
    isRenewing = true;
    renew()
      .then(
        () => (pause = 0),
        () => (pause = Math.min(pause * 2 || FIRST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS)),
      )
      .finally(() => {
        isRenewing = false;
        notBefore = Date.now() + pause;
        reschedule();
      });
  };
  const wake = (): void => {
    if (document.visibilityState === "hidden") return;
    pause = 0;
    notBefore = 0;
    look();
  };
  addEventListener("online", wake, { signal });
  addEventListener("pageshow", wake, { signal });
  document.addEventListener("visibilitychange", wake, { signal });
  signal.addEventListener("abort", () => clearTimeout(timer));
  return reschedule;
}
