import { GATES } from "./network.js";
import { REFUSALS } from "./provider.js";
import { Random } from "./random.js";

/**
 * What the world is like in a history.
 *
 * The first value of each list is the plain one, to which a failing history is shrunk.
 */
export const CONFIG = {
  engine: ["chromium", "firefox", "webkit"],
  store: ["local", "session", "shared", "memory"],
  /** Whether refresh tokens are replaced, and whether a replaced one is still taken for a while. */
  rotation: ["off", "grace", "strict"],
  graceSeconds: [10, 60],
  lifeSeconds: [300, 3_600, 900, 60, 20, 5],
  idLifeSeconds: [300, 3_600, 900, 60, 20],
  refreshToken: [true, true, true, true, true, true, false],
  /** How `expires_in` is said; in the first answer, too, or only after a refresh. */
  expiresIn: ["a number", "a number", "a number", "nothing", "0", "a text"].flatMap((kind) => [
    { kind, first: false },
    { kind, first: true },
  ]),
  idTokenAgain: [true, true, false],
  laterAuthTime: [false, false, false, true],
  refusal: ["invalid_grant", ...Object.keys(REFUSALS)],
  bearer: ["access_token", "access_token", "id_token"],
  discovers: [false, false, false, false, true],
  revokes: [true, false],
  leaves: [true, true, false],
  hasDate: [true, true, true, false],
  /** By how much the device's clock is ahead. */
  skewSeconds: [0, 0, 0, 0, 0, -20, 20, 3_600, 3_630, -3_600, 900, -300],
  countsSleep: [false, true],
};

/**
 * What may happen: how often, what is chosen for it when the history is made, whether it can happen
 * now, what it does, and how it is said.
 *
 * @type {Record<string, { weight: number, make?: (random: Random) => object,
 *   can?: (tab: import("./tab.js").Tab, world: object) => boolean,
 *   does: (tab: import("./tab.js").Tab, event: object, world: object) => void,
 *   words: (event: object) => string, fault?: string }>}
 */
