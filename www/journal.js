const KEY = "pkce-wasm-playground:journal";
export const FAILURE = "playground:failure";
const PREFIXES = ["pkce-wasm:", "playground:"];
const CHAPTERS_KEPT = 6;
/** Steps that are further apart, in milliseconds, are none of one and the same event. */
const PAUSE = 5000;

/**
 * @typedef {{ name: string, start: number, duration: number, url?: string, status?: number, code?: string }} Step
 *   times in epoch milliseconds; code: that of the error which this step stands for
 * @typedef {{ title: string, steps: Step[], signIn?: boolean, away?: boolean }} Chapter
 *   away: the browser left for the provider and has not come back yet
 */

/**
 * Keeps what the library measured, in chapters of one user action each. A sign-in crosses two
 * pages, so the journal lies in sessionStorage; names, times, addresses and statuses are all it has.
 *
 * @param {(chapters: Chapter[]) => void} onChange
 */
export function openJournal(onChange) {
  /** @type {Chapter[]} */
  let chapters = read();
  /** @type {Chapter | undefined} */
  let current;
  /** The one that ended in an error last. @type {Chapter | undefined} */
  let failed;

  const observer = new PerformanceObserver((list) => collect(list.getEntries()));
  observer.observe({ type: "measure", buffered: true });
  addEventListener("pagehide", catchUp);

  function catchUp() {
    collect(observer.takeRecords());
  }

  function collect(entries) {
    const steps = entries
      .filter(({ name }) => PREFIXES.some((prefix) => name.startsWith(prefix)))
      .map(stepOf);
    if (steps.length > 0) add(steps);
  }

  function add(steps) {
    const [{ start }] = steps;
    // What was under way when a step was refused ends after it.
    const isLate = !current && failed !== undefined && start < endOf(failed);
    if (!isLate && (!current || start - endOf(current) > PAUSE)) {
      open({ title: "In the background", steps: [] });
    }
    const chapter = isLate ? failed : current;
    chapter.steps.push(...steps);
    chapter.steps.sort((one, other) => one.start - other.start);
    write(chapters);
    onChange(chapters);
  }

  function clear() {
    catchUp();
    chapters = [];
    current = undefined;
    write(chapters);
    onChange(chapters);
  }

  function open(chapter) {
    catchUp();
    current = chapter;
    const [first, ...rest] = chapters.filter(({ steps }) => steps.length > 0);
    chapters = [...(first ? [first] : []), ...rest.slice(2 - CHAPTERS_KEPT), chapter];
    return handle(chapter);
  }

  function handle(chapter) {
    const end = () => {
      catchUp();
      if (current === chapter) current = undefined;
    };
    /** What the library refuses has no measure: the error is the last step. */
    const fail = (error) => {
      end();
      chapter.away = false;
      chapter.steps.push(failureOf(error));
      failed = chapter;
      // The end of a session clears the journal, but not of what ended it.
      if (!chapters.includes(chapter)) chapters.push(chapter);
      write(chapters);
      onChange(chapters);
    };
    return { end, fail };
  }

  return {
    /** Starts a chapter: what is measured from now until its end belongs to it. */
    begin: (title) => open({ title, steps: [] }),

    /** Starts the chapter of a sign-in, and with it a new journal. */
    beginSignIn() {
      clear();
      return open({ title: "Sign-in", steps: [], signIn: true, away: true });
    },

    /** Takes up the sign-in that left this tab, now that the browser is back on the callback page. */
    arrive(time) {
      const departed = chapters.at(-1);
      if (!departed?.away) return open({ title: "Callback", steps: [], signIn: true });
      current = departed;
      current.away = false;
      const left = endOf(current);
      if (left < time) {
        add([{ name: "at the provider", start: left, duration: time - left }]);
      }
      return handle(departed);
    },

    chapters: () => chapters,

    clear,
  };
}

/** @param {Chapter} chapter */
function endOf({ steps }) {
  return steps.length > 0
    ? Math.max(...steps.map(({ start, duration }) => start + duration))
    : Infinity;
}

/** @returns {Step} */
function stepOf({ name, startTime, duration, detail }) {
  const start = performance.timeOrigin + startTime;
  return { name, start, duration, url: bareUrl(detail?.url), status: detail?.status };
}

/** @returns {Step} */
function failureOf({ code, name }) {
  const start = performance.timeOrigin + performance.now();
  return { name: FAILURE, start, duration: 0, code: code ?? name };
}

/** Whatever a query holds has no place in the journal. */
function bareUrl(text) {
  if (!text) return undefined;
  const url = new URL(text, location.href);
  return url.origin === location.origin ? url.pathname : url.origin + url.pathname;
}

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? [];
  } catch {
    return [];
  }
}

/** Where storage is blocked, the journal lasts as long as the page. */
function write(chapters) {
  try {
    if (chapters.length > 0) sessionStorage.setItem(KEY, JSON.stringify(chapters));
    else sessionStorage.removeItem(KEY);
  } catch {
    return;
  }
}
