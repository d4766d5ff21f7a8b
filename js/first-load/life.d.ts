import type { Action, Answer, Life, LifeEvent, TokenKind } from "../types/life.js";

/** The life of a page that has not looked into its store. `bearer` is the token that it sends to APIs. */
export function begin(bearer: TokenKind): Life;

/**
 * What becomes of a life by an event, what is to be done, in that order, and what is answered to a wish.
 *
 * @param now - The device's clock, in milliseconds since the epoch.
 * @param ticks - Milliseconds of a clock that nobody sets.
 */
export function live(
  before: Life,
  event: LifeEvent,
  now: number,
  ticks: number,
): { readonly life: Life; readonly actions: readonly Action[]; readonly answer?: Answer };
