// Every folder of examples/ signs a user in and out, and shows what fails, in Chromium.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startHostedUi } from "hosted-ui";
import { pack } from "../consumers/prepare.js";
import { freePort, serve } from "../consumers/serve.js";
import { engines, launch } from "../e2e/browsers/index.js";
import { until } from "../e2e/browsers/until.js";
import { atLoginPage, logIn, signedIn, watchRequests } from "../e2e/fixtures/steps.js";
import { examples } from "./examples.js";
import { prepare, root } from "./prepare.js";

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

test("every folder of examples/ is tested", () => {
  const folders = readdirSync(join(root, "examples"), { withFileTypes: true });
  const names = folders.filter((each) => each.isDirectory()).map(({ name }) => name);
  assert.deepEqual(names.sort(), examples.map((example) => example.folder).sort());
});

for (const example of examples) {
  test(`examples/${example.folder} signs a user in and out, and shows what fails`, async (t) => {
    const settings = { issuer: ui.issuer, clientId };
    const app = await prepare(example, { folder, tarball, settings });
    t.after(await serve(example, { app, port }));
    const profile = await browser.newProfile();
    t.after(() => profile.close());
    const tab = await profile.newTab();
    const requests = watchRequests({ ui });

    await tab.goto(`${origin}/`);
    await tab.waitForText({ role: "status" }, "Signed out");
    await tab.click({ role: "button", name: "Sign in" });
    await logIn(tab);
    await tab.waitForText({ role: "status" }, signedIn);
    assert.equal(await tab.url(), `${origin}/`);
    if (example.shows) {
      await tab.waitFor((words) => document.body.innerText.includes(words), example.shows);
    }

    await tab.reload();
    await tab.waitForText({ role: "status" }, signedIn);
    assert.equal(requests("/oauth2/token").length, 1);

    await tab.click({ role: "button", name: "Sign out" });
    for (const path of ["/oauth2/revoke", "/logout"]) {
      await until(
        () => requests(path).length === 1,
        () => `${path} should have been asked for`,
      );
    }
    await tab.waitForUrl(({ href }) => href === `${origin}/`);
    await tab.waitForText({ role: "status" }, "Signed out");

    await tab.click({ role: "button", name: "Sign in" });
    await atLoginPage(tab);
    await tab.click({ role: "button", name: "Cancel" });
    await tab.waitForText({ role: "alert" }, "provider_denied: ");
    await tab.waitForText({ role: "status" }, "Signed out");

    // A page that asks for its settings itself.
    if (!example.server) {
      await writeFile(join(app, "public/settings.json"), "no settings");
      await tab.goto(`${origin}/`);
      await tab.waitForText({ role: "alert" }, /SyntaxError: |expected ident/);
    }
  });
}
