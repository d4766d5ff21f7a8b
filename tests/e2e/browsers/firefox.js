import puppeteer from "puppeteer-core";
import { locate, visibleText } from "./locate.js";
import { Tab, call } from "./tab.js";
import { until } from "./until.js";

const executablePath = "/usr/bin/firefox-esr";

/** By then a press has come to its page, or gone astray; and so often it is made. */
const PRESS_SECONDS = 3;
const PRESSES = 5;

/** Firefox, driven by Puppeteer over WebDriver BiDi. */
export async function launch({ args = [] } = {}) {
  const browser = await puppeteer.launch({ browser: "firefox", executablePath, args });
  return {
    newProfile: async () => profileOf(await browser.createBrowserContext()),
    close: () => browser.close(),
  };
}

function profileOf(context) {
  return {
    newTab: async () => new FirefoxTab(await context.newPage()),
    close: () => context.close(),
  };
}

class FirefoxTab extends Tab {
  #page;

  constructor(page) {
    super();
    this.#page = page;
  }

  /** Waits for one such element that can be used. */
  async #element(wanted) {
    return until(
      async () => {
        const handle = await this.#page.evaluateHandle(
          `${call(locate, [wanted])}.find((element) => !element.disabled)`,
        );
        return handle.asElement();
      },
      () => `the page should have an enabled ${wanted.role} "${wanted.name}"`,
    );
  }

  async goto(url) {
    await this.#page.goto(url);
  }

  /** Puppeteer's own url() does not notice a page that comes back from the back/forward cache. */
  url() {
    return this.run("location.href");
  }

  /**
   * Puppeteer asks where an element is and then presses that place: where something above it was drawn in
   * between, the press goes astray, and nothing says so. Such a press is made again.
   */
  async click(wanted) {
    const element = await this.#element(wanted);
    await element.evaluate((button) => {
      button[Symbol.for("pressed")] = false;
      const arrive = () => (button[Symbol.for("pressed")] = true);
      button.addEventListener("click", arrive, { once: true });
    });
    // Where the press led away from the page, the element is gone.
    const hasArrived = () =>
      element.evaluate((button) => button[Symbol.for("pressed")] === true).catch(() => true);
    const isAstray = () => `the press of "${wanted.name}" should have arrived`;
    await until(
      async () => {
        await element.click();
        // The page may hear of it later.
        return until(hasArrived, isAstray, PRESS_SECONDS);
      },
      isAstray,
      PRESSES * PRESS_SECONDS,
    );
  }

  async fill(label, text) {
    const field = await this.#element({ role: "field", name: label });
    await field.evaluate((element) => element.select());
    await field.type(text);
  }

  textOf(wanted) {
    return this.run(`(${visibleText})(${call(locate, [wanted])})`);
  }

  run(expression) {
    return this.#page.evaluate(expression);
  }

  /** Puppeteer's own goBack waits for a load event: the back/forward cache never fires one. */
  async back() {
    await this.run("history.back()");
  }

  async reload() {
    await this.#page.reload();
  }

  async popup(open) {
    const opened = new Promise((resolve) => this.#page.once("popup", resolve));
    await open();
    return new FirefoxTab(await opened);
  }

  isClosed() {
    return this.#page.isClosed();
  }

  async screenshot(path) {
    await this.#page.screenshot({ path, fullPage: true });
  }

  setOffline(offline) {
    return this.#page.setOfflineMode(offline);
  }

  close() {
    return this.#page.close();
  }
}
