import type { Page } from "../types/page.js";
import type { SessionRecord } from "../types/record.js";
import type { Step } from "../types/with-core.js";
import {
  idleFor,
  readKept,
  seenOf,
  withInput,
  withSignIn,
  type Kept,
  type Seen,
} from "./activity.js";

/**
 * What counts as input. Not `scroll`: browsers scroll a page that is loaded again, and pages scroll by
 * themselves. What users scroll with is among these.
 */
const INPUT = ["pointerdown", "pointermove", "click", "keydown", "input", "wheel", "touchmove"];

/** What the browser says when a page is back. */
const BACK = ["visibilitychange", "pageshow", "focus", "online"];

/** How far ahead of the sign-out it is told, unless half the time is less. */
const WARNING_MILLIS = 60_000;

/** Input is noted once in this time: a pointer that moves says so all the time. */
const NOTE_MILLIS = 1_000;

/** By then a page that stood still has seen what other tabs have written meanwhile. */
const HEARD_MILLIS = 1_000;

/** A store that has not answered by then is looked into later. */
const READ_MILLIS = 10_000;

/** The longest that a timer is trusted: it stands still while the device sleeps. */
const LOOK_MILLIS = 60_000;

const watches = new WeakMap<Page, Watch>();

/**
 * Resolves when it is known whether there was input lately, for a page whose user is to be signed out
 * otherwise; who was idle for too long is signed out by then. From the first call on it goes on by itself.
 *
 * @param events - What happens is told there.
 */
export async function attend(page: Page, events: EventTarget, step: Step): Promise<void> {
  let watch = watches.get(page);
  if (watch === undefined) watches.set(page, (watch = new Watch(page, events, step)));
  await watch.begun;
  await watch.judge();
}

class Watch {
  /** Resolves when the session that lies in the store has been judged, before anybody is shown it. */
  readonly begun: Promise<void>;
  readonly #page: Page;
  readonly #events: EventTarget;
  readonly #step: Step;
  /** Where all tabs keep when there was input. No token is in there. */
  readonly #key: string;
  readonly #limit: number;
  #seen: Seen | undefined;
  #notedAt = -Infinity;
  /** Where the pointer was last. */
  #place: string | undefined;
  #isWarned = false;
  #judging: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(page: Page, events: EventTarget, step: Step) {
    this.#page = page;
    this.#events = events;
    this.#step = step;
    this.#key = page.key.replace("session", "active");
    this.#limit = 1_000 * Number(page.options.idleSeconds);
    const { signal } = page.closing;
    const options = { signal, capture: true, passive: true };
    const onInput = (event: Event): void => {
      if (this.#isUsers(event)) this.#note();
    };
    for (const name of INPUT) addEventListener(name, onInput, options);
    for (const name of BACK) addEventListener(name, () => void this.judge(), options);
    const onStorage = ({ key }: StorageEvent): void => void (key === this.#key && this.judge());
    addEventListener("storage", onStorage, options);
    events.addEventListener("sessionchange", () => this.#onSession(), { signal });
    signal.addEventListener("abort", () => clearTimeout(this.#timer));
    this.begun = this.#begin();
  }

  async #begin(): Promise<void> {
    let text: string | null | undefined;
    try {
      text = await Promise.race([this.#page.store.get(this.#page.key), late()]);
    } catch {
      // Whoever is found there later is judged then.
    }
    const record = this.#page.read(text);
    if (record !== null && !(this.#left(record) > 0)) this.#end(record, text as string);
  }

  /** Whether it is time to sign out, or to tell of it; or else when. */
  judge(): Promise<void> {
    return (this.#judging ??= this.#judge().finally(() => (this.#judging = undefined)));
  }

  async #judge(): Promise<void> {
    if (!this.#isOver()) return;
    // There may have been input in another tab, of which a page that stood still has yet to hear.
    if (await pause()) await pause();
    const { record, text } = this.#page.life;
    if (this.#isOver() && record !== null) this.#end(record, text as string);
  }

  /** Whether the session has to end; otherwise it is told of what comes next, and that is waited for. */
  #isOver(): boolean {
    clearTimeout(this.#timer);
    const { record } = this.#page.life;
    if (record === null || this.#page.closing.signal.aborted) return false;
    const left = this.#left(record);
    if (!(left > 0)) return true;
    const lead = Math.min(WARNING_MILLIS, this.#limit / 2);
    const isWarned = left <= lead;
    if (isWarned !== this.#isWarned) {
      this.#isWarned = isWarned;
      if (isWarned) this.#tell("idle", { expiresAt: Date.now() + left });
      else this.#tell("active", null);
    }
    const after = Math.min(LOOK_MILLIS, isWarned ? left : left - lead);
    this.#timer = setTimeout(() => void this.judge(), after);
    return false;
  }

  /** Another session is shown, or none. */
  #onSession(): void {
    const { record, text } = this.#page.life;
    const isNew = record?.id !== this.#seen?.id;
    if (isNew) this.#isWarned = false;
    // Whom a late look into the store finds, and nobody before it.
    if (isNew && record !== null && !(this.#left(record) > 0)) this.#end(record, text as string);
    else void this.judge();
  }

  /** Browsers also tell of a pointer that lies still, when the page comes or moves under it. */
  #isUsers(event: Event): boolean {
    if (event.type !== "pointermove") return true;
    const { screenX, screenY } = event as PointerEvent;
    const before = this.#place;
    this.#place = `${screenX} ${screenY}`;
    return before !== undefined && before !== this.#place;
  }

  /** There was input. */
  #note(): void {
    const ticks = performance.now();
    if (ticks - this.#notedAt < NOTE_MILLIS) return;
    const { record } = this.#page.life;
    if (record === null) return;
    // It comes too late where the time is over.
    if (this.#left(record) > 0) {
      const now = Date.now();
      this.#notedAt = ticks;
      this.#seen = { id: record.id, at: now, since: ticks };
      this.#keep(withInput(this.#kept(), record.id, this.#limit, now));
    }
    void this.judge();
  }

  /** How long until the user of that session is signed out. */
  #left(record: SessionRecord): number {
    const kept = this.#kept();
    const { id } = record;
    this.#seen = seenOf(record, kept, this.#seen, performance.now());
    if (kept[id] === undefined) this.#keep(withSignIn(kept, id, this.#seen.at));
    return this.#limit - idleFor(this.#seen, Date.now(), performance.now());
  }

  /** Signs out here and in the other tabs, at once; the provider is told by the way. */
  #end({ id }: SessionRecord, text: string): void {
    this.#isWarned = false;
    const reason = "idle";
    this.#page.tell({ news: "signed_out", id, reason });
    this.#page.happen({ type: "signed_out", id, reason });
    this.#step((opened, core) => core.revoke(opened, text)).catch(() => undefined);
  }

  #kept(): Kept {
    try {
      return readKept(localStorage.getItem(this.#key));
    } catch {
      return {};
    }
  }

  #keep(kept: Kept): void {
    try {
      localStorage.setItem(this.#key, JSON.stringify(kept));
    } catch {
      // Then each page knows of its own input alone.
    }
  }

  #tell(name: string, detail: object | null): void {
    this.#events.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

/** Whether it has taken much longer than it should have: the page stood still. */
async function pause(): Promise<boolean> {
  const start = performance.now();
  await new Promise((resolve) => setTimeout(resolve, HEARD_MILLIS));
  return performance.now() - start > 2 * HEARD_MILLIS;
}

function late(): Promise<never> {
  return new Promise((_, reject) => setTimeout(reject, READ_MILLIS));
}
