import { cryptoOf } from "./crypto.js";
import {
  abortSignalOf,
  PageAbortController,
  PageCustomEvent,
  PageEvent,
  Target,
} from "./events.js";
import { familyIn } from "./families.js";
import { PAGE_GLOBALS } from "./library.js";
import { PageHeaders, PageRequest, PageResponse } from "./network.js";
import { APP } from "./provider.js";
import { PageStorage } from "./storage.js";

/** Where each kind of store is. */
const STORES = { session: "sessionStorage", local: "localStorage", shared: "the shared store" };

class PageWindow extends Target {
  /** Its page's globals, by name. */
  own;
}
for (const name of PAGE_GLOBALS) {
  if (name in Target.prototype) continue;
  Object.defineProperty(PageWindow.prototype, name, {
    get() {
      return this.own[name];
    },
  });
}

class PageDocument extends Target {
  #page;
  head = { append: () => undefined };

  constructor(page) {
    super();
    this.#page = page;
  }

  /** What happens to the document, its window's capturing listeners see first. */
  dispatchEvent(event) {
    this.#page.window.dispatchEvent(event);
    return super.dispatchEvent(event);
  }

  get hidden() {
    const { isHidden, isPrerendering } = this.#page;
    return isHidden || (isPrerendering && !this.#page.isActivating);
  }

  get visibilityState() {
    return this.hidden ? "hidden" : "visible";
  }

  get prerendering() {
    return this.#page.isPrerendering;
  }

  createElement() {
    return {};
  }

  hasFocus() {
    return !this.hidden;
  }
}

class PageHistory {
  state = null;
  #location;

  constructor(location) {
    this.#location = location;
  }

  replaceState(state, _title, url) {
    this.state = state;
    if (url !== undefined && url !== null) this.#location.become(url);
  }
}

class PageNavigator {
  #network;

  constructor(locks, network) {
    this.locks = locks;
    this.#network = network;
  }

  get onLine() {
    return this.#network.isOnline;
  }
}

/** What a task does in a process that was suspended in its midst, it does later; here, at the same time. */
const MIDST_MILLIS = 1_000;

class PagePerformance {
  #page;
  #beginning;
  #last = 0;

  constructor(page) {
    this.#page = page;
    this.#beginning = page.world.clock.monotonic;
    this.timeOrigin = page.world.clock.wall;
  }

  now() {
    const { world, process } = this.#page;
    const late = process.isSuspended ? MIDST_MILLIS : 0;
    return (this.#last = Math.max(this.#last, world.clock.monotonic - this.#beginning + late));
  }

  getEntriesByType(type) {
    const { navigation } = this.#page;
    return type === "navigation" ? [{ type: navigation, responseStart: 0 }] : [];
  }

  mark() {}
  measure() {}
  clearMarks() {}
  clearMeasures() {}
}

/**
 * One load of the application's page: its globals, and what the browser knows of it.
 *
 * Whatever leaves the page goes by `out`, and whatever comes to it is a task that it owns: so a page that
 * crashes, or whose process stands still, does so between any two of its steps, and nothing of it is
 * seen any more.
 */
export class Page {
  /** "running", "frozen" (no task runs), "cached" (in the back-forward cache), "gone". */
  state = "running";
  /** What came while it could not be dealt with. */
  backlog = [];
  channels = new Set();
  lockRequests = new Set();
  brokenLocks = [];
  /** When what it sent before will have come to where it goes: what comes later comes after. */
  lockedBy = 0;
  toldBy = 0;
  askedBy = 0;
  isHidden = false;
  isPrerendering = false;
  isActivating = false;
  #waitingForActivation = [];
  #countdown = 0;
  #interrupt;
  #whenGone = [];
  #ran = 0;
  #spans = [];
  #runsSince;
  /** From when on what it did has not left its process, and will not. */
  cutOffAt = Infinity;
  /** Sign-ins whose present record no store would take. */
  unsaved = new Set();
  window = new PageWindow();
  document = new PageDocument(this);
  /** What the application on it has: set by app.js. */
  app;

  constructor(
    world,
    tab,
    { url, navigation = "navigate", isPrerendering = false, sessionStorage },
  ) {
    this.world = world;
    this.tab = tab;
    this.navigation = navigation;
    this.process = tab.process;
    this.isPrerendering = isPrerendering;
    this.number = world.pages++;
    this.bornAt = world.clock.awake;
    this.#runsSince = world.clock.awake;
    this.location = new PageLocation(this, url);
    this.process.pages.add(this);
    this.sessionStorage = new PageStorage(this, "sessionStorage", sessionStorage);
    this.localStorage = new PageStorage(this, "localStorage", this.process.localStorage);
  }

