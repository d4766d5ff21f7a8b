import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { contentSecurityPolicy } from "../../www/server.js";
import { until } from "./browsers/until.js";
import { inEveryEngine } from "./fixtures/scene.js";
import {
  logInAtStandardProvider,
  signInAtStandardProvider,
  startStandardProvider,
} from "./fixtures/standard-provider.js";
import {
  atCallback,
  defineApp,
  everythingStored,
  leaveToSignIn,
  logIn,
  makeClient,
  openApp,
  openBare,
  openPopup,
  popupOutcome,
  signInBare,
  signInUpToCallback,
  start,
  watchRequests,
} from "./fixtures/steps.js";

const refreshed = (tab) =>
  tab.evaluate(() => client.accessToken({ minValiditySeconds: Infinity }).then(() => true));

/** Everything that is sent there, as it is. */
function watchForms(t, ui, path) {
  const forms = [];
  const end = ui.fail(
    path,
    ({ form, method }) => {
      if (method === "POST") forms.push(Object.fromEntries(form));
      return "continue";
    },
    { times: Infinity },
  );
  t.after(end);
  return forms;
}

const cors = { "Access-Control-Allow-Origin": "*", "Content-Type": "application/json" };

inEveryEngine(
  (scene, engine) => {
    const optionsOf = (changes) => scene.app.clientOptions({ store: "worker", ...changes });

    async function attackedUpToCallback(t, changes) {
      const tab = await scene.newTab(t);
      const { origin } = scene.app.pages;
      const options = optionsOf({
        redirectUri: `${origin}/attacked/callback`,
        ...changes,
      });
      await openBare(tab, `${origin}/attacked/`, options);
      await leaveToSignIn(tab);
      await logIn(tab);
      await atCallback(tab, options);
      await makeClient(tab, options);
      return tab;
    }

    async function attacked(t, changes) {
      const tab = await attackedUpToCallback(t, changes);
      assert.ok((await start(tab)).sub);
      return tab;
    }

    for (const [store, places] of [
      // What it would have found.
      ["memory", ["fetch", "JSON", "memory"]],
      ["worker", []],
    ]) {
      test(`a script in the page comes by the refresh token: store ${store}, ${places.join(", ") || "nowhere"}`, async (t) => {
        const { ui } = scene.app;
        const forms = watchForms(t, ui, "/oauth2/token");
        const revocations = watchForms(t, ui, "/oauth2/revoke");
        const tab = await attacked(t, { store });
        await refreshed(tab);
        await refreshed(tab);
        const stored = await everythingStored(tab);
        const before = await tab.evaluate(() => foundAt([client.session.accessToken]));
        assert.ok(before.includes("JSON"), "it sees what there is to be seen");
        await tab.evaluate(() => client.signOut({ stay: true }).then(() => true));
        await tab.waitFor(() => client.session === null);

        const used = forms.map((form) => form.refresh_token).filter(Boolean);
        assert.equal(used.length, 2);
        while (revocations.length === 0) await tab.evaluate(() => fetch("/pages/bare.js"));
        const tokens = [...new Set([...used, revocations[0].token])];
        assert.equal(tokens.length, 3, "each refresh has brought another");
        for (const token of tokens) assert.ok(token.length > 40);
        const found = await tab.evaluate((secrets) => foundAt(secrets), tokens);
        assert.deepEqual(
          places.filter((place) => !found.includes(place)),
          [],
        );
        if (places.length === 0) assert.deepEqual(found, []);
        assert.ok(!tokens.some((token) => stored.includes(token)));
      });
    }

    test("a refresh token goes where it came from and to be revoked, whatever a script asks of the worker", async (t) => {
      const { ui } = scene.app;
      const tab = await attacked(t);
      const stolen = [];
      for (const path of ["/stolen", "/oauth2/token", "/oauth2/revoke"]) {
        const end = ui.fail(
          path,
          ({ form, method }, response) => {
            if (method === "POST") stolen.push([path, Object.fromEntries(form)]);
            // An answer that repeats what was sent, and one that would carry it on.
            if (form.get("carry")) {
              response.writeHead(307, { ...cors, Location: `${ui.domain}/stolen` }).end();
            } else {
              response
                .writeHead(400, cors)
                .end(JSON.stringify({ error: "no", said: String(form) }));
            }
          },
          { times: Infinity },
        );
        t.after(end);
      }
      const { handle, said } = await tab.evaluate(async (domain) => {
        const [worker] = workers;
        const handles = loot.flatMap(([, text]) => text.match(/[\da-f-]{36}\/\d+\/\d+/g) ?? []);
        const handle = handles[0];
        const ask = (url, body, more) =>
          new Promise((resolve) => {
            const id = Math.random();
            worker.addEventListener("message", ({ data }) => data.id === id && resolve(data));
            const headers = { "content-type": "application/x-www-form-urlencoded" };
            const init = { method: "POST", body, headers, ...more };
            worker.postMessage({ id, url, init, limit: 10_000, revocation: url });
          });
        const both = `refresh_token=${handle}&token=${handle}&other=${handle}`;
        const asked = [
          await ask(`${domain}/stolen`, both),
          await ask(`${domain}/stolen`, `token=${handle}`),
          await ask(`${domain}/oauth2/token`, `token=${handle}&other=${handle}`),
          await ask(`${domain}/oauth2/token`, `refresh_token=${handle}`),
          await ask(`${domain}/oauth2/token`, `refresh_token=${handle}&carry=1`, {
            redirect: "follow",
          }),
          await ask(`${domain}/oauth2/revoke`, both),
        ];
        return { handle, said: asked.map((each) => [each.answer?.[0], foundAt([handle]).length]) };
      }, ui.domain);
      assert.ok(handle);
      const [, { refresh_token: token }] = stolen.find(
        ([path, form]) => path === "/oauth2/token" && form.refresh_token,
      );
      assert.notEqual(token, handle);
      assert.deepEqual(await tab.evaluate((secrets) => foundAt(secrets), [token]), []);
      assert.deepEqual(
        said.map(([status]) => status),
        [400, 400, 400, 400, 0, 400],
      );
      const where = stolen.flatMap(([path, form]) =>
        Object.entries(form)
          .filter(([, value]) => value === token)
          .map(([name]) => `${path} ${name}`),
      );
      assert.deepEqual(where, [
        "/oauth2/token refresh_token",
        "/oauth2/token refresh_token",
        "/oauth2/revoke token",
      ]);
    });

    test("a token that comes from elsewhere takes no refresh token's place", async (t) => {
      const { ui } = scene.app;
      const tab = await attacked(t);
      const forms = watchForms(t, ui, "/oauth2/token");
      ui.fail("/stolen", (_request, response) =>
        response.writeHead(200, cors).end(JSON.stringify({ refresh_token: "a script's own" })),
      );
      await tab.evaluate(
        (url) =>
          new Promise((resolve) => {
            const [worker] = workers;
            const handles = loot.flatMap(([, text]) => text.match(/[\da-f-]{36}\/\d+\/\d+/g) ?? []);
            const body = `refresh_token=${handles[0]}`;
            const headers = { "content-type": "application/x-www-form-urlencoded" };
            worker.addEventListener("message", ({ data }) => data.id === "x" && resolve(true));
            worker.postMessage({
              id: "x",
              url,
              init: { method: "POST", body, headers },
              limit: 100,
            });
          }),
        `${ui.domain}/stolen`,
      );
      await refreshed(tab);
      assert.equal(forms.length, 1);
      assert.ok(forms[0].refresh_token.length > 40);
    });

    test("who is signed out for want of input has the refresh token revoked, and not its handle", async (t) => {
      const { ui } = scene.app;
      const revocations = watchForms(t, ui, "/oauth2/revoke");
      const tab = await scene.newTab(t);
      await signInBare(tab, scene.app, optionsOf({ idleSeconds: 900 }));
      await tab.evaluate(() => {
        const key = Object.keys(localStorage).find((name) => name.startsWith("pkce-wasm/active/"));
        const [id] = Object.keys(JSON.parse(localStorage.getItem(key)));
        localStorage.setItem(key, JSON.stringify({ [id]: Date.now() - 1_000_000 }));
        window.dispatchEvent(new Event("focus"));
      });
      await tab.waitFor(() => client.session === null);
      await until(
        () => revocations.length > 0,
        () => "the refresh token should have been revoked",
      );
      assert.ok(revocations[0].token.length > 40);
    });

    for (const [what, body] of [
      ["twice", '{"refresh_token":"SECRET","refresh_token":"SECRET"}'],
      ["under an escaped name", '{"refresh\\u005ftoken" : "SECRET","token_type":"Bearer"}'],
      ["further in", '{"token_type":"Bearer","more":[{"refresh_token":"SECRET"}]}'],
      ["in a form", "token_type=bearer&refresh_token=SECRET"],
      ["in JSON that breaks off", '{"refresh_token":"SECRET","token'],
    ]) {
      test(`an answer that has the refresh token ${what} is refused, and shows it to no script`, async (t) => {
        const tab = await attackedUpToCallback(t);
        const secret = randomUUID();
        scene.app.ui.fail("/oauth2/token", (_request, response) =>
          response.writeHead(200, cors).end(body.replaceAll("SECRET", secret)),
        );
        assert.equal((await start(tab)).code, "response_invalid");
        assert.deepEqual(await tab.evaluate((secrets) => foundAt(secrets), [secret]), []);
      });
    }

    test("after the sign-out the handle stands for nothing", async (t) => {
      const { ui } = scene.app;
      const forms = watchForms(t, ui, "/oauth2/token");
      const tab = await attacked(t);
      await refreshed(tab);
      await tab.evaluate(() => client.signOut({ stay: true }).then(() => true));
      await tab.evaluate(
        (url) =>
          new Promise((resolve) => {
            const [worker] = workers;
            const handles = loot.flatMap(([, text]) => text.match(/[\da-f-]{36}\/\d+\/\d+/g) ?? []);
            const body = `refresh_token=${handles.at(-1)}`;
            const headers = { "content-type": "application/x-www-form-urlencoded" };
            worker.addEventListener("message", ({ data }) => data.id === "x" && resolve(true));
            worker.postMessage({
              id: "x",
              url,
              init: { method: "POST", body, headers },
              limit: 10_000,
            });
          }),
        `${ui.domain}/oauth2/token`,
      );
      const [, real, asked] = forms.map((form) => form.refresh_token);
      assert.ok(real.length > 40);
      assert.match(asked, /^[\da-f-]{36}\/\d+\/\d+$/);
    });

    test("the page is left for the logout page when the revocation is answered: its worker goes with it", async (t) => {
      const { ui } = scene.app;
      const tab = await scene.newTab(t);
      const options = optionsOf();
      await signInBare(tab, scene.app, options);
      const page = await tab.url();
      let answer;
      const asked = new Promise((resolve) => {
        ui.fail("/oauth2/revoke", async ({ form }) => {
          resolve(form);
          await new Promise((go) => (answer = go));
          return "continue";
        });
      });
      const requests = watchRequests(scene.app);
      await tab.evaluate(() => {
        const { setTimeout } = globalThis;
        // The longest that it waits.
        globalThis.setTimeout = (work, millis, ...rest) =>
          millis === 3_000 ? 0 : setTimeout(work, millis, ...rest);
        client.signOut();
      });
      assert.ok((await asked).get("token").length > 40);
      await tab.waitFor(() => client.session === null);
      for (let times = 0; times < 10; times += 1) assert.equal(await tab.url(), page);
      assert.deepEqual(requests("/logout"), []);
      answer();
      await tab.waitForUrl(({ href }) => href === options.postLogoutRedirectUri);
    });

    test("another tab with the same callback gets nothing of the session", async (t) => {
      // Where the store is the page's memory, the session is handed over with all that is in it.
      for (const store of ["memory", "worker"]) {
        const profile = await scene.newProfile(t);
        const [tab, other] = [await profile.newTab(), await profile.newTab()];
        const options = optionsOf({ store });
        const { callback, result } = await signInBare(tab, scene.app, options);
        assert.ok(result.sub);
        await openBare(other, callback.href, options);
        assert.equal((await start(other)).sub, store === "memory" ? result.sub : null);
        assert.equal(await tab.evaluate(() => client.session.sub), result.sub);
      }
    });

    for (const [what, policy, without] of [
      ["a policy without worker-src blob:", (strict) => strict],
      // Not every engine has Trusted Types.
      ...(engine.name === "chromium"
        ? [
            [
              "a policy whose trusted-types leave the library's out",
              (strict) => `${strict}; worker-src blob:; trusted-types other`,
            ],
          ]
        : []),
      ["a browser without workers", undefined, "Worker"],
    ]) {
      test(`${what} is named before the page is left, and nothing else is done instead`, async (t) => {
        const { pages, ui } = scene.app;
        if (policy) pages.policies.set("bare", policy(contentSecurityPolicy(ui)));
        t.after(() => pages.policies.clear());
        const tab = await scene.newTab(t);
        const url = `${pages.origin}/bare/`;
        await openBare(tab, url, optionsOf());
        await tab.evaluate((name) => void (name && delete window[name]), without ?? "");
        const { code, kind, message } = await tab.evaluate(() => outcomeOf(() => client.signIn()));
        assert.deepEqual([code, kind], ["worker_blocked", "environment"]);
        assert.match(message, /worker-src/);
        assert.equal(await tab.url(), url);
        assert.doesNotMatch(await everythingStored(tab), /pkce-wasm/);
      });
    }

    test("without a worker at the callback, the response stays for a client with another store", async (t) => {
      const { pages, ui } = scene.app;
      const tab = await scene.newTab(t);
      const options = optionsOf();
      await openBare(tab, `${pages.origin}/bare/`, options);
      await leaveToSignIn(tab);
      pages.policies.set("bare", contentSecurityPolicy(ui));
      t.after(() => pages.policies.clear());
      await logIn(tab);
      await atCallback(tab, options);
      await makeClient(tab, options);
      assert.equal((await start(tab)).code, "worker_blocked");
      await makeClient(tab, { ...options, store: "memory" });
      assert.ok((await start(tab)).sub);
    });

    test("it works where trusted-types lists other names, and nothing requires them", async (t) => {
      const { pages } = scene.app;
      pages.policies.set("bare", "trusted-types other");
      t.after(() => pages.policies.clear());
      const tab = await scene.newTab(t);
      assert.ok((await signInBare(tab, scene.app, optionsOf())).result.sub);
      await refreshed(tab);
    });

    test("it works with a strict policy that allows blob: in worker-src", async (t) => {
      const { pages, ui } = scene.app;
      const strict = contentSecurityPolicy(ui);
      pages.policies.set("bare", `${strict}; worker-src blob:; trusted-types pkce-wasm`);
      t.after(() => pages.policies.clear());
      const tab = await scene.newTab(t);
      await signInUpToCallback(tab, scene.app, optionsOf());
      await tab.evaluate(() => {
        window.breaches = [];
        addEventListener("securitypolicyviolation", ({ violatedDirective }) =>
          breaches.push(violatedDirective),
        );
      });
      assert.ok((await start(tab)).sub);
      await refreshed(tab);
      await tab.evaluate(() => client.signOut({ stay: true }).then(() => true));
      assert.deepEqual(await tab.evaluate(() => breaches), []);
    });

    test("after a reload, a hidden frame brings the session back where the provider allows it", async (t) => {
      const { pages } = scene.app;
      const provider = await startStandardProvider({
        redirectUris: [`${pages.origin}/app/kept/callback`],
        postLogoutRedirectUris: [`${pages.origin}/app/kept/`],
        origins: [pages.origin],
      });
      t.after(() => provider.close());
      const { issuer, clientId } = provider;
      defineApp(scene.app, "kept", [{ issuer, clientId, store: "worker" }]);
      const tab = await scene.newTab(t);
      await openApp(tab, scene.app, "kept");
      const popup = await openPopup(tab);
      await logInAtStandardProvider(popup);
      assert.equal((await popupOutcome(tab)).sub, "alice");
      assert.equal((await openApp(tab, scene.app, "kept")).sub, null);
      const silently = await tab.evaluate(() => signInBy(() => client.signInSilent()));
      assert.equal(silently.sub, "alice");
    });

    test("tokens that are bound to a key are renewed as well", async (t) => {
      const { pages } = scene.app;
      const provider = await startStandardProvider({
        redirectUris: [`${pages.origin}/bare/callback`],
        postLogoutRedirectUris: [`${pages.origin}/bare/`],
        origins: [pages.origin],
        settings: {
          scopes: ["openid", "offline_access"],
          features: { dPoP: { enabled: true } },
        },
      });
      t.after(() => provider.close());
      const { issuer, clientId } = provider;
      const scope = "openid offline_access";
      const options = optionsOf({ issuer, clientId, scope, dpop: true });
      const tab = await scene.newTab(t);
      const requests = provider.watch();
      await signInAtStandardProvider(tab, scene.app, options, { prompt: "consent" });
      assert.equal((await start(tab)).sub, "alice");
      await refreshed(tab);
      const asked = requests("/token").map(({ form, status, proof }) => [
        form.grant_type,
        status,
        proof !== undefined,
      ]);
      assert.deepEqual(asked, [
        ["authorization_code", 200, true],
        ["refresh_token", 200, true],
      ]);
    });
  },
  { app: { hostedUi: { refreshTokenRotation: { graceSeconds: 0 } } } },
);
