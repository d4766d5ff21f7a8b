import { randomUUID } from "node:crypto";
import { until } from "./until.js";

/** @returns {string} the expression that calls a function in a page with JSON values */
export function call(work, values) {
  return `(${work})(...${JSON.stringify(values)})`;
}

/**
 * A tab of a browser profile. Each engine's file gives it:
 *
 * - `goto(url)`: loads the page
 * - `url()`
 * - `click({ role, name })`: presses the element with this accessible role and name
 * - `fill(label, text)`: types into the field with this label or, without one, placeholder
 * - `textOf({ role, name })`: the visible text of such elements, "" when there is none
 * - `run(expression)`: evaluates a synchronous expression in the page, for `evaluate` below
 * - `back()`: goes back, without waiting for the page to be there
 * - `popup(open)`: calls a function that makes the page open a window, and resolves to that window's tab
 * - `isClosed()`: whether the tab is gone, by whomever it was closed
 * - `reload()`, `screenshot(path)`, `close()`
 * - `setOffline(boolean)`, in all but WebKit
 * - `standStill()` and `beforeEachPage(script)`, in Chromium
 *
 * and the rest is here, the same for every engine.
 */
export class Tab {
  /**
   * Calls a function in the page. Asynchronous work is started and then asked for, so that
   * meanwhile other tabs can be driven, and a page that is left ends the wait.
   *
   * @param {Function} work takes and returns JSON values; refers to nothing outside itself
   * @returns {Promise<any>} what it returned; rejects with "Name: message" of what it threw
   */
  async evaluate(work, ...args) {
    const slot = `window[Symbol.for("${randomUUID()}")]`;
    let outcome = await this.run(`(() => {
      const outcome = {};
      const fulfil = (value) => Object.assign(outcome, { ended: true, value });
      const fail = (error) => Object.assign(outcome, { ended: true, error: String(error) });
      try {
        const value = ${call(work, args)};
        if (typeof value?.then !== "function") return fulfil(value);
        value.then(fulfil, fail);
        ${slot} = outcome;
      } catch (error) {
        fail(error);
      }
      return outcome;
    })()`);
    if (!outcome.ended) {
      const left = '{ ended: true, error: "the page was left" }';
      await until(
        async () => (outcome = await this.run(`(${slot} ?? ${left})`)).ended,
        () => `this should have ended in the page: ${work}`,
      );
    }
    if (outcome.error) throw new Error(outcome.error);
    return outcome.value;
  }

  /**
   * @param {{ role: string, name?: string }} wanted
   * @param {string | RegExp} expected a part of the text, or a pattern
   * @returns {Promise<string>} the text that was waited for
   */
  async waitForText(wanted, expected) {
    const matches = (text) =>
      typeof expected === "string" ? text.includes(expected) : expected.test(text);
    let seen = "";
    await until(
      async () => matches((seen = await this.textOf(wanted))),
      () => `role="${wanted.role}" should say ${expected} but says "${seen}"`,
    );
    return seen;
  }

  /**
   * @param {(url: URL) => boolean} test
   * @returns {Promise<URL>} the address that passed
   */
  async waitForUrl(test) {
    let seen;
    await until(
      async () => test((seen = new URL(await this.url()))),
      async () => {
        const alert = await this.textOf({ role: "alert" });
        return `the address should pass ${test} but is ${seen}; the page's alert is "${alert}"`;
      },
    );
    return seen;
  }

  /** Waits for the page to close itself, or to be closed by another. */
  waitForClose() {
    return until(
      () => this.isClosed(),
      async () => `the tab should be closed but shows ${await this.url()}`,
    );
  }

  /**
   * Asks the page until the answer is truthy, and returns it.
   *
   * @param {Function} question runs in the page
   */
  waitFor(question, ...args) {
    return until(
      () => this.evaluate(question, ...args),
      () => `the page should have answered ${question}`,
    );
  }
}
