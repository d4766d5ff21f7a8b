import { CONFIG } from "./history.js";

/** How many histories are tried to make one short. */
const MOST_TRIES = 3_000;

/**
 * Makes a history that violates an invariant short: it is to violate the same one with fewer events,
 * in a plainer world, and with less time between them.
 *
 * @param {import("./history.js").History} history
 * @param {(history: import("./history.js").History) => boolean} violates
 */
export function shrink(history, violates) {
  let tries = 0;
  let best = history;
  /** Takes what still violates. */
  const take = (candidate) => {
    if (tries >= MOST_TRIES) return false;
    tries += 1;
    if (!violates(candidate)) return false;
    best = candidate;
    return true;
  };
  let before;
  do {
    before = JSON.stringify(best);
    withoutEvents(() => best, take);
    plainer(() => best, take);
    sooner(() => best, take);
  } while (JSON.stringify(best) !== before && tries < MOST_TRIES);
  return best;
}

/** Leaves out as many events at once as can be: halves first, then smaller parts. */
function withoutEvents(present, take) {
  for (let size = present().events.length; size >= 1; size = Math.floor(size / 2)) {
    for (let end = present().events.length; end > 0; end -= size) {
      const { events } = present();
      const from = Math.max(0, end - size);
      const left = [...events.slice(0, from), ...events.slice(end)];
      // What is left out takes its time all the same, or else the rest would be another history.
      const gap = events.slice(from, end).reduce((sum, { after }) => sum + after, 0);
      if (from < left.length) left[from] = { ...left[from], after: left[from].after + gap };
      if (!take({ ...present(), events: left })) continue;
    }
  }
}

function plainer(present, take) {
  for (const name in CONFIG) {
    const [plain] = CONFIG[name];
    const { config } = present();
    if (JSON.stringify(config[name]) !== JSON.stringify(plain)) {
      take({ ...present(), config: { ...config, [name]: plain } });
    }
  }
}

function sooner(present, take) {
  for (let index = 0; index < present().events.length; index += 1) {
    for (const share of [0, 0.1, 0.5]) {
      const { events } = present();
      const after = Math.floor(events[index].after * share);
      if (after === events[index].after) continue;
      if (take({ ...present(), events: events.with(index, { ...events[index], after }) })) break;
    }
  }
}
