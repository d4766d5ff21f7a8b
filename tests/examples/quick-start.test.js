// The README's quick start, word for word, but for its ports and for where the tarballs are.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pack, run } from "../consumers/prepare.js";
import { freePort, serve } from "../consumers/serve.js";
import { engines, launch } from "../e2e/browsers/index.js";
import { until } from "../e2e/browsers/until.js";
import { atLoginPage, logIn, signedIn } from "../e2e/fixtures/steps.js";
import { npxHostedUi } from "./npx-hosted-ui.js";
import { root } from "./prepare.js";

let parent;

before(async () => {
  parent = await mkdtemp(join(tmpdir(), "pkce-wasm-quick-start-"));
});
after(() => rm(parent, { recursive: true }));

/** The blocks of a section of the README, in the order in which they are read. */
async function blocksOf(title) {
  const text = await readFile(join(root, "README.md"), "utf8");
  const [, section] = text.split(`\n## ${title}\n`);
  const blocks = [...section.split("\n## ")[0].matchAll(/^```(\w+)\n(.*?)^```$/gms)];
  assert.deepEqual(
    blocks.map(([, language]) => language),
    ["sh", "html", "js", "sh", "sh"],
  );
  return blocks.map(([, , content]) => content);
}

test("the README's quick start, pasted into an empty folder", async (t) => {
  const [install, html, script, provider, vite] = await blocksOf("Quick start");
  const [app, project] = [join(parent, "app"), join(parent, "pkce-wasm")];
  await Promise.all([mkdir(app), mkdir(project)]);
  await Promise.all([pack(project), pack(project, "hosted-ui")]);

  await run(app, ["sh", "-ec", install]);

  const port = await freePort();
  const origin = `http://localhost:${port}`;
  assert.equal(provider, "npx hosted-ui\n");
  const ui = await npxHostedUi(t, app, [
    ...["--issuer-port", "0", "--domain-port", "0"],
    ...["--callback-url", `${origin}/callback`, "--logout-url", `${origin}/`],
  ]);

  const issuer = "http://localhost:9400/us-east-1_Local0001";
  assert.ok(script.includes(issuer));
  const ported = script
    .replace(issuer, ui.issuer)
    .replaceAll("http://localhost:8585/", `${origin}/`);
  await writeFile(join(app, "index.html"), html);
  await writeFile(join(app, "main.js"), ported);

  assert.equal(vite, "npx vite --port 8585 --strictPort\n");
  const command = vite.trim().replace("8585", port).split(" ");
  t.after(await serve({ server: () => command }, { app, port }));
  const browser = await launch(engines.find(({ name }) => name === "chromium"));
  t.after(() => browser.close());
  /** Puts another script into the app, and waits for Vite to notice. */
  const paste = async (text) => {
    await writeFile(join(app, "main.js"), text);
    const afterImports = text.slice(text.indexOf("const client"));
    const served = () => fetch(`${origin}/main.js`).then((response) => response.text());
    await until(
      async () => (await served()).includes(afterImports),
      () => "Vite should serve the changed main.js",
    );
  };
  /** Opens the app in a browser that knows nothing of it yet, signed out. */
  const open = async () => {
    const tab = await (await browser.newProfile()).newTab();
    await tab.goto(`${origin}/`);
    await tab.waitForText({ role: "status" }, "Signed out");
    return tab;
  };
  const signIn = async (tab) => {
    await tab.click({ role: "button", name: "Sign in" });
    await logIn(tab);
    await tab.waitForText({ role: "status" }, signedIn);
  };

  await t.test("signs a user in and out", async () => {
    const tab = await open();
    await signIn(tab);
    assert.equal(await tab.url(), `${origin}/`);
    assert.equal(await tab.textOf({ role: "alert" }), "");

    await tab.click({ role: "button", name: "Sign out" });
    await tab.waitForText({ role: "status" }, "Signed out");
    await tab.waitForUrl(({ href }) => href === `${origin}/`);
  });

  await t.test("shows that a sign-in was cancelled, and the next one works", async () => {
    const tab = await open();
    await tab.click({ role: "button", name: "Sign in" });
    await atLoginPage(tab);
    await tab.click({ role: "button", name: "Cancel" });
    await tab.waitForText({ role: "alert" }, "provider_denied: ");
    await tab.waitForText({ role: "status" }, "Signed out");
    await signIn(tab);
  });

  await t.test("shows that signing in needs the page's own callback", async () => {
    await paste(ported.replace(`${origin}/callback`, ui.domain));
    const tab = await open();
    await tab.click({ role: "button", name: "Sign in" });
    await tab.waitForText({ role: "alert" }, "redirect_uri_mismatch: ");
  });

  await t.test("shows that the logout page could not be opened", async () => {
    await paste(ported.replace(/^ +postLogoutRedirectUri.*\n/m, ""));
    const tab = await open();
    await signIn(tab);
    await tab.click({ role: "button", name: "Sign out" });
    await tab.waitForText({ role: "alert" }, "invalid_config: ");
    await tab.waitForText({ role: "status" }, "Signed out");
  });
});
