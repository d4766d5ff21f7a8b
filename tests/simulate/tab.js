import { Page } from "./page.js";
import { APP, ELSEWHERE, PROVIDER } from "./provider.js";
import { TabStorage } from "./storage.js";

/** The process that a tab's pages run in; each tab has one of its own, as with site isolation. */
class Process {
  isSuspended = false;
  isEnding = false;
  backlog = [];
  pages = new Set();
  #suspendedAt;

  constructor(world) {
    this.world = world;
    this.localStorage = world.localStorage.open(this);
  }

  /** It stands still, in the middle of whatever it does. */
  suspend() {
    this.#suspendedAt = this.world.clock.awake;
    this.#change(true);
  }

  /** It goes on, and finds what has come meanwhile. */
  wake() {
    this.#change(false);
    this.world.release(this.backlog.splice(0));
  }

  #change(isSuspended) {
    const pages = [...this.pages];
    const changes = pages.reduce(
      (work, page) => () => page.change(work),
      () => (this.isSuspended = isSuspended),
    );
    changes();
  }

  /** It ends, and all of its pages with it, without another word. */
  kill() {
    this.isEnding = true;
    this.backlog = [];
    for (const page of [...this.pages]) {
      if (this.isSuspended) page.cutOffAt = this.#suspendedAt;
      page.end();
    }
    this.world.localStorage.close(this.localStorage);
  }
}

/** How long it takes from `location.assign` to the other page. */
const navigationMillis = (random) =>
  random.chance(0.8) ? random.between(10, 200) : random.between(200, 3000);

/** A tab of the browser, and its user. */
export class Tab {
  /** "closed", "app", "away" (on another origin's page), "discarded" (or crashed: it can be reloaded). */
  place = "closed";
  process = null;
  /** @type {Page | null} */
  page = null;
  /** The application's page in the back-forward cache. @type {Page | null} */
  cached = null;
  /** A prerendered page that may be shown next. @type {Page | null} */
  prerendered = null;
  sessionStorage = new TabStorage();
  /** When its pages ran, by the time that the device was awake. */
  spans = [];
  /** What the session's store does at the next operations of the name. */
  #faults = new Map();
  /** Counts what leads elsewhere: what began before is of no matter any more. */
  #visit = 0;

  constructor(world, index) {
    this.world = world;
    this.index = index;
    this.name = `tab ${index + 1}`;
  }

  get isAtApp() {
    return this.place === "app" && this.page !== null && this.page.isRunning;
  }

  open(url = `${APP}/`) {
    this.#begin(new TabStorage());
    this.load(url);
  }

  /** Begins with a copy of the other tab's `sessionStorage`: HTML, "clone a browsing session storage". */
  duplicate(other) {
    this.#begin(other.sessionStorage.copy());
    if (other.place === "away") return this.#arrive(other.url);
    this.load(other.page?.location.href ?? other.url, "back_forward");
  }

