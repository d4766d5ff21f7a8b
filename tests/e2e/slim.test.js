import assert from "node:assert/strict";
import { test } from "node:test";
import { inEveryEngine } from "./fixtures/scene.js";
import { atCallback, atLoginPage, leaveToSignIn, logIn, start } from "./fixtures/steps.js";

inEveryEngine((scene) => {
  /** Makes a client whose core is given in this way: see pages/slim.js. */
  async function openSlim(tab, source, path = "/bare/") {
    if (path) await tab.goto(scene.app.pages.origin + path);
    await tab.waitFor(() => Boolean(window.outcomeOf));
    await tab.evaluate(
      (...given) => import("/pages/slim.js").then(({ open }) => open(...given)),
      scene.app.clientOptions(),
      source,
    );
  }

  const outcomeOfSignIn = (tab) => tab.evaluate(() => outcomeOf(() => client.signIn()));

  const loaded = (tab) =>
    tab.evaluate(() =>
      performance
        .getEntriesByType("resource")
        .map(({ name }) => new URL(name).pathname)
        .filter((path) => path.includes("core")),
    );

  test("a core of its own is fetched for the callback, and not before", async (t) => {
    const tab = await scene.newTab(t);
    await openSlim(tab, "path");
    assert.deepEqual(await loaded(tab), []);
    await leaveToSignIn(tab);
    await logIn(tab);
    await atCallback(tab, scene.app.clientOptions());
    await openSlim(tab, "path", null);
    assert.deepEqual(await loaded(tab), []);

    assert.ok((await start(tab)).sub);
    const files = await loaded(tab);
    assert.ok(files.includes("/pkg/core/core.wasm"));
    assert.ok(!files.includes("/pkg/core/core-inline.js"));
  });

  for (const source of [
    "URL",
    "bytes",
    "module",
    "response",
    "function to a response",
    "response of another type",
    "response with parameters",
  ]) {
    test(`a core may be given as: ${source}`, async (t) => {
      const tab = await scene.newTab(t);
      await openSlim(tab, source);
      await leaveToSignIn(tab);
      await atLoginPage(tab);
    });
  }

  for (const source of [
    "path to nothing",
    "path to a web page",
    "damaged response",
    "module of another build",
    "module of nothing",
  ]) {
    test(`this is not taken for the core: ${source}`, async (t) => {
      const tab = await scene.newTab(t);
      await openSlim(tab, source);
      const { code, message } = await outcomeOfSignIn(tab);
      assert.equal(code, "invalid_config");
      assert.match(message, /core\.wasm/);
    });
  }

  test("a core that could not be fetched is asked for again", async (t) => {
    const tab = await scene.newTab(t);
    await openSlim(tab, "function that fails once");
    assert.equal((await outcomeOfSignIn(tab)).code, "network");
    await leaveToSignIn(tab);
    await atLoginPage(tab);
  });

  test("a policy that forbids WebAssembly is named, and not the file", async (t) => {
    const tab = await scene.newTab(t);
    await openSlim(tab, "path", "/without-wasm/");
    assert.equal((await outcomeOfSignIn(tab)).code, "wasm_blocked");
  });
});
