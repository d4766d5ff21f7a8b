import type { SessionRecord } from "../types/record.js";

// How long there was no input, of what the tabs keep of it and what this page has seen: no clock and no
// storage are in here. `now` is the device's wall clock, in milliseconds since the epoch; `ticks` are those
// of a clock that nobody sets.

/** When there was input last, for each sign-in: what all tabs keep. */
export type Kept = Readonly<Record<string, number>>;

/** What a page knows of one sign-in: when there was input, and by its ticks since when it knows that. */
export interface Seen {
  readonly id: string;
  readonly at: number;
  readonly since: number;
}

/** So many sign-ins are kept: also one that no tab shows just now must not seem to be new. */
const MOST = 20;

/** What is kept of sign-ins as a text, which may be anything. */
export function readKept(text: string | null): Kept {
  try {
    const all = Object.entries(JSON.parse(text as string) as object);
    return Object.fromEntries(all.filter(([, at]) => Number.isFinite(at)));
  } catch {
    return {};
  }
}

/**
 * What a page knows of the sign-in of that record, after what it has `seen`. One of which nothing is kept is
 * as old as its tokens: to look at it is no input.
 */
export function seenOf(
  { id, obtained_at = 0 }: SessionRecord,
  kept: Kept,
  seen: Seen | undefined,
  ticks: number,
): Seen {
  const former = seen?.id === id ? seen : undefined;
  const at = kept[id] ?? former?.at ?? obtained_at;
  return former?.at === at ? former : { id, at, since: ticks };
}

/**
 * For how long there was no input. The wall clock runs while the device sleeps or no page is there; the ticks
 * do when it is set back. A time that is yet to come is of a clock that was, and is as far away.
 */
export function idleFor({ at, since }: Seen, now: number, ticks: number): number {
  return Math.max(Math.abs(now - at), ticks - since);
}

/** What is kept after input: all sign-ins had it that are not over by now. */
export function withInput(kept: Kept, id: string, limit: number, now: number): Kept {
  const all = Object.entries(kept).map(([each, at]) => {
    const isOver = Math.abs(now - at) >= limit;
    return [each, isOver ? at : now] as const;
  });
  return withSignIn(Object.fromEntries(all), id, now);
}

/** What is kept when there was input for that sign-in; the oldest of too many go. */
export function withSignIn(kept: Kept, id: string, at: number): Kept {
  const all = Object.entries({ ...kept, [id]: at });
  return Object.fromEntries(all.sort(([, one], [, other]) => other - one).slice(0, MOST));
}
