import assert from "node:assert/strict";
import { test } from "node:test";
import { contentSecurityPolicy } from "../../www/server.js";
import { startPagesServer } from "./fixtures/pages-server.js";
import { inEveryEngine } from "./fixtures/scene.js";
import {
  atCallback,
  atLoginPage,
  defineApp,
  leaveToSignIn,
  logIn,
  makeClient,
  openApp,
  start,
  started,
  watchRequests,
} from "./fixtures/steps.js";

inEveryEngine((scene) => {
  const bare = () => `${scene.app.pages.origin}/bare/`;

  /** Makes a client, of the package or of its slim entry, where every breach of the policy is noted. */
  async function open(tab, entry) {
    const options = scene.app.clientOptions();
    await tab.waitFor(() => Boolean(window.createClient));
    await tab.evaluate(() => {
      window.breaches = [];
      addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) =>
        breaches.push(`${effectiveDirective}: ${blockedURI}`),
      );
    });
    if (entry === "pkce-wasm") return await makeClient(tab, options);
    await tab.evaluate(
      (...given) => import("/pages/slim.js").then(({ open }) => open(...given)),
      options,
      "path",
    );
  }

  const breaches = (tab) => tab.evaluate(() => window.breaches);

  for (const entry of ["pkce-wasm", "pkce-wasm/slim"]) {
    test(`${entry} keeps to the playground's strict policy, with Trusted Types`, async (t) => {
      const { ui, pages } = scene.app;
      pages.policies.set("bare", contentSecurityPolicy(ui));
      t.after(() => pages.policies.clear());
      const tab = await scene.newTab(t);

      await tab.goto(bare());
      await open(tab, entry);
      await leaveToSignIn(tab);
      await logIn(tab);
      await atCallback(tab, scene.app.clientOptions());
      await open(tab, entry);
      assert.ok((await start(tab)).sub);
      await tab.evaluate(() =>
        client.accessToken({ minValiditySeconds: Infinity }).then(() => true),
      );
      await tab.evaluate(() => client.userInfo().then(() => true));
      assert.deepEqual(await breaches(tab), []);

      await tab.goto(bare());
      await open(tab, entry);
      assert.ok((await start(tab)).sub);
      await tab.evaluate(() => client.signOut({ stay: true }).then(() => true));
      assert.deepEqual(await breaches(tab), []);

      // What breaks it is noted.
      await tab.evaluate(() => {
        const script = document.createElement("script");
        try {
          script.src = "https://elsewhere.example/script.js";
        } catch {
          // Trusted Types refuse the assignment, the other rule the request.
        }
        document.head.append(script);
      });
      await tab.waitFor(() => breaches.length > 0);
    });
  }

  test("a page and a frame of its own share one session, and renew it once", async (t) => {
    const tab = await scene.newTab(t);
    const options = scene.app.clientOptions();
    await tab.goto(bare());
    await makeClient(tab, options);
    await leaveToSignIn(tab);
    await logIn(tab);
    await atCallback(tab, options);
    await makeClient(tab, options);
    const { sub } = await start(tab);

    const requests = watchRequests(scene.app);
    const seen = await tab.evaluate(
      async (url, settings) => {
        const frame = document.createElement("iframe");
        frame.src = url;
        await new Promise((loaded) => {
          frame.onload = loaded;
          document.body.append(frame);
        });
        const framed = frame.contentWindow.createClient(settings);
        const { session } = await framed.start();
        const renew = (one) => one.accessToken({ minValiditySeconds: Infinity });
        const tokens = await Promise.all([renew(client), renew(framed)]);
        const signedOut = new Promise((ended) => framed.addEventListener("signedout", ended));
        await client.signOut({ stay: true });
        await signedOut;
        return { sub: session.sub, same: tokens[0] === tokens[1], left: framed.session };
      },
      bare(),
      options,
    );
    assert.deepEqual(seen, { sub, same: true, left: null });
    assert.equal(requests("/oauth2/token").length, 1);
  });
});

// Which of the page's storages a frame shares is a matter of engines and sites; here it shares them all.
inEveryEngine(
  (scene) => {
    test("a page in another origin's frame tells it nothing, and takes no forged callback", async (t) => {
      const { app } = scene;
      const [{ redirectUri }] = defineApp(app, "cognito", [app.clientOptions()]);
      const elsewhere = await startPagesServer();
      t.after(() => elsewhere.close());
      const profile = await scene.newProfile(t);
      const [tab, observer, attacker] = [
        await profile.newTab(),
        await profile.newTab(),
        await profile.newTab(),
      ];
      await openApp(tab, app, "cognito");
      await leaveToSignIn(tab);
      await atLoginPage(tab);
      await observer.goto(`${app.pages.origin}/bare/`);
      await observer.evaluate(() => {
        window.outcomes = [];
        window.channel = new BroadcastChannel("started");
        channel.onmessage = ({ data }) => outcomes.push(...data);
      });
      await attacker.goto(`${elsewhere.origin}/bare/`);
      await attacker.evaluate(() => {
        window.heard = [];
        addEventListener("message", ({ data }) => heard.push(data));
      });

      const forgeries = [
        ["code=forged&state=forged", "state_mismatch"],
        ["code=forged&state=forged.frame", "state_mismatch"],
        ["error=access_denied", "provider_denied"],
      ];
      for (const [index, [query, code]] of forgeries.entries()) {
        await attacker.evaluate((url) => {
          const frame = document.createElement("iframe");
          frame.src = url;
          document.body.replaceChildren(frame);
        }, `${redirectUri}?${query}`);
        const outcome = await observer.waitFor((at) => outcomes[at], index);
        assert.equal(outcome.code, code);
      }
      assert.deepEqual(await attacker.evaluate(() => window.heard), []);

      await logIn(tab);
      await tab.waitForUrl(({ href }) => href === redirectUri);
      assert.ok((await started(tab)).sub);
    });
  },
  { only: ["chromium"] },
);
