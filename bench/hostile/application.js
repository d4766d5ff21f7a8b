import { setTimeout as delay } from "node:timers/promises";

/** Nothing came of a step. */
export class Unsettled extends Error {
  constructor(step) {
    super(`nothing came of ${step}`);
    this.step = step;
  }
}

/**
 * What came of a step.
 *
 * @typedef {{ error?: string, session: object | null, polluted: boolean }} Outcome
 */

/** An application of a library, in a tab. */
export class Application {
  /** Requests to what is neither a page of it nor an endpoint of a provider, and scripts that ran. */
  strayed = [];
  #tab;
  #limit;
  #away;

  /**
   * @param {import("playwright-core").Page} tab
   * @param {{ limit: number, isKnown: (url: URL) => boolean }} options how long a step may take at
   *   most, and which addresses are an application's or a provider's
   */
  constructor(tab, { limit, isKnown }) {
    this.#tab = tab;
    this.#limit = limit;
    let leave;
    this.#away = new Promise((resolve) => (leave = resolve));
    const stray = (what, isAway) => {
      this.strayed.push(what);
      if (isAway) leave(what);
    };
    tab.on("request", (request) => {
      const url = new URL(request.url());
      if (["http:", "https:", "ftp:", "file:"].includes(url.protocol) && !isKnown(url)) {
        stray(url.href, request.isNavigationRequest());
      }
    });
    tab.on("dialog", async (dialog) => {
      stray(`a script: ${dialog.message()}`, true);
      await dialog.dismiss();
    });
  }

  /** Looks no more at what the tab does. */
  forget() {
    this.#tab.removeAllListeners("request");
    this.#tab.removeAllListeners("dialog");
  }

  /** A first visit finds nothing of an earlier case. */
  async open(url, settings, { isFirst = false } = {}) {
    await this.#tab.goto(url);
    if (isFirst) {
      await this.#tab.context().clearCookies();
      await this.#tab.evaluate(() => [localStorage, sessionStorage].forEach((all) => all.clear()));
    }
    await this.begin(settings);
  }

  /** @returns {Promise<string[]>} the steps that the library has */
  async begin(settings) {
    await this.#tab.waitForFunction(() => window.isReady);
    this.steps = await this.#tab.evaluate((values) => window.begin(values), settings);
  }

  /** @returns {Promise<Outcome>} */
  take(step, ...values) {
    const taken = this.#tab.evaluate(
      ([name, ...rest]) => window.take(name, ...rest),
      [step, ...values],
    );
    return this.#inTime(step, [taken, this.#away.then(() => ({ session: null }))]);
  }

  /**
   * Takes a step that leaves the page.
   *
   * @returns {Promise<Outcome | undefined>} nothing once the tab is at this path
   */
  async leave(step, values, destination) {
    const { pathname } = new URL(destination);
    const there = this.#tab
      .waitForURL((url) => url.pathname === pathname, { timeout: this.#limit })
      .catch((error) => {
        // The provider hangs up on what lacks the parameters that it needs.
        if (!error.message.includes("ERR_EMPTY_RESPONSE")) throw error;
        return { error: "a request that the provider could not read" };
      });
    const taken = this.#tab
      .evaluate(([name, rest]) => window.take(name, ...rest), [step, values])
      // The page is on its way, or a promise that it leaves behind has failed.
      .then(
        (outcome) => (outcome.error ? outcome : there),
        () => there,
      );
    const away = this.#away.then(() => ({ session: null }));
    // It may lose the race, and then fails unheard.
    there.catch(() => {});
    return this.#inTime(step, [there, taken, away]);
  }

  async #inTime(step, outcomes) {
    const clock = new AbortController();
    const late = delay(this.#limit, undefined, { signal: clock.signal }).then(() => {
      throw new Unsettled(step);
    });
    late.catch(() => {});
    try {
      return await Promise.race([...outcomes, late]);
    } catch (error) {
      throw error.name === "TimeoutError" ? new Unsettled(step) : error;
    } finally {
      clock.abort();
    }
  }
}
