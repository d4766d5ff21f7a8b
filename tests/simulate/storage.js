import { PageEvent } from "./events.js";
import { familyIn } from "./families.js";

/** How long what a process wrote is on its way to the browser, and from there to another process. */
const OUT_MILLIS = [0, 2];

/** By then what was written has been seen by every process that runs. */
const UNSEEN_MILLIS = 200;

/** What all pages of an origin have in common, and which crossings of theirs no page can help. */
class Origin {
  values = new Map();
  #world;
  /** When each value was set, last. */
  #setAt = new Map();

  constructor(world) {
    this.#world = world;
  }

  /** What a suspended process had written goes over what came meanwhile: a page that has that heals it. */
  set(key, value, isHeldBack) {
    const { checks, clock } = this.#world;
    const id = familyIn(this.values.get(key));
    const isThere = () => this.#world.livePages().some(({ app }) => app.shown === id);
    if (isHeldBack && id !== familyIn(value) && !isThere()) checks.excused.add(id);
    this.values.set(key, value);
    this.#setAt.set(key, clock.awake);
  }

  /**
   * Who removes what it saw, if it did so before, cannot have seen what came a moment ago, or while its
   * process was suspended between the two.
   */
  remove(key, seen, isHeldBack) {
    const { checks, clock } = this.#world;
    const id = familyIn(this.values.get(key));
    const isNew = clock.awake - this.#setAt.get(key) < UNSEEN_MILLIS;
    if ((isNew || isHeldBack) && id !== familyIn(seen)) checks.excused.add(id);
    this.values.delete(key);
  }
}

/**
 * `localStorage` of one origin, as engines that isolate processes have it: each process has a copy.
 *
 * What a process writes it sees at once. The browser puts all writes in one order and tells the other
 * processes, each after a while; until its own write has come back, a process ignores what others
 * write under that key, so that all end with the same (Chromium, `CachedStorageArea`). No lock waits
 * for it: ARCHITECTURE.md, "A lock does not make `localStorage` current".
 */
export class SharedStorage {
  #world;
  #origin;
  /** @type {Set<StorageView>} */
  #views = new Set();

  constructor(world) {
    this.#world = world;
    this.#origin = new Origin(world);
  }

  /** What the browser has. */
  get values() {
    return this.#origin.values;
  }

  /** The copy of a process, which begins with what the browser has. */
  open(process) {
    const view = new StorageView(this, process, new Map(this.values));
    this.#views.add(view);
    return view;
  }

  close(view) {
    this.#views.delete(view);
  }

  /** Takes a write on its way; it does not matter to it what becomes of its process. */
  submit(view, change) {
    const { clock, random } = this.#world;
    view.sentBy = Math.max(view.sentBy, clock.awake + random.between(...OUT_MILLIS));
    clock.at(view.sentBy, null, "storage", () => this.#apply(view, change));
  }

  #apply(from, change) {
    const { clock, random } = this.#world;
    const { key, value, before, isHeldBack } = change;
    if (key === null) this.values.clear();
    else if (value === null) this.#origin.remove(key, before, isHeldBack);
    else this.#origin.set(key, value, isHeldBack);
    // What a page that stood still has cleared goes when that arrives.
    if (key === null) this.#world.checks.clearedAt = clock.awake;
    if (value !== null) this.#world.checks.kept("localStorage", value);
    for (const view of this.#views) {
      const millis = random.chance(0.8) ? random.between(0, 5) : random.between(5, 120);
      view.heardBy = Math.max(view.heardBy, clock.awake + millis);
      from.reachedBy = Math.max(from.reachedBy, view.heardBy);
      const task = () => view.hear(change, view === from);
      clock.at(view.heardBy, view.process, "storage", task);
    }
  }
}

/** One process's copy. */
export class StorageView {
  /** Its own writes that have not come back, by key. */
  #pending = new Map();
  sentBy = 0;
  heardBy = 0;
  /** When all its writes so far have reached every process that runs. */
  reachedBy = 0;

  constructor(shared, process, values) {
    this.shared = shared;
    this.process = process;
    this.values = values;
  }

  /** Writes; null for the value removes, null for the key clears. */
  write(page, key, value) {
    const { values } = this;
    const before = key === null ? null : (values.get(key) ?? null);
    if (key === null ? values.size === 0 : before === value) return;
    if (key === null) values.clear();
    else if (value === null) values.delete(key);
    else values.set(key, value);
    this.#pending.set(key, (this.#pending.get(key) ?? 0) + 1);
    const { isSuspended: isHeldBack } = this.process;
    page.out("storage", () => this.shared.submit(this, { key, value, before, isHeldBack }));
  }

