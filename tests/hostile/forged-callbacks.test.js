import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { after, before, describe, test } from "node:test";
import { engines, launch } from "../e2e/browsers/index.js";
import { until } from "../e2e/browsers/until.js";
import { startPagesServer } from "../e2e/fixtures/pages-server.js";
import { openBare } from "../e2e/fixtures/steps.js";
import { forgeries, orders, playInOrder } from "./forgeries.js";
import * as native from "./native.js";
import { startProvider } from "./provider.js";
import * as inBrowser from "./visit.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const [chromium] = engines.filter(({ name }) => name === "chromium");
const names = (order) => order.map((forgery) => forgery?.name ?? "the honest one").join(", ");

describe("forged callbacks, in every order, natively", { concurrency: 4 }, () => {
  let provider;
  before(async () => {
    execFileSync("cargo", ["build", "--locked", "--example", "hostile-core"], { cwd: root });
    provider = await startProvider();
  });
  after(() => provider?.close());

  for (const order of orders([null, ...Object.values(forgeries)])) {
    test(names(order), async () => {
      const tab = native.startCore();
      try {
        await playInOrder(order, { tab, pages: native.pages, provider, by: native });
      } finally {
        tab.close();
      }
    });
  }
});

describe("forged callbacks in a browser", { skip: !chromium }, () => {
  const { stranger, mixedUp, refusal } = forgeries;
  let browser;
  let pages;
  let provider;
  before(async () => {
    [browser, pages, provider] = await Promise.all([
      launch(chromium),
      startPagesServer({ maxAge: 3600, immutable: true }),
      startProvider(),
    ]);
  });
  after(() => Promise.all([browser?.close(), pages?.close(), provider?.close()]));

  describe("in every order", () => {
    let tab;
    before(async () => (tab = await (await browser.newProfile()).newTab()));
    for (const order of orders([null, stranger, mixedUp, refusal])) {
      test(names(order), () => playInOrder(order, { tab, pages, provider }));
    }
  });

  test("while the honest code is on its way, in another tab", async (t) => {
    const profile = await browser.newProfile();
    t.after(() => profile.close());
    const [tab, other] = [await profile.newTab(), await profile.newTab()];
    let release;
    const held = new Promise((resolve) => (release = resolve));
    t.after(release);
    const issuer = provider.open({ token: (answer) => held.then(() => answer) });
    const options = inBrowser.optionsOf(pages, issuer);
    const steps = ["start"];
    const signingIn = inBrowser.visit(tab, pages, { options, steps });
    await until(
      () => issuer.asked("token").length === 1,
      () => "the code should be on its way",
    );

    for (const { change, code } of [stranger, refusal]) {
      const url = new URL(issuer.honestCallback);
      change(url.searchParams);
      const outcome = await inBrowser.openCallback(other, url.href, options, steps);
      assert.deepEqual([outcome.code, outcome.session], [code, null]);
    }
    // This one is about the very sign-in, and waits for whoever answers it.
    const url = new URL(issuer.honestCallback);
    mixedUp.change(url.searchParams);
    await openBare(other, url.href, options);
    await other.evaluate(() => {
      signInBy(() => client.start()).then((outcome) => (window.outcome = outcome));
    });
    release();
    const { code, session } = await signingIn;
    assert.deepEqual([code, session?.sub], [undefined, "alice"]);
    assert.deepEqual((await other.waitFor(() => window.outcome)).code, undefined);
    assert.equal(issuer.asked("token").length, 1);
  });
});
