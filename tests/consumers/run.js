// `npm run consumers [-- <part of a name> …]`: applications that use the packed package, as a table.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startHostedUi } from "hosted-ui";
import { engines, launch } from "../e2e/browsers/index.js";
import { logIn, signedIn } from "../e2e/fixtures/steps.js";
import { consumers } from "./consumers.js";
import { drive } from "./drive.js";
import { pack, prepare, run } from "./prepare.js";
import { freePort, serve } from "./serve.js";

const clientId = "consumer";
const wanted = process.argv.slice(2);
const chosen = consumers.filter(
  ({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)),
);

const folder = await mkdtemp(join(tmpdir(), "pkce-wasm-consumers-"));
const port = await freePort();
const origin = `http://localhost:${port}`;
const ui = await startHostedUi({
  issuerPort: 0,
  domainPort: 0,
  clients: [
    {
      clientId,
      callbackUrls: ["/callback", "/slim/callback", "/worker/callback"].map(
        (path) => origin + path,
      ),
      logoutUrls: [`${origin}/`],
    },
  ],
});
const browser = await launch(engines.find(({ name }) => name === "chromium"));
const provider = `${new URL(ui.issuer).origin} ${ui.domain}`;

/** Signs in by the page's button; the core is a file of its own where it is asked for, and only there. */
async function signIn(page, shows = []) {
  const profile = await browser.newProfile();
  try {
    const tab = await profile.newTab();
    await tab.goto(origin + page);
    await tab.waitForText({ role: "status" }, "Signed out");
    await tab.click({ role: "button", name: "Sign in" });
    await logIn(tab);
    await tab.waitForText({ role: "status" }, signedIn);
    for (const words of shows) await tab.waitForText({ role: "listitem" }, words);
    const hasFile = await tab.evaluate(() =>
      performance
        .getEntriesByType("resource")
        .some(({ name, initiatorType }) => initiatorType === "fetch" && name.includes(".wasm")),
    );
    if (hasFile !== (page === "/slim/")) throw new Error(`a wasm file was loaded: ${hasFile}`);
  } finally {
    await profile.close();
  }
}

async function check(consumer, tarball) {
  const settings = { issuer: ui.issuer, clientId };
  const app = await prepare(consumer, { folder, tarball, settings });
  for (const command of consumer.commands ?? []) await run(app, command);
  if (consumer.pages === undefined && !consumer.drives) return ["its tests pass"];
  const end = await serve(consumer, { app, port, provider });
  try {
    if (consumer.drives) return await drive({ ui, origin, browser });
    for (const page of consumer.pages) await signIn(page, consumer.shows);
  } finally {
    await end();
  }
  return consumer.pages.map((page) => `signs in${page.replaceAll("/", " ")}`.trim());
}

const results = [];
try {
  const tarball = await pack(folder);
  for (const consumer of chosen) {
    try {
      results.push({ ...consumer, good: true, words: (await check(consumer, tarball)).join("; ") });
    } catch (error) {
      results.push({ ...consumer, good: false, words: error.stack });
    }
    const { name, good, words } = results.at(-1);
    console.log(`${good ? "ok    " : "FAILED"} ${name.padEnd(34)}${words}`);
  }
} finally {
  await browser.close();
  await ui.close();
  await rm(folder, { recursive: true });
}
const failed = results.filter(({ good }) => !good).length;
console.log(`\n${results.length - failed} passed, ${failed} failed`);
if (failed > 0 || results.length === 0) process.exitCode = 1;