export const EVENTS = {
  open: {
    weight: 5,
    can: ({ place }) => place === "closed",
    does: (tab) => tab.open(),
    words: () => "is opened",
  },
  duplicate: {
    weight: 5,
    make: (random) => ({ of: random.below(8) }),
    can: ({ place }, { tabs }, { of }) =>
      place === "closed" && tabs[of % tabs.length].place !== "closed",
    does: (tab, { of }, { tabs }) => tab.duplicate(tabs[of % tabs.length]),
    words: ({ of }) => `is opened as a duplicate of tab ${of + 1}`,
  },
  reload: {
    weight: 6,
    can: (tab) => tab.isAtApp || tab.place === "discarded",
    does: (tab) => tab.reload(),
    words: () => "is reloaded",
  },
  close: {
    weight: 2,
    can: ({ place }) => place !== "closed",
    does: (tab) => tab.close(),
    words: () => "is closed",
  },
  crash: {
    weight: 4,
    fault: "a page crashes between two of its steps",
    make: (random) => ({ steps: random.between(1, 12) }),
    can: (tab) => tab.isAtApp,
    does: (tab, { steps }) => tab.page.interruptAfter(steps, () => tab.discard()),
    words: ({ steps }) => `will crash at its ${steps}th call of the browser from here`,
  },
  openToo: {
    weight: 3,
    make: (random) => ({
      millis: random.between(0, 1_000),
      still: random.pick(["none", "the first", "the other"]),
      steps: random.between(4, 30),
      stillMillis: random.pick([random.between(100, 700), 1_000, 15_000]),
    }),
    can: ({ place }) => place === "closed",
    does: (tab, event, world) => void (world.openingToo = { ...event, tab }),
    words: ({ millis, still, steps, stillMillis }) =>
      `will open the next response as well, ${millis} ms after it comes; ${still} of the two stands still at its ${steps}th call of the browser, for ${stillMillis} ms`,
  },
  discard: {
    weight: 3,
    fault: "a tab is discarded",
    can: (tab) => tab.place === "app" && tab.page !== null,
    does: (tab) => tab.discard(),
    words: () => "is discarded",
  },
  suspend: {
    weight: 5,
    fault: "a process is suspended",
    can: (tab) => tab.place === "app" && tab.isAtApp,
    does: (tab) => tab.process.suspend(),
    words: () => "stands still: its process is suspended",
  },
  suspendAmid: {
    weight: 4,
    fault: "a process is suspended between two steps of its page",
    make: (random) => ({ steps: random.between(1, 12) }),
    can: (tab) => tab.isAtApp,
    does: (tab, { steps }) => tab.page.interruptAfter(steps, () => tab.process?.suspend()),
    words: ({ steps }) => `will stand still at its ${steps}th call of the browser from here`,
  },
  wake: {
    weight: 10,
    can: ({ process }) => process?.isSuspended === true,
    does: (tab) => tab.process.wake(),
    words: () => "goes on",
  },
  freeze: {
    weight: 3,
    fault: "a page is frozen",
    can: (tab, { config }) => tab.isAtApp && config.engine === "chromium",
    // That befalls pages in the background alone.
    does: (tab) => {
      tab.show(false);
      tab.freeze();
    },
    words: () => "goes to the background, and is frozen",
  },
  resume: {
    weight: 5,
    can: ({ page, process }) => page?.state === "frozen" && !process.isSuspended,
    does: (tab) => tab.resume(),
    words: () => "is no longer frozen",
  },
  leave: {
    weight: 4,
    can: (tab) => tab.isAtApp,
    does: (tab) => tab.leave(),
    words: () => "goes to another site",
  },
  back: {
    weight: 6,
    can: ({ place, process }) => place === "away" && !process.isSuspended,
    does: (tab) => tab.back(),
    words: () => "goes back",
  },
  prerender: {
    weight: 2,
    can: (tab, { config }) => tab.isAtApp && config.engine === "chromium",
    does: (tab) => tab.prerender(),
    words: () => "prerenders the application",
  },
  activate: {
    weight: 4,
    can: ({ prerendered, process }) => prerendered !== null && !process.isSuspended,
    does: (tab) => tab.activate(),
    words: () => "shows the page that was prerendered",
  },
  hide: {
    weight: 2,
    can: (tab) => tab.isAtApp,
    does: (tab) => tab.show(false),
    words: () => "goes to the background",
  },
  show: {
    weight: 4,
    can: (tab) => tab.isAtApp,
    does: (tab) => tab.show(true),
    words: () => "comes to the front",
  },

  signIn: {
    weight: 8,
    can: (tab) => tab.isAtApp,
    does: (tab) => tab.page.app?.signIn(),
    words: () => "signs in",
  },
  signOut: {
    weight: 3,
    make: (random) => ({ stay: random.chance(0.5) }),
    can: (tab) => tab.isAtApp,
    does: (tab, { stay }) => tab.page.app?.signOut({ stay }),
    words: ({ stay }) => (stay ? "signs out, and stays" : "signs out"),
  },
  accessToken: {
    weight: 18,
    can: (tab) => tab.isAtApp,
    does: (tab) => tab.page.app?.accessToken(),
    words: () => "asks for an access token",
  },
  freshAccessToken: {
    weight: 8,
    make: (random) => ({ minValiditySeconds: random.pick([60, 1_000_000_000]) }),
    can: (tab) => tab.isAtApp,
    does: (tab, { minValiditySeconds }) => tab.page.app?.accessToken({ minValiditySeconds }),
    words: ({ minValiditySeconds }) =>
      minValiditySeconds > 100_000
        ? "asks for a new access token"
        : `asks for an access token that is good for ${minValiditySeconds} s`,
  },
  newAccessTokens: {
    weight: 1,
    make: (random) => ({ times: random.between(5, 8) }),
    can: (tab) => tab.isAtApp,
    does: (tab, { times }) => tab.page.app?.newAccessTokens(times),
    words: ({ times }) => `asks for a new access token ${times} times, one after the other`,
  },
  idToken: {
    weight: 6,
    can: (tab) => tab.isAtApp,
    does: (tab) => tab.page.app?.idToken(),
    words: () => "asks for an ID token",
  },
  manyTokens: {
    weight: 3,
    make: (random) => ({ times: random.between(5, 12), kind: random.pick(["fetch", "idToken"]) }),
    can: (tab) => tab.isAtApp,
    does: ({ page }, { times, kind }) => {
      for (let i = 0; i < times; i += 1) page.app?.[kind]();
    },
    words: ({ times, kind }) => `calls ${kind}() ${times} times at once`,
  },
  fetch: {
    weight: 5,
    can: (tab) => tab.isAtApp,
    does: (tab) => tab.page.app?.fetch(),
    words: () => "calls the API",
  },
  clear: {
    weight: 1,
    can: (tab, { config }) => tab.isAtApp && config.store === "local",
    does: (tab, _event, { checks, clock }) => {
      checks.clearedAt = clock.awake;
      tab.page.localStorage.clear();
    },
    words: () => "clears localStorage",
  },

  setFails: {
    weight: 3,
    fault: "a store begins to refuse, or to lose, what is written",
    make: (random) => ({
      times: random.pick([1, 1, 3, 1_000]),
      effect: random.pick(["fails", "fails", "is full", "does nothing"]),
    }),
    can: ({ place }) => place !== "closed",
    does: (tab, { effect, times }) => tab.fail("set", effect, times),
    words: ({ times, effect }) => `: its store's set() ${effect} the next ${timesOf(times)}`,
  },
  getFails: {
    weight: 2,
    fault: "a store begins to fail where it is read",
    make: (random) => ({ times: random.pick([1, 1, 3]) }),
    can: ({ place }) => place !== "closed",
    does: (tab, { times }) => tab.fail("get", "fails", times),
    words: ({ times }) => `: its store's get() fails the next ${timesOf(times)}`,
  },
  heal: {
    weight: 3,
    can: ({ place }) => place !== "closed",
    does: (tab) => tab.heal(),
    words: () => ": its store works",
  },

  offline: {
    weight: 3,
    fault: "the device goes offline",
    can: (_tab, { network }) => network.isOnline,
    does: (_tab, _event, world) => world.goOffline(),
    words: () => "The device is offline",
  },
  online: {
    weight: 6,
    can: (_tab, { network }) => !network.isOnline,
    does: (_tab, _event, world) => world.goOnline(),
    words: () => "The device is online",
  },
  gate: {
    weight: 4,
    fault: "a gate answers in the place of the provider",
    make: (random) => ({ gate: random.pick(Object.keys(GATES)) }),
    does: (_tab, { gate }, { network }) => void (network.gate = gate),
    words: ({ gate }) => `Requests to the provider are answered with ${gate}`,
  },
  gateOpens: {
    weight: 6,
    can: (_tab, { network }) => network.gate !== null,
    does: (_tab, _event, { network }) => void (network.gate = null),
    words: () => "Requests reach the provider again",
  },
  lossy: {
    weight: 4,
    fault: "the network begins to lose requests and answers",
    make: (random) => ({ loses: random.pick([0.1, 0.3, 0.8]) }),
    does: (_tab, { loses }, { network }) => void (network.loses = loses),
    words: ({ loses }) => `The network loses ${loses * 100} % of requests and answers`,
  },
  lossless: {
    weight: 5,
    can: (_tab, { network }) => network.loses > 0,
    does: (_tab, _event, { network }) => void (network.loses = 0),
    words: () => "The network loses nothing",
  },
  slow: {
    weight: 3,
    fault: "the network becomes slow",
    make: (random) => ({ millis: random.pick([3_000, 12_000, 60_000]) }),
    does: (_tab, { millis }, { network }) => void (network.slowMillis = millis),
    words: ({ millis }) => `The network takes up to ${millis / 1000} s longer each way`,
  },
  quick: {
    weight: 5,
    can: (_tab, { network }) => network.slowMillis > 0,
    does: (_tab, _event, { network }) => void (network.slowMillis = 0),
    words: () => "The network is quick",
  },
  apiRefuses: {
    weight: 1,
    fault: "the API begins to refuse every token",
    does: (_tab, _event, { network }) => void (network.apiRefuses = true),
    words: () => "The API refuses every token",
  },
  apiTakes: {
    weight: 2,
    can: (_tab, { network }) => network.apiRefuses,
    does: (_tab, _event, { network }) => void (network.apiRefuses = false),
    words: () => "The API takes tokens",
  },
  timeless: {
    weight: 1,
    fault: "the page's server begins or ceases to say the time",
    does: (_tab, _event, { network }) => void (network.hasDate = !network.hasDate),
    words: () => "The page's server begins or ceases to say what time it is",
  },
  ends: {
    weight: 2,
    fault: "the provider ends a sign-in",
    make: (random) => ({ which: random.next() }),
    can: (_tab, { provider }) => provider.families.size > 0,
    does: (_tab, { which }, { provider }) => {
      const families = [...provider.families.values()];
      provider.end(families[Math.floor(which * families.length)], "its administrator ended it");
    },
    words: () => "The provider's administrator ends a sign-in",
  },

  sleep: {
    weight: 4,
    fault: "the device sleeps",
    make: (random) => ({ seconds: random.pick([5, 60, 600, 7_200, 50_000]) }),
    does: (_tab, { seconds }, world) => world.sleep(seconds * 1000),
    words: ({ seconds }) => `The device sleeps for ${seconds} s`,
  },
  clockSet: {
    weight: 4,
    fault: "the device's clock is set",
    make: (random) => ({
      skewSeconds: random.pick([
        0, 0, 0, 30, -30, 3_600, 3_630, 600, -600, -3_600, -20_000, 20_000,
      ]),
    }),
    does: (_tab, { skewSeconds }, world) => world.setClock(skewSeconds * 1000),
    words: ({ skewSeconds }) => `The device's clock is set: ${aheadOf(skewSeconds)}`,
  },
};

