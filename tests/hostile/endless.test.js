import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { after, before, describe, test } from "node:test";
import { engines, launch } from "../e2e/browsers/index.js";
import { startPagesServer } from "../e2e/fixtures/pages-server.js";
import * as native from "./native.js";
import { startProvider } from "./provider.js";
import { play } from "./run.js";

// What is read of an answer has a limit, and the provider is heard no further: an answer that is waited
// for until it ends would come to `timeout`.
const endless = (answer) => ({ ...answer, endless: true });
const code = "response_invalid";
const cases = [
  { name: "its metadata", does: { metadata: endless }, expects: { code, at: "signIn" } },
  { name: "the token response", does: { token: endless }, expects: { code } },
  { name: "the key set", does: { keys: endless }, expects: { code } },
  { name: "its claims", does: { userinfo: endless }, expects: { code, at: "userInfo" } },
];

const root = fileURLToPath(new URL("../..", import.meta.url));
const [chromium] = engines.filter(({ name }) => name === "chromium");

describe("answers without an end, natively", () => {
  let provider;
  before(async () => {
    execFileSync("cargo", ["build", "--locked", "--example", "hostile-core"], { cwd: root });
    provider = await startProvider();
  });
  after(() => provider?.close());

  for (const one of cases) {
    test(`a provider that goes on with ${one.name} for ever`, async () => {
      const tab = native.startCore();
      try {
        await play(one, { tab, pages: native.pages, provider, by: native });
      } finally {
        tab.close();
      }
    });
  }
});

describe("answers without an end, in a browser", { skip: !chromium }, () => {
  let browser;
  let pages;
  let provider;
  let tab;
  before(async () => {
    [browser, pages, provider] = await Promise.all([
      launch(chromium),
      startPagesServer({ maxAge: 3600, immutable: true }),
      startProvider(),
    ]);
    tab = await (await browser.newProfile()).newTab();
  });
  after(() => Promise.all([browser?.close(), pages?.close(), provider?.close()]));

  for (const one of cases) {
    test(`a provider that goes on with ${one.name} for ever`, () =>
      play(one, { tab, pages, provider }));
  }
});
