import { setTimeout as delay } from "node:timers/promises";
import { launch } from "../tests/e2e/browsers/index.js";
import { until } from "../tests/e2e/browsers/until.js";
import { started } from "../tests/e2e/fixtures/steps.js";

const CLOSE_MILLIS = 10_000;

/** Who signs in everywhere. */
export const person = {
  name: "alice",
  email: "alice@example.com",
  password: "Correct-Horse-9",
};

/**
 * A user of the application: a browser profile and its tabs. What a step needs (to be signed in, or signed
 * out with the provider knowing nobody) is seen to by `be`, with a new profile where need be.
 */
export class User {
  #engine;
  #browser;
  #profile;
  #state;

  /**
   * @param {import("../tests/e2e/browsers/index.js").Engine} engine
   * @param {object} site the application at the provider: its `address`, `options` and `provider`
   */
  constructor(engine, site) {
    this.#engine = engine;
    this.site = site;
    /** What was seen of the provider, by name. */
    this.facts = {};
  }

  /** @param {"signed in" | "signed out"} wanted */
  async be(wanted) {
    if (this.#state === wanted) return;
    await this.#profile?.close();
    this.#browser ??= await launch(this.#engine);
    this.#profile = await this.#browser.newProfile();
    this.tab = await this.newTab();
    this.#state = "signed out";
    if (wanted === "signed in") await this.signIn();
  }

  /** Closes the browser; the next step has another one. */
  async leave() {
    const browser = this.#browser;
    this.#state = this.#profile = this.#browser = undefined;
    // One that has died may not answer any more.
    await Promise.race([browser?.close(), delay(CLOSE_MILLIS, undefined, { ref: false })]);
  }

  /** The next step begins with another profile: nobody knows what the provider holds for this one. */
  forget() {
    this.#state = undefined;
  }

  /** Opens the application's first page in a new tab. */
  async newTab() {
    const tab = await this.#profile.newTab();
    await this.open(tab);
    return tab;
  }

  /** @returns what start() came to there */
  async open(tab = this.tab, url = `${this.site.address}/`) {
    await tab.goto(url);
    return started(tab);
  }

  /**
   * Leaves for the provider, and comes back.
   *
   * @param {object} [options] of signIn
   * @param {string} [way] how the user goes through the provider's pages
   * @returns {Promise<{ outcome: object, shown: string[], callback: URL }>} what start() came to on the
   *   callback, and which of the provider's pages were shown
   */
  async signIn(options = {}, way = "signIn") {
    const { provider } = this.site;
    this.#state = undefined;
    const shown = await this.#passThrough(way, () =>
      this.tab.evaluate(
        (settings) => {
          window.isLeaving = true;
          outcomeOf(() => client.signIn(settings)).then((outcome) => (window.outcome = outcome));
        },
        { ...provider.signInOptions, ...options },
      ),
    );
    const outcome = await this.#arrived();
    // The address bar has been cleaned.
    const callback = new URL(
      await this.tab.evaluate(() => performance.getEntriesByType("navigation")[0].name),
    );
    if (outcome.sub) this.#state = "signed in";
    return { outcome, shown, callback };
  }

  async signOut() {
    this.#state = undefined;
    const shown = await this.#passThrough("signOut", () =>
      this.tab.evaluate(() => {
        window.isLeaving = true;
        outcomeOf(() => client.signOut()).then((outcome) => (window.outcome = outcome));
      }),
    );
    const outcome = await this.#arrived();
    this.#state = "signed out";
    return { outcome, shown };
  }

  /** Asks for a token that only a refresh can give. */
  refresh(tab = this.tab) {
    return tab.evaluate(() =>
      outcomeOf(() => client.accessToken({ minValiditySeconds: Infinity })),
    );
  }

  /** The refreshes that this page has asked for. */
  async refreshes(tab = this.tab) {
    const exchanges = await tab.evaluate(() => window.exchanges);
    return exchanges.filter(({ form }) => form?.includes("grant_type=refresh_token"));
  }

  /** The exchange of the code on this page: after a proof without the provider's nonce, the second. */
  async codeExchange() {
    const exchanges = await this.tab.evaluate(() => window.exchanges);
    return exchanges.findLast(({ form }) => form?.includes("grant_type=authorization_code"));
  }

  /** The token response that this page's sign-in ended with. */
  async tokens() {
    return JSON.parse((await this.codeExchange()).body);
  }

  session(tab = this.tab) {
    return tab.evaluate(() => client.session && { sub: client.session.sub });
  }

  /** What start() came to on the page that the provider has led to. */
  async #arrived() {
    const failed = await this.tab.evaluate(() => window.outcome);
    if (failed) throw new Error(`leaving the page came to ${JSON.stringify(failed)}`);
    return started(this.tab);
  }

  /** Whatever of the provider's pages comes is answered, until the application has the tab back. */
  async #passThrough(way, leave) {
    const { address, provider } = this.site;
    const pages = Object.entries(provider.ways[way] ?? {});
    const shown = [];
    await leave();
    await until(
      async () => {
        // In one go, for the tab may be on its way to another page.
        const isOurs = `location.href.startsWith(${quoted(address)})`;
        const [isOn, isBack] = await this.tab.run(`[${isOurs}, ${isHere}]`);
        if (isOn) return isBack;
        for (const [name, { shows, act, mayComeAgain }] of pages) {
          const isNew = `!window.isAnswered && document.readyState === "complete"`;
          if (!(await this.tab.run(`${isNew} && !!document.querySelector(${quoted(shows)})`))) {
            continue;
          }
          if (shown.includes(name) && !mayComeAgain)
            throw new Error(`the page "${name}" came again`);
          await this.tab.run("(window.isAnswered = true)");
          shown.push(name);
          await act(this.tab, this.site);
          break;
        }
        return false;
      },
      async () => {
        const [url, text, outcome] = await Promise.all([
          this.tab.url(),
          this.tab.run("document.body.innerText.slice(0, 300)"),
          this.tab.run("JSON.stringify(window.outcome ?? null)"),
        ]);
        return `the application should have the tab back, which shows ${url.split("?")[0]}: ${text} ${outcome}; shown so far: ${shown}`;
      },
    );
    return shown;
  }
}

/** The application's page: another than the one that was left, or that one where leaving has failed. */
const isHere = `document.readyState === "complete" && (!window.isLeaving || window.outcome?.code)`;

const quoted = (text) => JSON.stringify(text);
