// Finishes the sign-in that a callback answers: which tab sends its code, when, and what is kept before.
import { caughtUp, lock, measure } from "./platform.js";
import { settled } from "./storage-blocked.js";

/** Behind the key of a sign-in: the mark that its code was sent, which a page keeps for as long as it lives. */
const ANSWERED = "/answered";

/** Behind the key of a sign-in, for who may write over what lies there: another tab has sent its code. */
const SENT = "/sent";

/** In `sessionStorage`: the `state` of the last sign-in that this tab began, until its response is here. */
export const BEGUN = "pkce-wasm/begun";

/** So long after its response is here, the tab that began a sign-in may answer it without a lock. */
const FIRST_MILLIS = 500;

/** By then it has to have sent the code. */
const SENT_MILLIS = 700;

/** By then every other tab has seen that it did. */
const NOT_FIRST_MILLIS = 850;

/** By then a page that stood still has seen what others wrote meanwhile. */
const LAG_MILLIS = 100;

/** The callbacks that are being dealt with on this page, by whichever client of it. */
const handling = new Map();

/** Whether trying the same again may work: nothing may be thrown away for such a fault. */
const isPassing = (fault) => fault?.kind === "network";

/** The callbacks of one client. */
export class Callbacks {
  #core;
  #session;
  #requests;
  #idTokens;
  /** The marks of the sign-ins that this page has answered, for as long as it lives. */
  #answered = [];
  /**
   * Tokens whose keys could not be fetched, or a record that could not be kept, with the key of their
   * sign-in: the code is spent, so they wait here for the next try.
   */
  #waiting;

  constructor(core, session, requests, idTokens) {
    this.#core = core;
    this.#session = session;
    this.#requests = requests;
    this.#idTokens = idTokens;
  }

