import { App } from "./app.js";
import { Channels } from "./channel.js";
import { Clock, dateOf } from "./clock.js";
import { EVENTS } from "./history.js";
import { Checks } from "./invariants.js";
import { Locks } from "./locks.js";
import { Network } from "./network.js";
import { PageEvent } from "./events.js";
import { familyIn } from "./families.js";
import { Page } from "./page.js";
import { Provider } from "./provider.js";
import { Random } from "./random.js";
import { Database, SharedStorage } from "./storage.js";
import { Tab } from "./tab.js";

/** More tasks than any history has whose pages do not spin. */
const MOST_TASKS = 200_000;

/**
 * Runs the microtasks that there are, so that a task is over before the next one begins. Node has no
 * documented way to do so within a task; its own timers and immediates call this after each of theirs.
 */
const drain = process._tickCallback;

/** The world whose history is under way. */
let present;

process.on("unhandledRejection", (error) => {
  present?.checks.unhandled(error);
});

/** @typedef {{ invariant: string, text: string, time: number }} Violation */

/** The device, its browser, the network and the servers of one history. */
class World {
  ended = [];
  pages = 0;
  tasks = 0;
  words;

  constructor(history, library, hasWords) {
    const { config, seed, tabs } = history;
    this.config = config;
    this.library = library;
    this.words = hasWords ? [] : undefined;
    this.counts = new Map();
    this.random = new Random(seed, -1);
    this.clock = new Clock({
      skew: config.skewSeconds * 1000,
      countsSleep: config.countsSleep,
    });
    this.Date = dateOf(this.clock);
    this.Math = Object.create(Math, { random: { value: () => this.random.next() } });
    this.checks = new Checks(this);
    this.provider = new Provider(this);
    this.network = new Network(this);
    this.network.hasDate = config.hasDate;
    this.locks = new Locks(this);
    this.channels = new Channels(this);
    this.localStorage = new SharedStorage(this);
    this.database = new Database(this);
    this.tabs = Array.from({ length: tabs }, (_, index) => new Tab(this, index));
  }

  /** Runs what is due within so many milliseconds, up to a violation. */
  run(millis) {
    const until = this.clock.awake + millis;
    while (this.checks.violation === null) {
      const task = this.clock.next(until);
      if (task === undefined) return;
      this.#do(task);
      if (++this.tasks > MOST_TASKS) {
        this.checks.violation = {
          invariant: "calm",
          text: "the pages do not come to rest",
          time: this.clock.awake,
        };
      }
    }
  }

  #do(task) {
    const { owner, run } = task;
    if (owner === null) {
      run();
      drain();
    } else if (owner instanceof Page) {
      const { state, process } = owner;
      if (state === "gone") return;
      if (process.isSuspended) return void process.backlog.push(task);
      if (state !== "running") {
        // A message to a frozen page, or to one in the back-forward cache, is lost.
        if (task.pipe !== "channel") owner.backlog.push(task);
        return;
      }
      run();
      drain();
      if (!owner.isGone) this.checks.look(owner);
    } else {
      if (owner.isEnding) return;
      if (owner.isSuspended) return void owner.backlog.push(task);
      run();
      drain();
      for (const page of owner.pages) if (page.state === "running") this.checks.look(page);
    }
    if (this.ended.length > 0) for (const end of this.ended.splice(0)) end();
  }

  /** Something happens that is nobody's task. */
  happens(work) {
    this.network.look();
    work();
    drain();
    this.network.look();
    for (const page of this.livePages()) this.checks.look(page);
    for (const page of this.allPages()) this.checks.wait(page);
    for (const end of this.ended.splice(0)) end();
  }

  /** Once the present task is over. */
  next(work) {
    this.clock.after(0, null, "world", work);
  }

  /** What waited is due now: each way in its order, the ways in any. */
  release(tasks) {
    const delays = {};
    for (const { owner, pipe, run } of tasks) {
      if (run === undefined) continue;
      delays[pipe] ??= pipe.startsWith("out ") ? 0 : this.random.between(0, 40);
      const { at } = this.clock.after(delays[pipe], owner, pipe, run);
      // What comes from now on comes after it.
      if (pipe === "channel") owner.toldBy = Math.max(owner.toldBy, at);
      else if (pipe === "storage" && !(owner instanceof Page)) {
        owner.localStorage.heardBy = Math.max(owner.localStorage.heardBy, at);
      }
    }
  }

  /** Loads the application on a page. */
  boot(page) {
    this.clock.after(this.random.between(5, 60), page, "load", () => {
      page.app = new App(page);
      page.app.start();
      page.tell("pageshow", page.window, { persisted: false });
    });
  }

  *allPages() {
    for (const { process } of this.tabs) if (process !== null) yield* process.pages;
  }

  /** Those whose user sees them, or could. */
  livePages() {
    const isLive = (page) => page.isRunning && !page.isPrerendering && page.app !== undefined;
    return [...this.allPages()].filter(isLive);
  }

  /** Everything that keeps records, by name. */
  *storages() {
    yield ["localStorage", this.localStorage.values];
    yield ["the shared store", this.database.values];
    for (const tab of this.tabs) {
      if (tab.place !== "closed")
        yield [`sessionStorage of ${tab.name}`, tab.sessionStorage.values];
    }
  }

  wrote(page, place, key, value) {
    if (page.unsaved.size > 0) page.unsaved.delete(familyIn(value));
    this.say(() => {
      const name = key === null ? "everything" : key.split("/").slice(0, 2).join("/");
      return `${page.tab.name} ${value === null ? "removes" : "writes"} ${name} in ${place}`;
    });
  }

  goOffline() {
    this.network.isOnline = false;
    this.network.drop(1);
    this.#tellAll("offline");
  }

  goOnline() {
    this.network.isOnline = true;
    this.#tellAll("online");
  }

  /** The whole device stands still; its connections may be dead when it wakes. */
  sleep(millis) {
    this.network.drop(0.5);
    this.clock.sleep(millis);
  }

  setClock(skew) {
    const isThere = (page) => page.app.client.session !== null;
    this.clock.set(skew, new Set(this.livePages().filter(isThere)));
  }

  /** Whether the device's clock is or was wrong, and the page's server may not have been heard about it. */
  isClockUnknown() {
    this.network.look();
    const isWrong = Math.abs(this.clock.skew) >= 59_000 || this.clock.wasSet;
    return isWrong && this.clock.awake - this.network.troubledAt < 60_000;
  }

  /** Whether the clock is or was wrong, and the page's server was heard of late without a date. */
  isTimeless() {
    this.network.look();
    const isWrong = Math.abs(this.clock.skew) >= 59_000 || this.clock.wasSet;
    return isWrong && this.clock.awake - this.network.datelessAt < 60_000;
  }

  #tellAll(type) {
    for (const page of this.livePages()) page.window.dispatchEvent(new PageEvent(type));
  }

  count(name) {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  say(words) {
    if (this.words === undefined) return;
    const seconds = (this.clock.awake / 1000).toFixed(3).padStart(9);
    this.words.push(`${seconds} s  ${words()}`);
  }
}

