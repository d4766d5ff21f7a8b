import { chromium } from "playwright-core";
import { Tab } from "./tab.js";

const executablePath = "/usr/bin/chromium";

/** Chromium takes the last such list alone, so that this one also has what Playwright's has. */
const disabledFeatures = [
  // The suggestions of an address bar that nobody sees: two pages of its own, for which each profile takes
  // half a second of a core.
  "WebUIOmniboxPopup",
  "WebUIOmniboxAimPopup",
  // Playwright's.
  "AimEnabled",
  "AvoidCorsURLLoaderRestartOnRedirect",
  "AvoidUnnecessaryBeforeUnloadCheckSync",
  "DestroyProfileOnBrowserClose",
  "HttpsFirstBalancedModeAutoEnable",
  "HttpsUpgrades",
  "LensOverlay",
  "MediaRouter",
  "NetworkTimeServiceQuerying",
  "OptimizationHints",
  "PaintHolding",
  "PreconnectToSearch",
  "ThirdPartyStoragePartitioning",
];

/** Chromium, driven by Playwright over the DevTools protocol. */
export async function launch({ args = [] } = {}) {
  const browser = await chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-background-networking",
      "--disable-component-update",
      `--disable-features=${disabledFeatures.join(",")}`,
      "--disable-sync",
      "--no-first-run",
      ...args,
    ],
  });
  return {
    newProfile: async () => profileOf(await browser.newContext()),
    close: () => browser.close(),
  };
}

function profileOf(context) {
  return {
    newTab: async () => new ChromiumTab(await context.newPage()),
    close: () => context.close(),
  };
}

class ChromiumTab extends Tab {
  #page;

  constructor(page) {
    super();
    this.#page = page;
  }

  #locate({ role, name }) {
    return this.#page.getByRole(role, { name, exact: true });
  }

  async goto(url) {
    await this.#page.goto(url);
  }

  url() {
    return this.#page.url();
  }

  /** Runs a script in each page of this tab before the page's own. */
  async beforeEachPage(script) {
    await this.#page.addInitScript(script);
  }

  async click(wanted) {
    await this.#locate(wanted).click();
  }

  async fill(label, text) {
    const byLabel = this.#page.getByLabel(label, { exact: true });
    await byLabel.or(this.#page.getByPlaceholder(label, { exact: true })).fill(text);
  }

  async textOf(wanted) {
    return (await this.#locate(wanted).allInnerTexts()).map((text) => text.trim()).join("\n");
  }

  run(expression) {
    return this.#page.evaluate(expression);
  }

  /** Playwright's own goBack fails where the page that it comes to leaves for another at once. */
  async back() {
    await this.#page.evaluate(() => void setTimeout(() => history.back()));
  }

  async reload() {
    await this.#page.waitForLoadState();
    await this.#page.reload();
  }

  async popup(open) {
    const [page] = await Promise.all([this.#page.waitForEvent("popup"), open()]);
    return new ChromiumTab(page);
  }

  /** Lets the page stand still, as behind an open dialog, until the function that this gives is called. */
  async standStill() {
    const opened = this.#page.waitForEvent("dialog");
    const closed = this.#page.evaluate(() => alert("The page stands still."));
    const dialog = await opened;
    return async () => {
      await dialog.dismiss();
      await closed;
    };
  }

  isClosed() {
    return this.#page.isClosed();
  }

  async screenshot(path) {
    await this.#page.screenshot({ path, fullPage: true });
  }

  setOffline(offline) {
    return this.#page.context().setOffline(offline);
  }

  close() {
    return this.#page.close();
  }
}