  get isGone() {
    return this.state === "gone";
  }

  /** Whether its tasks run. */
  get isRunning() {
    return this.state === "running" && !this.process.isSuspended;
  }

  /** For how many milliseconds its tasks could run so far. */
  get ran() {
    return this.#ran + (this.isRunning ? this.world.clock.awake - this.#runsSince : 0);
  }

  /** For how much of that time its tasks could run. */
  ranBetween(begin, end) {
    const now = this.isRunning ? [[this.#runsSince, this.world.clock.awake]] : [];
    return [...this.#spans, ...now].reduce(
      (sum, [from, to]) => sum + Math.max(0, Math.min(to, end) - Math.max(from, begin)),
      0,
    );
  }

  get runningSince() {
    return this.#runsSince;
  }

  /** Changes whether its tasks run. */
  change(work) {
    const { clock } = this.world;
    if (this.isRunning) {
      this.#ran += clock.awake - this.#runsSince;
      this.#spans.push([this.#runsSince, clock.awake]);
      this.tab.spans.push([this.#runsSince, clock.awake]);
    }
    work();
    this.#runsSince = clock.awake;
  }

  /** Every call of the browser is a step, before which the page may be stopped. */
  step() {
    if (this.#countdown > 0 && --this.#countdown === 0) this.#interrupt();
  }

  /** Interrupts the page before one of its next steps. */
  interruptAfter(steps, interrupt) {
    this.#countdown = steps;
    this.#interrupt = interrupt;
  }

  /** What leaves the page: at once, when its process goes on, or never. */
  out(pipe, send) {
    if (this.isGone) return;
    if (!this.process.isSuspended) return send();
    this.process.backlog.push({ at: 0, order: 0, owner: this, pipe: `out ${pipe}`, run: send });
  }

  /** What a prerendered page may do when it is shown only. */
  whenActive(work) {
    if (this.isPrerendering) this.#waitingForActivation.push(work);
    else work();
  }

  activate(sessionStorage) {
    // Chromium shows it before it says that it is ahead no more.
    this.isActivating = true;
    this.tell("visibilitychange", this.document);
    this.isPrerendering = false;
    // Until now it answered nobody.
    this.bornAt = this.world.clock.awake;
    this.sessionStorage = new PageStorage(this, "sessionStorage", sessionStorage);
    for (const work of this.#waitingForActivation.splice(0)) work();
    this.document.dispatchEvent(new PageEvent("prerenderingchange"));
  }

  hearStorage(event) {
    // WebKit delivers none to a page in its back-forward cache, and none later.
    const isDeaf = this.state === "cached" && this.world.config.engine === "webkit";
    if (this.isGone || isDeaf) return;
    const dispatch = () => this.window.dispatchEvent(event);
    if (this.state === "running") dispatch();
    else this.backlog.push({ at: 0, order: 0, owner: this, pipe: "storage", run: dispatch });
  }

  /** Whether, and how, the session's store fails now. Pending sign-ins are kept as ever. */
  storeFault(place, operation, key) {
    const isOfSession = place === STORES[this.world.config.store] && !key.includes("/transaction/");
    return isOfSession ? this.tab.storeFault(operation) : undefined;
  }

  /** A record that no store has. */
  lose(value, isSilent) {
    const id = familyIn(value);
    if (id === undefined) return;
    this.unsaved.add(id);
    if (isSilent) this.world.checks.excused.add(id);
  }

  tell(type, target = this.window, more = undefined) {
    target.dispatchEvent(new PageEvent(type, more));
  }

  whenGone(work) {
    this.#whenGone.push(work);
  }

  /** It is gone: none of its tasks will run, and nothing it does is seen. */
  end() {
    if (this.isGone) return;
    const { clock, channels, locks, localStorage } = this.world;
    this.world.checks.pageEnds(this);
    this.change(() => (this.state = "gone"));
    for (const channel of this.channels) channels.close(channel);
    // By the time that its locks are free, what it wrote has reached the others that run.
    const { sentBy } = this.process.localStorage;
    clock.at(Math.max(clock.awake, sentBy), null, "lock", () =>
      locks.leave(this, Math.max(clock.awake, this.process.localStorage.reachedBy)),
    );
    this.process.pages.delete(this);
    if (this.process.pages.size === 0 && this.process.isEnding) {
      localStorage.close(this.process.localStorage);
    }
    this.world.ended.push(...this.#whenGone);
  }

  /** In the order of {@link PAGE_GLOBALS}. */
  globals() {
    const page = this;
    const { world, window, document } = this;
    const { network } = world;
    const timers = timersOf(this);
    const own = {
      window,
      self: window,
      globalThis: window,
      document,
      location: this.location,
      history: new PageHistory(this.location),
      navigator: new PageNavigator(world.locks.of(this), network),
      localStorage: this.localStorage,
      sessionStorage: new PresentSessionStorage(this),
      BroadcastChannel: function BroadcastChannel(name) {
        return world.channels.open(page, name);
      },
      fetch: (input, init) => network.fetch(this, input, init),
      Request: PageRequest,
      Response: PageResponse,
      Headers: PageHeaders,
      setTimeout: timers.setTimeout,
      setInterval: timers.setInterval,
      clearTimeout: timers.clear,
      clearInterval: timers.clear,
      requestIdleCallback: timers.requestIdleCallback,
      cancelIdleCallback: timers.clear,
      queueMicrotask: (work) => void Promise.resolve().then(work),
      Date: world.Date,
      Math: world.Math,
      performance: new PagePerformance(this),
      crypto: cryptoOf(this),
      addEventListener: (...given) => window.addEventListener(...given),
      removeEventListener: (...given) => window.removeEventListener(...given),
      dispatchEvent: (event) => window.dispatchEvent(event),
      Window: PageWindow,
      EventTarget: Target,
      Event: PageEvent,
      CustomEvent: PageCustomEvent,
      AbortController: PageAbortController,
      AbortSignal: abortSignalOf(timers.setTimeout),
      isSecureContext: true,
      open: () => null,
      close: () => undefined,
      console,
      structuredClone,
      // The module is unpacked once for all pages (library.js); its text is not decoded again.
      atob: decodeShort,
      TextDecoder: PageTextDecoder,
      WebAssembly: world.library.webAssemblyFor((done) => this.whenGone(done)),
      DecompressionStream: EmptyStream,
      FinalizationRegistry: NoRegistry,
    };
    window.own = own;
    return PAGE_GLOBALS.map((name) => own[name]);
  }
}

/** `sessionStorage` of a prerendered page is another one when it is shown. */
class PresentSessionStorage {
  #page;

  constructor(page) {
    this.#page = page;
  }

  get length() {
    return this.#page.sessionStorage.length;
  }

  key(index) {
    return this.#page.sessionStorage.key(index);
  }

  getItem(key) {
    return this.#page.sessionStorage.getItem(key);
  }

  setItem(key, value) {
    this.#page.sessionStorage.setItem(key, value);
  }

  removeItem(key) {
    this.#page.sessionStorage.removeItem(key);
  }

  clear() {
    this.#page.sessionStorage.clear();
  }
}

const decodeShort = (text) =>
  text.length > 16384 ? "" : Buffer.from(text, "base64").toString("latin1");

/** UTF-8, as Node decodes it faster. */
class PageTextDecoder {
  decode(bytes) {
    if (bytes === undefined || bytes.byteLength === 0) return "";
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).utf8Slice();
  }
}

class EmptyStream {
  writable = { getWriter: () => ({ write: async () => undefined, close: async () => undefined }) };
  readable = { getReader: () => ({ read: async () => ({ done: true }) }) };
}

/** A page's memory is made as new when it is gone (library.js). */
class NoRegistry {
  register() {}
  unregister() {}
}

class PageLocation {
  #page;

  constructor(page, url) {
    this.#page = page;
    this.become(url);
  }

  become(url) {
    const { href, origin, protocol, host, hostname, port, pathname, search, hash } = new URL(
      url,
      this.href ?? APP,
    );
    Object.assign(this, { href, origin, protocol, host, hostname, port, pathname, search, hash });
  }

  assign(url) {
    const { href } = new URL(url, this.href);
    this.#page.step();
    this.#page.out("navigation", () => this.#page.tab.navigate(this.#page, href));
  }

  replace(url) {
    this.assign(url);
  }

  reload() {
    this.assign(this.href);
  }

  toString() {
    return this.href;
  }
}

function timersOf(page) {
  const { clock } = page.world;
  const timers = new Map();
  let last = 0;
  const clear = (id) => {
    const task = timers.get(id);
    if (task !== undefined) task.run = undefined;
    timers.delete(id);
  };
  const set = (id, work, millis, given, isRepeated) => {
    const delay = clock.timerMillis(millis, page.isHidden);
    const task = clock.after(delay, page, "timer", () => {
      timers.delete(id);
      if (isRepeated) set(id, work, millis, given, true);
      work(...given);
    });
    timers.set(id, task);
    return id;
  };
  return {
    setTimeout: (work, millis = 0, ...given) => set(++last, work, millis, given, false),
    setInterval: (work, millis = 0, ...given) => set(++last, work, millis, given, true),
    clear,
    requestIdleCallback: (work) =>
      set(++last, work, 20, [{ didTimeout: false, timeRemaining: () => 10 }], false),
  };
}
