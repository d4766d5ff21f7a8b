// What happens in a session's life only where the core is: see `first-load/life.js`.

/** A page makes three token requests at once at the most, and then one in this time. */
const PACE_MILLIS = 1_000;
const BURST = 3;

/** The first and the longest pause after a fault that may pass. */
const FIRST_PAUSE_MILLIS = 1_000;
const LONGEST_PAUSE_MILLIS = 5 * 60_000;

/** The longest that a provider is believed which wants to be left alone. */
const LONGEST_HOLD_MILLIS = 60 * 60_000;

/** One that a refresh has brought so lately is not replaced because an API refuses it, too. */
const YOUNG_MILLIS = 10_000;

/**
 * This page has a record from elsewhere than the store: by a sign-in, a refresh, or another tab, or
 * because none of the other tabs has a newer one. There was so much `news` of them by then.
 */
export function made(life, { text, record, isSaved, news }, actions, now, ticks, means) {
  const { record: own } = life;
  if (own?.id === record.id && own.generation > record.generation) {
    // It was on its way when the newer one was made, and may have come to the store after it.
    actions.push(["save", life.text]);
    return;
  }
  const isAnother = text !== life.text;
  if (isAnother && means.isWorthless(life, record, now)) {
    actions.push(["remove", text]);
    // The refresh token of the page's own is spent: with its successor the session is over.
    if (own?.id === record.id) means.finish(life, "expired", actions);
    return;
  }
  if (isAnother || (isSaved && life.isUnsaved)) actions.push(["tell"]);
  if (isAnother) means.take(life, text, record, actions, now);
  life.isUnsaved = !isSaved;
  life.sureAt = news ?? life.news;
}

/**
 * A token request is wanted, or is being sent: a refresh that `hasWaited` for its lock counts from then, and
 * one that nobody sends counts, too.
 */
export function requested(life, { hasWaited }, actions, now, ticks) {
  const before = hasWaited ? life.pacedTo - PACE_MILLIS : life.pacedTo;
  life.pacedTo = Math.max(before, ticks - (BURST - 1) * PACE_MILLIS) + PACE_MILLIS;
}

/** A refresh has come to its end, which may be the session's. */
export function refreshed(life, { fault }, actions, now, ticks, { finish }) {
  const { pause } = life;
  life.renewing = null;
  life.isWanted = false;
  life.pause = 0;
  life.heldUntil = 0;
  if (fault === undefined) return;
  // A tab that was away meanwhile may have a newer record the next time.
  life.sureAt = -1;
  if (fault.ends) finish(life, "ended", actions);
  life.pause = Math.min(pause * 2 || FIRST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS);
  life.notBefore = ticks + life.pause;
  const hold = Math.min(1_000 * fault.retryAfter, LONGEST_HOLD_MILLIS);
  if (!(hold > 0)) return;
  life.held = fault;
  life.heldUntil = ticks + hold;
  life.notBefore = Math.max(life.notBefore, life.heldUntil);
}

/**
 * Somebody waits for a token: one for so many seconds, or another than one that was refused. There is one
 * to `give`, there is none, or a refresh is to be waited for, while there may be one that will do.
 */
export function awaited(life, wanted, actions, now, ticks, { EXPIRY, present }) {
  const { kind, minValiditySeconds, refused, isLast } = wanted;
  const { record, held, heldUntil } = life;
  if (record === null) return {};
  const give = record[kind];
  const time = present(life, record, now);
  const left = record[EXPIRY[kind]] - time;
  const isRenewable = kind === "access_token" || record.id_token_renewed !== false;
  const canRenew = record.refresh_token !== undefined && isRenewable;
  const isGood = left > 0;
  const willDo = isGood && minValiditySeconds === undefined;
  const isNewest = record.generation > 0 && time - record.obtained_at < YOUNG_MILLIS;
  const isFresh =
    refused === undefined ? willDo && time < record.refresh_at : refused !== give || isNewest;
  if (isGood && (isFresh || !canRenew || left > 1_000 * minValiditySeconds)) return { give };
  if (!canRenew) return {};
  const isHeld = ticks < heldUntil;
  if (isLast || isHeld) {
    return willDo ? { give } : { fault: isHeld ? held : undefined, isPassing: true };
  }
  life.isWanted = true;
  return { wait: true, meanwhile: willDo ? give : undefined };
}
