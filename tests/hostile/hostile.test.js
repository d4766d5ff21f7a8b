import { after, before, describe, test } from "node:test";
import { engines, launch } from "../e2e/browsers/index.js";
import { startPagesServer } from "../e2e/fixtures/pages-server.js";
import { cases } from "./cases/index.js";
import { startProvider } from "./provider.js";
import { play } from "./run.js";

const [chromium] = engines.filter(({ name }) => name === "chromium");

describe("hostile providers", { concurrency: true, skip: !chromium }, () => {
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

  const newTab = async () => (await browser.newProfile()).newTab();
  const timeout = 90_000;
  const title = ({ name }) => `a provider that ${name}`;
  const all = Object.values(cases).flat();

  // They take as long as the library waits, so each has a tab of its own beside all the others.
  describe("without an answer", { concurrency: true }, () => {
    for (const one of all.filter(({ isSlow }) => isSlow)) {
      test(title(one), { timeout }, async () =>
        play(one, { tab: await newTab(), pages, provider }),
      );
    }
  });

  describe("with one", { concurrency: 4 }, () => {
    for (const [area, list] of Object.entries(cases)) {
      describe(area, { concurrency: 1 }, () => {
        let tab;
        before(async () => (tab = await newTab()));
        for (const one of list.filter(({ isSlow }) => !isSlow)) {
          test(title(one), { timeout }, () => play(one, { tab, pages, provider }));
        }
      });
    }
  });
});
