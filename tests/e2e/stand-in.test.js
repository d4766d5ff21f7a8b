// The playground as it is in the documentation: files alone, and a stand-in provider in a service worker.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import sirv from "sirv";
import { writePlayground } from "../../scripts/docs/playground.js";
import { engines, launch } from "./browsers/index.js";

const asAda = { role: "button", name: "Sign in as Ada Example" };
const signIn = { role: "button", name: "Sign in" };
const signedIn = "Signed in as ada@example.com";

for (const engine of engines.filter(({ name }) => name === "chromium")) {
  describe(engine.name, () => {
    const folder = mkdtempSync(join(tmpdir(), "stand-in-"));
    const requests = [];
    const files = sirv(folder, { dev: true });
    const server = createServer((request, response) => {
      requests.push(request.url);
      files(request, response, () => response.writeHead(404).end());
    });
    let browser, playground;

    before(async () => {
      await writePlayground(join(folder, "playground"), "/playground/");
      server.listen(0, "localhost");
      await once(server, "listening");
      playground = `http://localhost:${server.address().port}/playground/`;
      browser = await launch(engine);
    });
    after(async () => {
      await browser?.close();
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true });
    });

    async function open(t, path = "") {
      const profile = await browser.newProfile();
      t.after(() => profile.close());
      const tab = await profile.newTab();
      await tab.goto(playground + path);
      await tab.waitForText({ role: "status" }, "Signed out");
      return tab;
    }

    async function openSignedIn(t) {
      const tab = await open(t);
      await tab.click(signIn);
      await tab.click(asAda);
      await tab.waitForText({ role: "status" }, signedIn);
      return tab;
    }

    const answerOf = (tab) => tab.waitFor(() => document.getElementById("answer-body").innerText);

    test("the page and the provider's page say that the provider is a stand-in, and ask for no password", async (t) => {
      const tab = await open(t);
      const notice = await tab.evaluate(() => document.getElementById("stand-in").innerText);
      assert.match(notice, /stand-in, and not a real one/);
      await tab.click(signIn);
      await tab.waitForText({ role: "heading" }, "Who would you like to be?");
      assert.match(await tab.evaluate(() => document.title), /Stand-in provider/);
      assert.equal(await tab.evaluate(() => document.querySelectorAll("input").length), 0);
    });

    test("a sign-in, the API, UserInfo, a refresh and a sign-out work without a server", async (t) => {
      const tab = await openSignedIn(t);
      assert.equal(await tab.url(), playground);

      await tab.click({ role: "button", name: "Call API" });
      assert.match(await answerOf(tab), /Ada Example/);

      await tab.click({ role: "button", name: "UserInfo" });
      await tab.waitForText({ role: "heading" }, "What UserInfo answered");
      assert.match(await answerOf(tab), /ada@example\.com/);

      await tab.click({ role: "button", name: "Refresh" });
      await tab.waitFor(() => document.getElementById("chapters").innerText.includes("Refresh"));
      await tab.waitForText({ role: "status" }, signedIn);
      assert.equal(await tab.textOf({ role: "alert" }), "");

      await tab.reload();
      await tab.waitForText({ role: "status" }, signedIn);
      await tab.click({ role: "button", name: "Sign out" });
      await tab.waitForText({ role: "status" }, "Signed out");
      const asked = requests.filter((url) => !/\.(js|css|svg|wasm)$/.test(url));
      assert.deepEqual([...new Set(asked)], ["/playground/"]);
    });

    test("a user who cancels is told so, with a link to the code's entry", async (t) => {
      const tab = await open(t);
      await tab.click(signIn);
      await tab.click({ role: "button", name: "Cancel" });
      await tab.waitForText({ role: "alert" }, "provider_denied");
      const led = await tab.evaluate(async () => {
        const { href, hash } = document.querySelector("[role=alert] a");
        return { code: hash, url: (await fetch(href)).url.split("#")[0] };
      });
      assert.match(led.code, /^#provider_denied/);
      assert.equal(led.url, new URL("/docs/errors.html", playground).href);
    });

    test("a code and a refresh token are good for one use, and a wrong verifier for none", async (t) => {
      const tab = await open(t);
      const answers = await tab.evaluate(async () => {
        const client = { client_id: "playground", redirect_uri: `${location.href}callback` };
        const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode("verifier"));
        const challenge = btoa(String.fromCharCode(...new Uint8Array(digest)))
          .replaceAll("+", "-")
          .replaceAll("/", "_")
          .replace(/=+$/, "");
        const send = (form) =>
          fetch("stand-in/token", {
            method: "POST",
            body: new URLSearchParams({ ...client, ...form }),
          }).then((response) => response.json());
        const newCode = async () => {
          const asked = new URLSearchParams({
            ...client,
            response_type: "code",
            code_challenge_method: "S256",
            code_challenge: challenge,
          });
          const form = { method: "POST", body: new URLSearchParams({ user: "ada" }) };
          const { url } = await fetch(`stand-in/authorize?${asked}`, form);
          return new URL(url).searchParams.get("code");
        };
        const byCode = (code, code_verifier) =>
          send({ grant_type: "authorization_code", code, code_verifier });
        const byToken = (refresh_token) => send({ grant_type: "refresh_token", refresh_token });

        const code = await newCode();
        const first = await byCode(code, "verifier");
        const second = await byCode(code, "verifier");
        const wrong = await byCode(await newCode(), "another");
        const refreshed = await byToken(first.refresh_token);
        const again = await byToken(first.refresh_token);
        return [first, second, wrong, refreshed, again].map(({ error }) => error ?? "tokens");
      });
      const refused = "invalid_grant";
      assert.deepEqual(answers, ["tokens", refused, refused, "tokens", refused]);
    });
  });
}