const timesOf = (times) => (times === 1 ? "time" : `${times} times`);

const aheadOf = (seconds) =>
  seconds === 0 ? "it is right" : `${Math.abs(seconds)} s ${seconds > 0 ? "fast" : "slow"}`;

const WEIGHTS = Object.fromEntries(
  Object.entries(EVENTS).map(([kind, { weight }]) => [kind, weight]),
);

/** Milliseconds from one event to the next: most come on each other's heels. */
const WAITS = [
  (random) => 0 * random.next(),
  (random) => random.between(0, 20),
  (random) => random.between(0, 20),
  (random) => random.between(0, 300),
  (random) => random.between(0, 300),
  (random) => random.between(300, 5_000),
  (random) => random.between(300, 5_000),
  (random) => random.between(5_000, 30_000),
  (random) => random.between(30_000, 120_000),
];

/**
 * The history of a seed.
 *
 * @param {number} seed
 * @param {{ tabs: number, events: number }} size
 */
export function historyOf(seed, { tabs, events }) {
  const random = new Random(seed, tabs, events);
  const config = {};
  for (const name in CONFIG) config[name] = random.pick(CONFIG[name]);
  if (random.chance(0.6)) config.expiresIn = CONFIG.expiresIn[0];
  const made = [];
  const add = (after, kind, tab) => {
    made.push({ number: made.length, after, kind, tab, ...EVENTS[kind].make?.(random) });
  };
  // Nearly always somebody signs in at first, for nothing much happens to a page without a session.
  add(0, "open", 0);
  if (tabs > 1 && random.chance(0.2)) add(0, "openToo", 1);
  if (random.chance(0.95)) {
    add(500, "signIn", 0);
    add(12_000, "show", 0);
  }
  for (let tab = 1; tab < tabs; tab += 1) {
    if (random.chance(0.7)) add(random.between(0, 200), random.pick(["open", "duplicate"]), tab);
  }
  while (made.length < events) {
    add(random.pick(WAITS)(random), random.weighted(WEIGHTS), random.below(tabs));
  }
  return { seed, tabs, config, events: made };
}
