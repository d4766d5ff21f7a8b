import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "./browsers/until.js";
import { inEveryEngine } from "./fixtures/scene.js";
import { openBare, signInBare, start, watchRequests } from "./fixtures/steps.js";

const hangUp = (request) => request.socket.destroy();
const answer = (status, body) => (_request, response) =>
  response
    .writeHead(status, {
      "Access-Control-Allow-Origin": "*",
      "Content-Type": "application/json",
    })
    .end(JSON.stringify(body));

const isRefresh = ({ form }) => form.grant_type === "refresh_token";

/** Notes what the client tells the page. */
const listen = (tab) =>
  tab.evaluate(() => {
    window.heard = [];
    for (const type of ["sessionchange", "signedout", "refresherror"]) {
      client.addEventListener(type, ({ detail }) => {
        window.heard.push({ type, code: detail?.error?.code });
      });
    }
  });

const heardBy = (tab, type) =>
  tab.evaluate((wanted) => window.heard.filter((event) => event.type === wanted), type);

const hasSession = (tab) => tab.evaluate(() => client.session !== null);

inEveryEngine(
  (scene) => {
    const refreshesSince = (requests) =>
      requests("/oauth2/token").filter((request) => isRefresh(request) && request.status === 200);

    test("a session is renewed ahead of its end without anybody asking", async (t) => {
      const tab = await scene.newTab(t);
      const requests = watchRequests(scene.app);
      await signInBare(tab, scene.app, scene.app.clientOptions());
      await listen(tab);
      const due = await tab.evaluate(() => client.session.expiresAt);
      await until(
        () => refreshesSince(requests).length >= 2,
        () => `the provider should have seen two refreshes: ${JSON.stringify(requests())}`,
      );
      await tab.waitFor((before) => client.session?.expiresAt > before, due);
      assert.deepEqual(await heardBy(tab, "signedout"), []);
      assert.deepEqual(await heardBy(tab, "refresherror"), []);
    });

    test("a session that was restored is renewed as well", async (t) => {
      const tab = await scene.newTab(t);
      const options = scene.app.clientOptions();
      await signInBare(tab, scene.app, options);
      await openBare(tab, `${scene.app.pages.origin}/bare/`, options);
      const requests = watchRequests(scene.app);
      assert.ok((await start(tab)).sub);
      await until(
        () => refreshesSince(requests).length >= 1,
        () => `the provider should have seen a refresh: ${JSON.stringify(requests())}`,
      );
    });

    test("a refresh in flight does not overwrite a sign-in that came meanwhile", async (t) => {
      const tab = await scene.newTab(t);
      await signInBare(tab, scene.app, scene.app.clientOptions());
      let release;
      const held = new Promise((resolve) => (release = resolve));
      const end = scene.app.ui.fail("/oauth2/token", () => held.then(() => "continue"));
      t.after(end);
      const requests = watchRequests(scene.app);

      await tab.evaluate(() => {
        window.refreshed = client
          .accessToken({ minValiditySeconds: Infinity })
          .then(() => "refreshed")
          .catch(({ code }) => code);
      });
      await until(
        () => requests("/oauth2/token").length === 1,
        () => "the refresh should be under way",
      );
      const planted = await tab.evaluate(() => {
        const [key] = Object.keys(sessionStorage).filter((name) => name.includes("/session/"));
        const record = { ...JSON.parse(sessionStorage.getItem(key)), id: "another sign-in" };
        sessionStorage.setItem(key, JSON.stringify(record));
        return sessionStorage.getItem(key);
      });
      release();
      // Who waited for the refresh gets the token of the session that there is now.
      assert.equal(await tab.evaluate(() => window.refreshed), "refreshed");
      const kept = await tab.evaluate(() =>
        Object.entries(sessionStorage).find(([name]) => name.includes("/session/")),
      );
      assert.equal(kept[1], planted);
    });

    test("a client that was closed renews nothing", async (t) => {
      const profile = await scene.newProfile(t);
      const closed = await profile.newTab();
      await signInBare(closed, scene.app, scene.app.clientOptions());
      await listen(closed);
      const token = await closed.evaluate(() => {
        client.close();
        return client.session.accessToken;
      });
      assert.equal(
        await closed.evaluate(async () => (await outcomeOf(() => client.accessToken())).code),
        "client_closed",
      );

      // Another session of the same length, renewed twice, says when its time would have come.
      const other = await scene.newTab(t);
      const requests = watchRequests(scene.app);
      await signInBare(other, scene.app, scene.app.clientOptions());
      await until(
        () => refreshesSince(requests).length >= 2,
        () => `the provider should have seen two refreshes: ${JSON.stringify(requests())}`,
      );
      assert.equal(await closed.evaluate(() => client.session.accessToken), token);
      assert.deepEqual(await heardBy(closed, "sessionchange"), []);
    });
  },
  { only: ["chromium"], app: { hostedUi: { accessTokenSeconds: 4, idTokenSeconds: 4 } } },
);

