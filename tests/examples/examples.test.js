// `npm run examples`: every folder of examples/ signs a user in and out, in Chromium.
import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { startHostedUi } from "hosted-ui";
import { npm } from "../../scripts/setup/node-modules.js";
import { pack, run } from "../consumers/prepare.js";
import { freePort, serve } from "../consumers/serve.js";
import { engines, launch } from "../e2e/browsers/index.js";
import { logIn, signedIn } from "../e2e/fixtures/steps.js";
import { examples } from "./examples.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const clientId = "example";
let folder, tarball, port, origin, ui, browser;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "pkce-wasm-examples-"));
  tarball = await pack(folder);
  port = await freePort();
  origin = `http://localhost:${port}`;
  const client = { clientId, callbackUrls: [`${origin}/callback`], logoutUrls: [`${origin}/`] };
  ui = await startHostedUi({ issuerPort: 0, domainPort: 0, clients: [client] });
  browser = await launch(engines.find(({ name }) => name === "chromium"));
});
after(async () => {
  await browser?.close();
  await ui?.close();
  await rm(folder, { recursive: true });
});

/** Copies an example, and installs the packed package in it, or compiles it where it is in Rust. */
async function prepare(example) {
  const app = join(folder, example.folder);
  const source = join(root, "examples", example.folder);
  if (existsSync(join(source, "Cargo.toml"))) await run(root, ["cargo", "xtask", "example"]);
  const isOurs = (path) => !path.includes("node_modules");
  await cp(source, app, { recursive: true, filter: isOurs });
  await cp(join(app, "settings.json"), join(app, "public/settings.json")).catch(() => undefined);
  const settings = JSON.stringify({ issuer: ui.issuer, clientId });
  await writeFile(join(app, "public/settings.json"), settings);

  const manifest = join(app, "package.json");
  if (existsSync(manifest)) {
    const asked = JSON.parse(await readFile(manifest, "utf8"));
    asked.dependencies["pkce-wasm"] = `file:${tarball}`;
    await writeFile(manifest, JSON.stringify(asked));
    await run(app, [...npm, "install", "--ignore-scripts", "--no-audit", "--no-fund"]);
  }
  for (const command of example.commands ?? []) await run(app, command);
  return app;
}

test("every folder of examples/ is tested", () => {
  const folders = readdirSync(join(root, "examples"), { withFileTypes: true });
  const names = folders.filter((each) => each.isDirectory()).map(({ name }) => name);
  assert.deepEqual(names.sort(), examples.map((example) => example.folder).sort());
});

for (const example of examples) {
  test(`examples/${example.folder} signs a user in and out`, async (t) => {
    const app = await prepare(example);
    const end = await serve(example, { app, port });
    t.after(end);
    const profile = await browser.newProfile();
    t.after(() => profile.close());
    const tab = await profile.newTab();

    await tab.goto(`${origin}/`);
    await tab.waitForText({ role: "status" }, "Signed out");
    await tab.click({ role: "button", name: "Sign in" });
    await logIn(tab);
    await tab.waitForText({ role: "status" }, signedIn);
    assert.equal(new URL(await tab.url()).search, "");
    if (example.shows) {
      await tab.waitFor((words) => document.body.innerText.includes(words), example.shows);
    }

    await tab.reload();
    await tab.waitForText({ role: "status" }, signedIn);

    await tab.click({ role: "button", name: "Sign out" });
    await tab.waitForText({ role: "status" }, "Signed out");
    await tab.waitForUrl(({ href }) => href === `${origin}/`);
    const revoked = ui.requests.filter(({ path }) => path === "/oauth2/revoke");
    assert.ok(revoked.length > 0);
  });
}