/**
 * Plays a history.
 *
 * @param {import("./history.js").History} history
 * @param {import("./library.js").Library} library
 * @param {boolean} [hasWords] whether to say all that happens
 * @returns {{ violation: Violation | null, counts: Map<string, number>, words?: string[] }}
 */
export function simulate(history, library, hasWords = false) {
  const world = new World(history, library, hasWords);
  const { checks, tabs } = world;
  present = world;
  for (const event of history.events) {
    world.run(event.after);
    if (checks.violation !== null) break;
    const { can, does, words, fault } = EVENTS[event.kind];
    const tab = tabs[event.tab % tabs.length];
    // From here on, chance depends on this event and not on those before: a history that is made shorter
    // goes on much as before.
    world.random.seed(history.seed, event.number);
    if (can !== undefined && !can(tab, world, event)) continue;
    if (fault !== undefined) world.count(fault);
    world.say(() => `* ${sentence(tab, words(event))}`);
    world.happens(() => does(tab, event, world));
  }
  if (checks.violation === null) comeToRest(world, history.seed);
  for (const { process } of tabs) process?.kill();
  for (const end of world.ended.splice(0)) end();
  return {
    violation: checks.violation,
    counts: world.counts,
    tasks: world.tasks,
    pages: world.pages,
    sends: checks.sendings,
    words: world.words,
  };
}

/** Whose it is, where it is not the device's. */
const sentence = (tab, words) =>
  /^[A-Z]/.test(words) ? words : `${tab.name}${words.startsWith(":") ? "" : " "}${words}`;

/** Everything works, and every tab awakes: what must hold in the end is looked at. */
function comeToRest(world, seed) {
  const { checks, network, tabs, provider } = world;
  world.random.seed(seed, -2);
  network.look();
  world.say(() => "* All that failed works again, and every tab awakes");
  network.gate = null;
  network.loses = 0;
  network.slowMillis = 0;
  network.hasDate = true;
  network.apiRefuses = false;
  for (const tab of tabs) {
    tab.heal();
    tab.page?.interruptAfter(0);
    tab.cached?.interruptAfter(0);
    tab.prerendered?.interruptAfter(0);
  }
  world.happens(() => world.goOnline());
  const each = (work) => {
    for (const tab of tabs) if (tab.place !== "closed") world.happens(() => work(tab));
  };
  each((tab) => tab.process?.isSuspended && tab.process.wake());
  world.run(1_000);
  each((tab) => tab.resume());
  each((tab) => tab.prerendered !== null && tab.place === "app" && tab.activate());
  world.run(5_000);
  each((tab) => tab.place === "away" && tab.back());
  each((tab) => tab.place === "discarded" && tab.reload());
  each((tab) => tab.place === "app" && tab.show(true));
  world.run(40_000);
  if (checks.violation !== null) return;
  checks.final();
  checks.keptInTheEnd();
  // Everybody asks, which shows who was told of no end.
  each((tab) => tab.page?.app?.accessToken());
  each((tab) => tab.page?.app?.idToken());
  world.run(40_000);
  checks.final();
  checks.keptInTheEnd();
  if (checks.violation !== null) return;
  // And all come to their end: the provider's administrator sees to it.
  for (const family of provider.families.values()) provider.end(family, "it is the end");
  const ends = [...provider.families.values()].map(({ lastEnd = 0 }) => lastEnd);
  const left = Math.max(0, ...ends) - world.clock.time;
  world.say(() => "* The provider ends every sign-in, and time goes on until all tokens are over");
  world.happens(() => world.sleep(Math.max(0, left) + 70_000));
  world.run(70_000);
  each((tab) => tab.page?.app?.accessToken());
  world.run(40_000);
  if (checks.violation === null) checks.over();
}