  /** Finishes the sign-in that a callback URL answers. */
  async finish(url) {
    // The second client of a page fails as the first one does; else it finds what that has done.
    const name = `${this.#session.key} ${url}`;
    const done = Promise.resolve(handling.get(name))
      .then(async (before) => ({ record: before?.record, ...(await this.#handle(url)) }))
      .finally(() => {
        if (handling.get(name) === done) handling.delete(name);
      });
    handling.set(name, done);
    return await done;
  }

  async #handle(url) {
    const key = this.#core.transactionKey(url);
    if (!key) return await this.#resume(url, "");
    const isFirst = isFirstLook(key);
    const answered = isFirst ? await this.#answerFirst(url, key) : undefined;
    // A duplicated tab, a link opened twice: one of them exchanges the code.
    return answered ?? (await withLock(key, () => this.#resume(url, key, isFirst)));
  }

  /**
   * Answers in the tab that began the sign-in without a lock, for a browser gives a new page its first one
   * late. Nobody else has had the response for as long as they would have to wait.
   */
  async #answerFirst(url, key) {
    const resumed = isWithin(FIRST_MILLIS) ? this.#core.resume(url, key) : {};
    if (resumed.exchange === undefined) return undefined;
    this.#core.keepTransaction(key, resumed.answered);
    if (!isWithin(SENT_MILLIS)) {
      // Who stood still just now does as the others do, unless one of them has sent the code meanwhile.
      await withLock(key, async () => {
        await caughtUp(LAG_MILLIS);
        const isSent = localStorage.getItem(key + SENT) !== null;
        if (!isSent) this.#core.keepTransaction(key, resumed.pending);
      });
      return undefined;
    }
    // Others wait for what comes of it, as this tab would.
    const asked = lock(key, false);
    try {
      return await this.#answer(key, resumed, lock(key + ANSWERED, true));
    } finally {
      void asked.then((letGo) => letGo?.());
    }
  }

  async #resume(url, key, isFirst) {
    if (this.#waiting?.key === key) {
      const waiting = this.#waiting;
      this.#waiting = undefined;
      return await this.#signedIn(waiting);
    }
    const { handled, exchange, ...found } = this.#core.resume(url, key);
    if (handled === "unknown") {
      this.#core.unknown(url, await this.#session.latest());
      return { handled: "left" };
    }
    const leads = leadsOf(found);
    if (exchange === undefined) return { handled, ...leads };
    const release = await lock(key + ANSWERED, true);
    if (release === null) return { handled: "answered", ...leads };
    await caughtUp(isFirst ? LAG_MILLIS : NOT_FIRST_MILLIS);
    let isSending = false;
    let resumed;
    try {
      // Once more: another tab may have answered since, and let go of the mark.
      resumed = this.#core.resume(url, key);
      if (resumed.exchange === undefined) return { handled: resumed.handled, ...leads };
      if (!isFirst) this.#core.keepTransaction(key + SENT, resumed.answered);
      isSending = true;
    } finally {
      if (!isSending) release?.();
    }
    return await this.#answer(key, resumed, release);
  }

  /** Sends the code, once its sign-in is marked as answered; the mark may be on its way. */
  async #answer(key, resumed, mark) {
    const { pending, answered } = resumed;
    const leads = leadsOf(resumed);
    let unverified;
    try {
      // Written first, so that no crash between here and the answer lets the code be sent twice.
      this.#core.keepTransaction(key, answered);
      unverified = await this.#exchange(resumed);
    } catch (fault) {
      if (this.#core.isUnseen(fault?.code, fault?.cause?.status)) {
        this.#core.keepTransaction(key, pending);
      }
      (await mark)?.();
      throw Object.assign(fault, leads);
    }
    this.#answered.push(mark);
    return await this.#signedIn({ key, unverified, leads });
  }

  /** Trades the code for tokens, while the keys to verify them with are on their way. */
  async #exchange({ exchange, request, keySetRequest }) {
    const step = () => exchange.finish(this.#core);
    this.#session.requested(false);
    // First, for the user waits for it: it gets the connection that is there.
    const asking = this.#requests.askForTokens("pkce-wasm:token request", request, step);
    const keys = this.#requests.send("pkce-wasm:key set", keySetRequest, "cached");
    // Where this fails, it is tried again when they are needed.
    keys.catch(() => undefined);
    const unverified = await asking;
    await this.#idTokens.readKeys(keys).catch(() => undefined);
    return unverified;
  }

  async #signedIn(tokens) {
    const start = performance.now();
    try {
      tokens.record ??= await this.#idTokens.verified(tokens.unverified);
      measure("pkce-wasm:id token", start);
      await settled(this.#core, () => this.#session.keep(tokens.record, true));
    } catch (fault) {
      if (isPassing(fault) || tokens.record !== undefined) this.#waiting = tokens;
      throw Object.assign(fault, tokens.leads);
    }
    return { handled: "signed_in", record: tokens.record, ...tokens.leads };
  }
}

/** Where a sign-in leads to, and what the application gets back with it. */
const leadsOf = ({ returnTo, appState }) => ({ returnTo, appState });

/**
 * Whether this tab began that sign-in, and sees the response for the first time. A duplicated tab has what
 * the first one had: the browser comes to its page by the history.
 */
function isFirstLook(key) {
  try {
    const isBegun = key.endsWith(`/${sessionStorage.getItem(BEGUN)}`);
    if (isBegun) sessionStorage.removeItem(BEGUN);
    return isBegun && ofNavigation().type === "navigate";
  } catch {
    return false;
  }
}

/** Whether this page came no longer ago: one that stood still since knows nothing of the others. */
function isWithin(millis) {
  return performance.now() - ofNavigation().responseStart < millis;
}

const ofNavigation = () => performance.getEntriesByType("navigation")[0];

/**
 * Does `work` while no other tab of this origin holds the lock of that name.
 *
 * In a browser without Web Locks, and where a tab that stands still does not let go, it is done all the
 * same: what must not be done twice has a mark of its own, and every record is written before it is
 * acted upon.
 */
async function withLock(name, work) {
  const release = await lock(name, false);
  try {
    return await work();
  } finally {
    release?.();
  }
}
