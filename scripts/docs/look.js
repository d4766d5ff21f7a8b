// `npm run docs -- --check`: what a reader of the built site must not meet, seen in Chromium. Nothing that axe
// finds, in light or in dark, and nothing wider than a telephone; a search that finds, a playground that signs in.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import sirv from "sirv";
import { htmlOf } from "./links.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const PHONE = { width: 390, height: 844 };
const DESK = { width: 1280, height: 900 };

/**
 * @param {string} site the folder that it was built in
 * @returns {Promise<string[]>} what is wrong
 */
export async function look(site) {
  const faults = [];
  const files = sirv(site, { dev: true });
  const server = createServer((request, response) =>
    files(request, response, () => response.writeHead(404).end()),
  );
  server.listen(0, "localhost");
  await once(server, "listening");
  const origin = `http://localhost:${server.address().port}`;
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });
  try {
    for (const colorScheme of ["light", "dark"]) {
      const context = await browser.newContext({ colorScheme });
      const page = await context.newPage();
      for (const path of htmlOf(site)) {
        const found = await faultsOf(page, origin + path);
        faults.push(...found.map((fault) => `${path}, ${colorScheme}: ${fault}`));
      }
      await context.close();
    }
    for (const use of [searches, signsIn]) {
      const context = await browser.newContext({ viewport: PHONE });
      try {
        await use(await context.newPage(), origin);
      } catch (error) {
        faults.push(`${use.name}: ${error.message}`);
      }
      await context.close();
    }
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
  return faults;
}

/** What is wrong with one page. */
async function faultsOf(page, url) {
  const faults = [];
  await page.setViewportSize(DESK);
  await page.goto(url, { waitUntil: "load" });
  await page.waitForFunction(() => !document.querySelector('[data-state="starting"]'));
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  for (const { id, nodes } of violations) {
    faults.push(`axe, ${id}: ${nodes.length} × ${nodes[0].target}`);
  }
  await page.setViewportSize(PHONE);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  if (width > PHONE.width) faults.push(`is ${width} px wide on a screen of ${PHONE.width}`);
  return faults;
}

/** The search finds an error by its code, and leads to its entry. */
async function searches(page, origin) {
  await page.goto(`${origin}/docs/`);
  await page.getByRole("button", { name: "Search" }).click();
  await page
    .getByRole("searchbox")
    .or(page.locator("#localsearch-input"))
    .fill("pool_has_no_domain");
  await page.locator(".results a[href*='errors.html#pool_has_no_domain']").first().click();
  await page.getByRole("heading", { name: "pool_has_no_domain" }).waitFor();
}

/** The playground is on its page, and somebody can sign in there and out again. */
async function signsIn(page, origin) {
  await page.goto(`${origin}/docs/playground.html`);
  const playground = page.frameLocator("iframe.playground");
  const press = (name) => playground.getByRole("button", { name, exact: true }).click();
  const says = (text) => playground.locator("#status", { hasText: text }).waitFor();
  await says("Signed out");
  await press("Sign in");
  await press("Sign in as Ada Example");
  await says("Signed in as ada@example.com");
  await press("Refresh");
  await playground.locator("#chapters", { hasText: "Refresh" }).waitFor();
  await press("UserInfo");
  await playground.getByText("What UserInfo answered").waitFor();
  await press("Sign out");
  await says("Signed out");
  assert.equal(new URL(page.url()).pathname, "/docs/playground.html");
}