inEveryEngine(
  (scene) => {
    for (const { what, responder, code } of [
      { what: "hangs up", responder: hangUp, code: "network" },
      { what: "answers 503", responder: answer(503, {}), code: "provider_unavailable" },
    ]) {
      test(`a provider that ${what} leaves the session, and "online" renews it`, async (t) => {
        const tab = await scene.newTab(t);
        const { result } = await signInBare(tab, scene.app, scene.app.clientOptions());
        await listen(tab);
        const recover = scene.app.ui.fail("/oauth2/token", responder, { times: Infinity });
        t.after(recover);
        // The pause after the fault does not end, so that only the event can wake the client.
        await tab.evaluate(() => {
          const set = window.setTimeout;
          client.addEventListener("refresherror", () => {
            window.setTimeout = (work, millis, ...given) =>
              millis < 500 ? set(work, millis, ...given) : 0;
          });
        });
        await tab.waitFor(() => window.heard.some(({ type }) => type === "refresherror"));
        assert.equal((await heardBy(tab, "refresherror"))[0].code, code);
        assert.deepEqual(await heardBy(tab, "signedout"), []);
        assert.equal(await tab.evaluate(() => client.session.sub), result.sub);

        recover();
        const requests = watchRequests(scene.app);
        await tab.evaluate(() => {
          window.heard.length = 0;
          dispatchEvent(new Event("online"));
        });
        await tab.waitFor(() => window.heard.some(({ type }) => type === "sessionchange"));
        assert.deepEqual(await heardBy(tab, "refresherror"), []);
        assert.equal(await tab.evaluate(() => client.session.sub), result.sub);
        assert.deepEqual(
          requests("/oauth2/token").map(({ status, form }) => [status, form.grant_type])[0],
          [200, "refresh_token"],
        );
      });
    }

    test("after a fault the client tries again by itself", async (t) => {
      const tab = await scene.newTab(t);
      await signInBare(tab, scene.app, scene.app.clientOptions());
      await listen(tab);
      const recover = scene.app.ui.fail("/oauth2/token", answer(503, {}), { times: Infinity });
      t.after(recover);
      await tab.waitFor(() => window.heard.some(({ type }) => type === "refresherror"));
      recover();
      await tab.waitFor(() => window.heard.some(({ type }) => type === "sessionchange"));
      assert.deepEqual(await heardBy(tab, "signedout"), []);
    });
  },
  { only: ["chromium"], app: { hostedUi: { accessTokenSeconds: 4, idTokenSeconds: 4 } } },
);

inEveryEngine(
  (scene) => {
    const forced = (tab) =>
      tab.evaluate(async () => {
        const work = () => client.accessToken({ minValiditySeconds: Infinity });
        const { value, code, kind, error } = await outcomeOf(work);
        return value ? { renewed: true } : { code, kind, error };
      });

    test("a fault while it is asked for leaves the session, and the next call renews it", async (t) => {
      const tab = await scene.newTab(t);
      await signInBare(tab, scene.app, scene.app.clientOptions());
      await listen(tab);
      // A browser tries again once when a connection that it had kept open breaks.
      const recover = scene.app.ui.fail("/oauth2/token", hangUp, { times: Infinity });
      assert.equal((await forced(tab)).code, "network");
      recover();
      scene.app.ui.fail("/oauth2/token", answer(503, {}));
      assert.equal((await forced(tab)).code, "provider_unavailable");
      assert.equal(await hasSession(tab), true);
      assert.deepEqual(
        (await heardBy(tab, "refresherror")).map(({ code }) => code),
        ["network", "provider_unavailable"],
      );
      assert.deepEqual(await heardBy(tab, "sessionchange"), []);
      assert.deepEqual(await forced(tab), { renewed: true });
    });

    test("invalid_grant ends the session", async (t) => {
      const tab = await scene.newTab(t);
      const options = scene.app.clientOptions();
      await signInBare(tab, scene.app, options);
      await listen(tab);
      scene.app.ui.fail("/oauth2/token", answer(400, { error: "invalid_grant" }));
      assert.deepEqual(await forced(tab), {
        code: "session_ended",
        kind: "session",
        error: "invalid_grant",
      });
      assert.equal(await hasSession(tab), false);
      assert.deepEqual(
        await tab.evaluate(() => window.heard.map(({ type, code }) => code ?? type)),
        ["sessionchange", "signedout", "session_ended"],
      );
      assert.equal((await forced(tab)).code, "login_required");

      await openBare(tab, `${scene.app.pages.origin}/bare/`, options);
      assert.equal((await start(tab)).sub, null);
    });

    test("many who ask at once share one refresh", async (t) => {
      const tab = await scene.newTab(t);
      await signInBare(tab, scene.app, scene.app.clientOptions());
      const requests = watchRequests(scene.app);
      const tokens = await tab.evaluate(async () => {
        const ask = () => client.accessToken({ minValiditySeconds: Infinity });
        return new Set(await Promise.all(Array.from({ length: 20 }, ask))).size;
      });
      assert.equal(tokens, 1);
      assert.equal(requests("/oauth2/token").filter(isRefresh).length, 1);
    });
  },
  { only: ["chromium"] },
);