  #begin(sessionStorage) {
    this.sessionStorage = sessionStorage;
    sessionStorage.tab = this;
    this.process = new Process(this.world);
  }

  /** @param {"navigate" | "reload" | "back_forward"} navigation how the user comes to it: Navigation Timing */
  load(url, navigation = "navigate") {
    this.#visit += 1;
    if (this.process === null) this.process = new Process(this.world);
    this.place = "app";
    this.url = url;
    const { sessionStorage } = this;
    this.page = new Page(this.world, this, { url, navigation, sessionStorage });
    this.world.say(() => `${this.name} loads ${withoutSecrets(url)}`);
    this.world.boot(this.page);
  }

  close() {
    this.#visit += 1;
    this.process?.kill();
    this.process = this.page = this.cached = this.prerendered = null;
    this.place = "closed";
  }

  /** Its process is gone; the tab stays, and keeps its `sessionStorage`. */
  discard() {
    const { page } = this;
    this.#visit += 1;
    const url = page?.location.href ?? this.url ?? `${APP}/`;
    this.process?.kill();
    this.process = this.page = this.cached = this.prerendered = null;
    this.place = "discarded";
    this.url = url;
  }

  reload() {
    if (this.place === "discarded") return this.load(this.url, "reload");
    const { page } = this;
    const { href } = page.location;
    this.#hide(page, false);
    this.world.next(() => {
      if (this.page !== page || page.isGone) return;
      page.end();
      this.load(href, "reload");
    });
  }

  /** What a page's `location.assign` comes to, unless its user stops it or the server says 204. */
  navigate(page, href) {
    if (this.page !== page) return;
    const { random, clock } = this.world;
    const visit = ++this.#visit;
    this.url = href;
    if (random.chance(0.01)) {
      this.world.count("a navigation does not happen");
      return;
    }
    clock.after(navigationMillis(random), null, "navigation", () => {
      if (this.#visit === visit && this.page === page && page.isRunning) this.leave(href);
    });
  }

  /** Goes to another page; the present one may be kept in the back-forward cache. */
  leave(href = ELSEWHERE) {
    const { page, world } = this;
    const { engine } = world.config;
    const isBusy = world.locks.concerns(page) || world.network.concerns(page);
    const isKept = (engine === "webkit" || !isBusy) && world.random.chance(0.8);
    this.#hide(page, isKept);
    world.next(() => {
      if (this.page !== page || page.isGone || this.process === null) return;
      this.cached?.end();
      this.cached = null;
      this.page = null;
      if (isKept) {
        page.change(() => (page.state = "cached"));
        if (engine === "webkit") world.locks.suspend(page);
        world.network.cancel(page);
        this.cached = page;
      } else {
        page.end();
      }
      this.#arrive(href);
    });
  }

  /** The back button, from another origin's page or on one of the application's. */
  back() {
    const { cached, world } = this;
    if (this.place !== "away") return;
    if (cached === null) return this.load(`${APP}/`, "back_forward");
    this.#visit += 1;
    this.cached = null;
    this.page = cached;
    this.place = "app";
    this.url = cached.location.href;
    world.say(() => `${this.name} comes back to a page of the back-forward cache`);
    cached.change(() => (cached.state = "running"));
    world.locks.restore(cached);
    world.release(cached.backlog.splice(0));
    cached.isHidden = false;
    cached.tell("visibilitychange", cached.document);
    cached.tell("pageshow", cached.window, { persisted: true });
  }

  /** Chromium's "freeze" of a page in the background. */
  freeze() {
    const { page } = this;
    page.tell("freeze", page.document);
    this.world.next(() => {
      if (page.state === "running") page.change(() => (page.state = "frozen"));
    });
  }

  resume() {
    const { page, world } = this;
    if (page?.state !== "frozen") return;
    page.change(() => (page.state = "running"));
    world.release(page.backlog.splice(0));
    page.tell("resume", page.document);
  }

  show(isShown) {
    const { page } = this;
    if (page.isHidden === !isShown) return;
    page.isHidden = !isShown;
    page.tell("visibilitychange", page.document);
  }

  /** Loads a page ahead, with a copy of `sessionStorage`: Prerendering Revamped, §"Session storage". */
  prerender() {
    const copy = this.sessionStorage.copy();
    const page = new Page(this.world, this, {
      url: `${APP}/`,
      isPrerendering: true,
      sessionStorage: copy,
    });
    this.prerendered?.end();
    this.prerendered = page;
    this.world.boot(page);
  }

  /** Shows the prerendered page, with the tab's own `sessionStorage`. */
  activate() {
    const { page, prerendered } = this;
    if (prerendered === null) return;
    this.#visit += 1;
    this.prerendered = null;
    if (page !== null) this.#hide(page, false);
    this.world.next(() => {
      if (prerendered.isGone) return;
      page?.end();
      this.page = prerendered;
      this.place = "app";
      prerendered.activate(this.sessionStorage);
    });
  }

  /** Its process stands still before one of its page's next calls of the browser, for so long. */
  #standStill({ steps, stillMillis }) {
    const { clock } = this.world;
    this.page.interruptAfter(steps, () => {
      const { process } = this;
      process?.suspend();
      clock.after(stillMillis, null, "user", () => process?.isSuspended && process.wake());
    });
  }

  /** Lets the next operations on the session's store fail so. */
  fail(operation, effect, times) {
    this.#faults.set(operation, { effect, times });
  }

  heal() {
    this.#faults.clear();
  }

  storeFault(operation) {
    const fault = this.#faults.get(operation);
    if (fault === undefined) return undefined;
    if (--fault.times <= 0) this.#faults.delete(operation);
    this.faultedAt = this.world.clock.awake;
    this.world.count(`a store's ${operation}() ${fault.effect}`);
    return fault.effect;
  }

  #hide(page, persisted) {
    // What a page has prerendered goes with it.
    this.prerendered?.end();
    this.prerendered = null;
    page.isHidden = true;
    page.tell("visibilitychange", page.document);
    page.tell("pagehide", page.window, { persisted });
  }

  /** What the user does on the other page. */
  #arrive(href) {
    const { world } = this;
    const { random, clock, provider } = world;
    if (href.startsWith(APP)) return this.load(href);
    this.place = "away";
    this.url = href;
    const visit = ++this.#visit;
    const later = (millis, work) =>
      clock.after(millis, null, "user", () => {
        if (this.#visit === visit && this.place === "away" && !this.process?.isSuspended) work();
      });
    if (href.startsWith(`${PROVIDER}/authorize`)) {
      const millis = random.chance(0.9)
        ? random.between(300, 8_000)
        : random.between(8_000, 90_000);
      const goesBack = random.chance(0.05);
      return void later(millis, () => {
        if (goesBack) return this.back();
        const { family, url } = provider.authorize(href);
        world.say(() => `${this.name}: the user signs in at the provider (sign-in ${family})`);
        const { tab, millis = 0, still, ...standing } = world.openingToo ?? {};
        world.openingToo = undefined;
        this.load(url);
        if (still === "the first") this.#standStill(standing);
        clock.after(millis, null, "user", () => {
          if (tab?.place !== "closed") return;
          tab.open(url);
          if (still === "the other") tab.#standStill(standing);
        });
      });
    }
    if (href.startsWith(`${PROVIDER}/logout`)) {
      const { searchParams } = new URL(href);
      const back = searchParams.get("post_logout_redirect_uri");
      const state = searchParams.get("state");
      later(random.between(50, 2_000), () =>
        back === null ? this.back() : this.load(state === null ? back : `${back}?state=${state}`),
      );
    }
  }
}

const withoutSecrets = (url) => url.replace(/=[^&]*/g, "=…");
