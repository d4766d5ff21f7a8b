// When a session is due, and when it is over.
import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "./browsers/until.js";
import { inEveryEngine } from "./fixtures/scene.js";
import { openBare, signInBare, start, watchRequests } from "./fixtures/steps.js";

const CORS = { "Access-Control-Allow-Origin": "*" };
const answer =
  (status, body, headers = {}) =>
  (_request, response) =>
    response
      .writeHead(status, { ...CORS, "Content-Type": "application/json", ...headers })
      .end(JSON.stringify(body));

const isRefresh = ({ form }) => form.grant_type === "refresh_token";
const always = { times: Infinity };

/** Changes the answers to refreshes, or to the exchange of a code. */
function alter(t, { ui }, { refreshes = true }, change) {
  const isMeant = ({ form }) => (form.get("grant_type") === "refresh_token") === refreshes;
  const changed = (body, request) => (isMeant(request) ? change(body) : undefined);
  t.after(ui.alter("/oauth2/token", changed, always));
}

/** Notes what the client tells the page. */
const listen = (tab) =>
  tab.evaluate(() => {
    window.heard = [];
    client.addEventListener("signedout", ({ detail }) => window.heard.push(detail.reason));
  });

const reasons = (tab) => tab.evaluate(() => window.heard);

const renew = (tab) =>
  tab.evaluate(async () => {
    const work = () => client.accessToken({ minValiditySeconds: Infinity });
    const { value, code, kind } = await outcomeOf(work);
    return value ? "renewed" : { code, kind };
  });

const hasSession = (tab) => tab.evaluate(() => client.session !== null);

const barePage = ({ app }) => `${app.pages.origin}/bare/`;

