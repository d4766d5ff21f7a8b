import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { after, before, describe, test } from "node:test";
import { cases, isPlayedNatively } from "./cases/index.js";
import * as native from "./native.js";
import { startProvider } from "./provider.js";
import { play } from "./run.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

describe("hostile providers, natively", { concurrency: 4 }, () => {
  let provider;
  before(async () => {
    execFileSync("cargo", ["build", "--locked", "--example", "hostile-core"], { cwd: root });
    provider = await startProvider();
  });
  after(() => provider?.close());

  for (const [area, list] of Object.entries(cases)) {
    describe(area, { concurrency: 1 }, () => {
      for (const one of list.filter(isPlayedNatively)) {
        test(`a provider that ${one.name}`, async () => {
          const tab = native.startCore();
          try {
            await play(one, { tab, pages: native.pages, provider, by: native });
          } finally {
            tab.close();
          }
        });
      }
    });
  }
});