  hear({ key, value, before }, isOwn) {
    if (isOwn) {
      const left = this.#pending.get(key) - 1;
      if (left > 0) this.#pending.set(key, left);
      else this.#pending.delete(key);
      return;
    }
    const isHidden = this.#pending.has(key) || this.#pending.has(null);
    if (!isHidden) {
      if (key === null) this.values.clear();
      else if (value === null) this.values.delete(key);
      else this.values.set(key, value);
    }
    const event = { key, newValue: value, oldValue: before };
    for (const page of this.process.pages) page.hearStorage(new PageEvent("storage", event));
  }
}

/** What a page sees as `localStorage` or `sessionStorage`; it may be full, or fail. */
export class PageStorage {
  #page;
  #name;
  #view;

  /**
   * @param {string} name
   * @param {{ values: Map<string, string>, write: (page: object, key: string | null,
   *   value: string | null) => void }} view
   */
  constructor(page, name, view) {
    this.#page = page;
    this.#name = name;
    this.#view = view;
  }

  get length() {
    return this.#view.values.size;
  }

  key(index) {
    return [...this.#view.values.keys()][index] ?? null;
  }

  getItem(key) {
    this.#page.step();
    this.#refuse("get", key);
    return this.#view.values.get(String(key)) ?? null;
  }

  setItem(key, value) {
    this.#page.step();
    key = String(key);
    value = String(value);
    const fault = this.#page.storeFault(this.#name, "set", key);
    const grows = value.length > (this.#view.values.get(key)?.length ?? 0);
    if (fault === "fails" || (fault === "is full" && grows)) {
      this.#page.lose(value, false);
      throw new DOMException("The quota has been exceeded.", "QuotaExceededError");
    }
    if (fault === "does nothing") return void this.#page.lose(value, true);
    this.#write(key, value);
  }

  removeItem(key) {
    this.#page.step();
    this.#write(String(key), null);
  }

  clear() {
    this.#page.step();
    this.#write(null, null);
  }

  #write(key, value) {
    const page = this.#page;
    if (page.isGone) {
      // What is left of its task goes on with a copy, which nobody sees.
      this.#view = { values: new Map(this.#view.values), write: writeTo };
    } else {
      page.world.wrote(page, this.#name, key, value);
    }
    this.#view.write(page, key, value);
  }

  #refuse(operation, key) {
    if (this.#page.storeFault(this.#name, operation, String(key)) === "fails") {
      throw new DOMException("Access is denied.", "SecurityError");
    }
  }
}

function writeTo(_page, key, value) {
  if (key === null) this.values.clear();
  else if (value === null) this.values.delete(key);
  else this.values.set(key, value);
}

/** `sessionStorage`: a tab's own. A duplicated tab begins with a copy. */
export class TabStorage {
  /** Whose it is. */
  tab;

  constructor(values = new Map()) {
    this.values = values;
  }

  copy() {
    return new TabStorage(new Map(this.values));
  }

  write(page, key, value) {
    this.tab = page.tab;
    if (value !== null) page.world.checks.kept(this, value);
    writeTo.call(this, page, key, value);
  }
}

/**
 * A `TokenStore` of the application's own on a database that all tabs share, such as IndexedDB's:
 * every operation takes a while, and what is written is there for all at once.
 */
export class Database {
  #world;
  #origin;

  constructor(world) {
    this.#world = world;
    this.#origin = new Origin(world);
  }

  get values() {
    return this.#origin.values;
  }

  storeOf(page) {
    const ask = (operation, key, value) =>
      new Promise((resolve, reject) => {
        page.step();
        const fault = page.storeFault("the shared store", operation, key);
        const { isSuspended: isHeldBack } = page.process;
        const asked = { operation, key, value, fault, isHeldBack };
        page.out("store", () => this.#ask(page, asked, resolve, reject));
      });
    return {
      get: (key) => ask("get", key),
      set: (key, value) => ask("set", key, value),
      remove: (key) => ask("remove", key),
    };
  }

  #ask(page, { operation, key, value, fault, isHeldBack }, resolve, reject) {
    const { clock, random } = this.#world;
    const millis = () => (random.chance(0.9) ? random.between(0, 3) : random.between(3, 40));
    // In the order in which they were asked for, as transactions on one object store are.
    page.askedBy = Math.max(page.askedBy, clock.awake + millis());
    clock.at(page.askedBy, null, "store", () => {
      const isLost = fault !== undefined && operation === "set";
      if (isLost) page.lose(value, fault === "does nothing");
      else if (operation === "set") this.#origin.set(key, value, isHeldBack);
      else if (operation === "remove") this.#origin.remove(key, undefined, isHeldBack);
      if (operation !== "get" && !isLost) {
        this.#world.wrote(page, "the shared store", key, value ?? null);
        if (operation === "set") this.#world.checks.kept("the shared store", value);
      }
      const found = this.values.get(key) ?? null;
      clock.after(millis(), page, "store", () => {
        if (fault === "fails" || fault === "is full") reject(new Error("The store fails."));
        else resolve(operation === "get" ? found : undefined);
      });
    });
  }
}