inEveryEngine(
  (scene) => {
    const refreshesSince = (requests) => requests("/oauth2/token").filter(isRefresh);

    /** A page whose user has signed in, and which listens. */
    async function signedIn(t, changes) {
      const tab = await scene.newTab(t);
      const options = scene.app.clientOptions(changes);
      const { result } = await signInBare(tab, scene.app, options);
      assert.ok(result.sub);
      await listen(tab);
      return { tab, options };
    }

    for (const [what, change] of [
      ["no lifetime and no ID token", ({ expires_in: _, id_token: __, ...rest }) => rest],
      ["a lifetime of 0 seconds", (body) => ({ ...body, expires_in: 0 })],
    ]) {
      test(`an answer with ${what} is not followed by another refresh at once`, async (t) => {
        const { tab } = await signedIn(t);
        alter(t, scene.app, {}, change);
        const requests = watchRequests(scene.app);
        assert.equal(await renew(tab), "renewed");
        await tab.evaluate(async () => {
          for (let call = 0; call < 20; call += 1) await client.accessToken();
        });
        assert.equal(refreshesSince(requests).length, 1);
        const minutes = await tab.evaluate(() => {
          const key = Object.keys(sessionStorage).find((name) => name.includes("/session/"));
          return (JSON.parse(sessionStorage.getItem(key)).refresh_at - Date.now()) / 60_000;
        });
        assert.ok(minutes > 50, `due in ${minutes} minutes`);
      });
    }

    for (const [what, seconds] of [
      ["as far ahead as the tokens last", 3_600],
      ["somewhat further ahead than the tokens last", 3_650],
    ]) {
      test(`a device's clock that is ${what} makes no page refresh over and over`, async (t) => {
        const tab = await scene.newTab(t);
        const options = scene.app.clientOptions();
        await tab.goto(barePage(scene));
        await tab.evaluate((millis) => window.skipTime(millis), seconds * 1_000);
        const requests = watchRequests(scene.app);
        assert.ok((await signInBare(tab, scene.app, options)).result.sub);
        await tab.evaluate(async () => {
          for (let call = 0; call < 20; call += 1) await client.accessToken();
        });
        assert.equal(await renew(tab), "renewed");
        await tab.evaluate(async () => {
          for (let call = 0; call < 20; call += 1) await client.accessToken();
        });
        assert.equal(refreshesSince(requests).length, 1);
      });
    }

    test("a session without a refresh token ends at its time", async (t) => {
      alter(t, scene.app, { refreshes: false }, ({ refresh_token: _, ...rest }) => ({
        ...rest,
        expires_in: 2,
      }));
      const { tab, options } = await signedIn(t);
      await tab.waitFor(() => window.heard.length > 0);
      assert.deepEqual(await reasons(tab), ["expired"]);
      assert.equal(await hasSession(tab), false);
      assert.deepEqual(await renew(tab), { code: "login_required", kind: "session" });
      await openBare(tab, barePage(scene), options);
      assert.equal((await start(tab)).sub, null);
    });

    for (const [status, error, code] of [
      [401, "token_inactive", "session_ended"],
      [200, "bad_refresh_token", "session_ended"],
      [400, "interaction_required", "interaction_required"],
    ]) {
      test(`a refresh that is refused with ${status} ${error} ends the session`, async (t) => {
        const { tab } = await signedIn(t);
        const requests = watchRequests(scene.app);
        t.after(scene.app.ui.fail("/oauth2/token", answer(status, { error }), always));
        assert.deepEqual(await renew(tab), { code, kind: "session" });
        assert.deepEqual(await reasons(tab), ["ended"]);
        assert.equal(await hasSession(tab), false);
        assert.deepEqual(await renew(tab), { code: "login_required", kind: "session" });
        assert.equal(requests("/oauth2/token").length, 1);
      });
    }

    test("a refreshed ID token that nobody could have signed ends the session, once", async (t) => {
      const { tab } = await signedIn(t);
      alter(t, scene.app, {}, ({ id_token: token, ...rest }) => {
        const [header, payload, signature] = token.split(".");
        const flipped = signature[0] === "A" ? "B" : "A";
        return { ...rest, id_token: `${header}.${payload}.${flipped}${signature.slice(1)}` };
      });
      const requests = watchRequests(scene.app);
      assert.equal((await renew(tab)).code, "id_token_signature");
      assert.deepEqual(await reasons(tab), ["ended"]);
      assert.equal((await renew(tab)).code, "login_required");
      assert.equal(refreshesSince(requests).length, 1);
    });

    test("a gate that answers refreshes with whatever it likes takes no good token away", async (t) => {
      const { tab } = await signedIn(t);
      const requests = watchRequests(scene.app);
      // In the last half a minute the token is good, and due.
      await tab.evaluate(() => window.skipTime(3_580_000));
      for (const [status, headers] of [[200], [204], [403], [302, { Location: "/elsewhere" }]]) {
        const gate = (_request, response) =>
          response
            .writeHead(status, { ...CORS, "Content-Type": "text/html", ...headers })
            .end(status === 204 ? undefined : "<!doctype html><p>Please accept the terms of use.");
        const recover = scene.app.ui.fail("/oauth2/token", gate, always);
        t.after(recover);
        const given = await tab.evaluate(async () => {
          const { value, code } = await outcomeOf(() => client.accessToken());
          return code ?? value === client.session.accessToken;
        });
        recover();
        assert.equal(given, true, String(status));
      }
      assert.ok(requests("/oauth2/token").length >= 4);
      assert.deepEqual(await reasons(tab), []);
    });

    test("calls share the pause that a provider asks for", async (t) => {
      const { tab } = await signedIn(t);
      const headers = { "Retry-After": "60", "Access-Control-Expose-Headers": "Retry-After" };
      t.after(scene.app.ui.fail("/oauth2/token", answer(429, {}, headers), always));
      const requests = watchRequests(scene.app);
      assert.equal((await renew(tab)).code, "provider_unavailable");
      const codes = await tab.evaluate(async () => {
        window.skipTime(2 * 3_600_000);
        const ask = () => outcomeOf(() => client.fetch("/settings/none"));
        const outcomes = [];
        for (let call = 0; call < 20; call += 1) outcomes.push((await ask()).code);
        return [...new Set(outcomes)];
      });
      assert.deepEqual(codes, ["provider_unavailable"]);
      assert.equal(requests("/oauth2/token").length, 1);
      assert.deepEqual(await reasons(tab), []);
    });

    test("many requests that are refused at once cost one refresh, and later ones none", async (t) => {
      const { tab } = await signedIn(t);
      const requests = watchRequests(scene.app);
      const statuses = await tab.evaluate(async () => {
        const sending = window.fetch;
        const sent = [];
        window.fetch = async (input, init) => {
          const { url, headers } = new Request(input, init);
          if (!url.endsWith("/api")) return sending(input, init);
          sent.push(headers.get("authorization"));
          return new Response("", { status: 401 });
        };
        const call = async () => (await client.fetch("/api")).status;
        const first = await Promise.all(Array.from({ length: 10 }, call));
        const tokens = new Set(sent).size;
        for (let times = 0; times < 20; times += 1) first.push(await call());
        return { tokens, statuses: [...new Set(first)], all: new Set(sent).size };
      });
      assert.deepEqual(statuses, { tokens: 2, statuses: [401], all: 2 });
      assert.equal(refreshesSince(requests).length, 1);
    });
  },
  { only: ["chromium"] },
);

