import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { keyHash } from "./certificate.js";

const options = {
  executablePath: "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--enable-precise-memory-info",
    // Not at localhost, where pages are a developer's, and pkce-wasm looks at more than at a user's.
    "--host-resolver-rules=MAP *.test 127.0.0.1",
    `--ignore-certificate-errors-spki-list=${keyHash}`,
  ],
};

/**
 * A new Chromium with an ordinary profile: in a private one, as drivers make them, it does not connect
 * ahead of a request.
 *
 * @returns {Promise<{ context: import("playwright-core").BrowserContext, close: () => Promise<void> }>}
 */
export async function launch() {
  const profile = await mkdtemp(join(tmpdir(), "bench-"));
  const context = await chromium.launchPersistentContext(profile, options);
  return {
    context,
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

export async function version() {
  const browser = await chromium.launch(options);
  await browser.close();
  return `Chromium ${browser.version()}`;
}
