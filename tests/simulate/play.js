import { historyOf } from "./history.js";
import { shrink } from "./shrink.js";
import { simulate } from "./simulate.js";

/** Of five histories one is of many tabs, and long. */
const LARGE = { tabs: 8, events: 200 };
const SMALL_EVENTS = 60;

/** How large the history of a seed is, unless that is asked for. */
export function sizeOf(seed, { tabs, events } = {}) {
  const size = seed % 5 === 0 ? LARGE : { tabs: 1 + (seed % 7), events: SMALL_EVENTS };
  return { tabs: tabs ?? size.tabs, events: events ?? size.events };
}

/** Plays the history of a seed; Node has to be at no other task (`drain` in simulate.js). */
export const play = (seed, size, library) => simulate(historyOf(seed, sizeOf(seed, size)), library);

/** Runs work as a task of its own. */
export const asTask = (work) =>
  new Promise((resolve, reject) => {
    setImmediate(() => {
      try {
        resolve(work());
      } catch (error) {
        reject(error);
      }
    });
  });

/** The shortest history that was found to violate what that of the seed does, and how it goes. */
export function shortest(seed, size, library) {
  const history = historyOf(seed, sizeOf(seed, size));
  const { violation } = simulate(history, library);
  if (violation === null) return { history, result: simulate(history, library, true) };
  const kind = kindOf(violation);
  const violates = (candidate) => kindOf(simulate(candidate, library).violation) === kind;
  const found = shrink(history, violates);
  return { history: found, result: simulate(found, library, true) };
}

/** A violation, whatever tabs, sign-ins and times are in it. */
export const kindOf = (violation) =>
  violation && `${violation.invariant}: ${violation.text.replace(/\d+/g, "…")}`;
