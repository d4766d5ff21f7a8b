/** When a history begins, in milliseconds since the epoch. */
const BEGINNING = Date.UTC(2026, 10, 28, 12);

/** Browsers take a longer one for none: HTML, timer initialization steps, on a 32-bit number. */
const LONGEST_TIMER_MILLIS = 2 ** 31 - 1;

/** A page looks at its clocks once a minute. */
const UNSEEN_MILLIS = 62_000;

/**
 * The time, as the world, the device and a page have it, and what is to happen when.
 *
 * Everything waits in one queue that is ordered by the time that the device was awake. While it
 * sleeps the world's time goes on and nothing happens.
 *
 * @typedef {object} Task
 * @property {number} at
 * @property {number} order of those that are due at once
 * @property {object | null} owner the page or the process that it happens in; null: elsewhere
 * @property {string} pipe which way it comes: within one, order is kept
 * @property {(() => void) | undefined} run
 */
export class Clock {
  /** @type {Task[]} a binary heap */
  #heap = [];
  #order = 0;
  /** How long the device has been awake. */
  awake = 0;
  #slept = 0;
  /** By how much the device's clock is ahead of the world's. */
  skew = 0;
  /** Whether `performance.now()` and timers go on in sleep: they do in some engines and systems. */
  #countsSleep;

  /** By how much it was set back, when, and which pages were there to notice. */
  setBack = [];
  /** By how much it was set forward, in all. */
  setForward = 0;
  wasSet = false;
  /** What the pages' ticks did not see, and when. */
  #unseen = [];

  constructor({ skew, countsSleep }) {
    this.skew = skew;
    this.#countsSleep = countsSleep;
  }

  /** The right time, as the provider has it. */
  get time() {
    return BEGINNING + this.awake + this.#slept;
  }

  /** `Date.now()` on the device. */
  get wall() {
    return this.time + this.skew;
  }

  /** `performance.now()`, before its page's beginning is taken off. */
  get monotonic() {
    return this.awake + (this.#countsSleep ? this.#slept : 0);
  }

  /** Lets something happen so many milliseconds from now. */
  after(millis, owner, pipe, run) {
    return this.at(this.awake + millis, owner, pipe, run);
  }

  at(at, owner, pipe, run) {
    const task = { at, order: this.#order++, owner, pipe, run };
    this.#push(task);
    return task;
  }

  /** How long a timer really takes. */
  timerMillis(asked, isHidden) {
    const millis = Number(asked);
    const whole = millis >= 1 && millis <= LONGEST_TIMER_MILLIS ? Math.trunc(millis) : 1;
    // Pages in the background get their timers once a second: all three engines do so.
    return isHidden ? Math.max(whole, 1000) : whole;
  }

  /** What is next, if it is due by then. The time is then its time, or that time. */
  next(until) {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined || first.at > until) {
        this.awake = Math.max(this.awake, until);
        return undefined;
      }
      this.#pop();
      if (first.run === undefined) continue;
      this.awake = Math.max(this.awake, first.at);
      return first;
    }
  }

  /** Somebody sets the device's clock. */
  set(skew, noticedBy) {
    const millis = this.skew - skew;
    if (millis > 0) {
      const { time, awake } = this;
      this.setBack.push({ time, awake, millis, noticedBy });
    } else this.setForward -= millis;
    this.skew = skew;
    this.wasSet ||= millis !== 0;
  }

  sleep(millis) {
    this.#slept += millis;
    if (!this.#countsSleep) return void this.#unseen.push({ awake: this.awake, millis });
    const waiting = this.#heap;
    this.#heap = [];
    for (const task of waiting) {
      if (task.pipe === "timer") task.at = Math.max(this.awake, task.at - millis);
      this.#push(task);
    }
  }

  /**
   * How long the device slept, while ticks stood still, so shortly before or after a moment, by the time
   * that the page ran, that it may have seen nothing of either between them.
   */
  sleptAbout(awake, page) {
    const ran = (sleep) =>
      page.ranBetween(Math.min(sleep.awake, awake), Math.max(sleep.awake, awake));
    const about = this.#unseen.filter((sleep) => ran(sleep) <= UNSEEN_MILLIS);
    return about.reduce((sum, { millis }) => sum + millis, 0);
  }

  #push(task) {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(task);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(task, heap[parent])) break;
      heap[index] = heap[parent];
      index = parent;
    }
    heap[index] = task;
  }

  #pop() {
    const heap = this.#heap;
    const last = heap.pop();
    const { length } = heap;
    if (length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= length) break;
      if (child + 1 < length && isBefore(heap[child + 1], heap[child])) child += 1;
      if (!isBefore(heap[child], last)) break;
      heap[index] = heap[child];
      index = child;
    }
    heap[index] = last;
  }
}

const isBefore = (one, other) =>
  one.at < other.at || (one.at === other.at && one.order < other.order);

/** `Date` of the pages. */
export function dateOf(clock) {
  function PageDate(...given) {
    return given.length > 0 ? new Date(...given) : new Date(clock.wall);
  }
  PageDate.now = () => clock.wall;
  PageDate.parse = Date.parse;
  PageDate.UTC = Date.UTC;
  return PageDate;
}