inEveryEngine(
  (scene) => {
    test("an ID token that no refresh replaces ends the session of who sends it", async (t) => {
      alter(t, scene.app, {}, ({ id_token: _, ...rest }) => rest);
      const tab = await scene.newTab(t);
      const options = scene.app.clientOptions({ bearer: "id_token" });
      const requests = watchRequests(scene.app);
      await signInBare(tab, scene.app, options);
      await listen(tab);
      await tab.waitFor(() => window.heard.length > 0);
      assert.deepEqual(await reasons(tab), ["expired"]);
      const codes = await tab.evaluate(async () => {
        const outcomes = [];
        for (let call = 0; call < 20; call += 1) {
          outcomes.push((await outcomeOf(() => client.idToken())).code);
        }
        return [...new Set(outcomes)];
      });
      assert.deepEqual(codes, ["login_required"]);
      assert.equal(requests("/oauth2/token").filter(isRefresh).length, 1);
    });

    test("an ID token that is over is not given, and costs no refresh", async (t) => {
      alter(t, scene.app, {}, ({ id_token: _, ...rest }) => rest);
      const tab = await scene.newTab(t);
      await signInBare(tab, scene.app, scene.app.clientOptions());
      const requests = watchRequests(scene.app);
      assert.equal(await renew(tab), "renewed");
      const codes = await tab.evaluate(async () => {
        window.skipTime(60_000);
        const outcomes = [];
        for (let call = 0; call < 20; call += 1) {
          const wanted = call % 2 ? { minValiditySeconds: 300 } : {};
          outcomes.push((await outcomeOf(() => client.idToken(wanted))).code);
        }
        return [...new Set(outcomes)];
      });
      assert.deepEqual(codes, ["login_required"]);
      assert.equal(requests("/oauth2/token").filter(isRefresh).length, 1);
      assert.equal(await hasSession(tab), true);
    });
  },
  { only: ["chromium"], app: { hostedUi: { accessTokenSeconds: 3600, idTokenSeconds: 4 } } },
);

inEveryEngine(
  (scene) => {
    test("a session is renewed at its time by a clock that was set back", async (t) => {
      const tab = await scene.newTab(t);
      await signInBare(tab, scene.app, scene.app.clientOptions());
      await listen(tab);
      const requests = watchRequests(scene.app);
      await tab.evaluate(() => window.skipTime(-2 * 3_600_000));
      await until(
        () => requests("/oauth2/token").some(isRefresh),
        () => "the provider should have seen a refresh",
      );
      assert.deepEqual(await reasons(tab), []);
    });
  },
  { only: ["chromium"], app: { hostedUi: { accessTokenSeconds: 4, idTokenSeconds: 4 } } },
);

inEveryEngine(
  (scene) => {
    test("an auth_time that each refresh changes costs neither the session nor a refresh token", async (t) => {
      const tab = await scene.newTab(t);
      const options = scene.app.clientOptions();
      await signInBare(tab, scene.app, options);
      await listen(tab);
      for (let times = 0; times < 3; times += 1) assert.equal(await renew(tab), "renewed");
      assert.deepEqual(await reasons(tab), []);
      await openBare(tab, barePage(scene), options);
      assert.ok((await start(tab)).sub);
      assert.equal(await renew(tab), "renewed");
    });
  },
  {
    only: ["chromium"],
    app: { hostedUi: { authTimeOfRefresh: true, refreshTokenRotation: { graceSeconds: 0 } } },
  },
);
