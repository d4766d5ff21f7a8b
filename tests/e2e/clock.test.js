import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "./browsers/until.js";
import { inEveryEngine } from "./fixtures/scene.js";
import {
  atCallback,
  leaveToSignIn,
  logIn,
  makeClient,
  openBare,
  start,
  watchRequests,
} from "./fixtures/steps.js";

const HOUR = 3_600_000;
/** How long tokens live. */
const seconds = 4;
const isRefresh = ({ form }) => form.grant_type === "refresh_token";

/** Opens a bare page in a new tab of a device whose clock is wrong. */
async function openWrong(t, scene, millis, options) {
  const tab = await scene.newTab(t);
  const page = `${scene.app.pages.origin}/bare/`;
  await tab.goto(page);
  await tab.evaluate((offset) => window.skipTime(offset), millis);
  await openBare(tab, page, options);
  return tab;
}

async function signInBare(tab, options) {
  await leaveToSignIn(tab);
  await logIn(tab);
  await atCallback(tab, options);
  await makeClient(tab, options);
  await tab.evaluate(() => {
    window.faults = [];
    client.addEventListener("refresherror", ({ detail }) => window.faults.push(detail.error.code));
  });
  return start(tab);
}

inEveryEngine(
  (scene) => {
    for (const [name, millis] of [
      ["an hour ahead", HOUR],
      ["an hour behind", -HOUR],
    ]) {
      test(`who has a clock ${name} signs in and stays signed in`, async (t) => {
        const options = scene.app.clientOptions();
        const tab = await openWrong(t, scene, millis, options);
        const requests = watchRequests(scene.app);
        assert.ok((await signInBare(tab, options)).sub);

        const refreshes = () => requests("/oauth2/token").filter(isRefresh);
        await until(
          () => refreshes().filter(({ status }) => status === 200).length >= 2,
          () => `the provider should have seen two refreshes: ${JSON.stringify(requests())}`,
        );
        await tab.evaluate(() => client.close());
        assert.deepEqual(await tab.evaluate(() => window.faults), []);
        // Tokens are due after three quarters of their life, whatever the clock shows.
        const times = refreshes().map(({ time }) => time);
        for (const [index, time] of times.slice(1).entries()) {
          assert.ok(time - times[index] >= seconds * 500, `refreshes came at ${times}`);
        }
      });
    }

    test("a clock that is off by days is said to be", async (t) => {
      const options = scene.app.clientOptions();
      const tab = await openWrong(t, scene, 72 * HOUR, options);
      assert.equal((await signInBare(tab, options)).code, "id_token_expired");
    });

    test("a clock that is days behind is said to be", async (t) => {
      const options = scene.app.clientOptions();
      const tab = await openWrong(t, scene, -72 * HOUR, options);
      assert.equal((await signInBare(tab, options)).code, "id_token_issued_at");
    });
  },
  { app: { hostedUi: { accessTokenSeconds: seconds, idTokenSeconds: seconds } } },
);

inEveryEngine(
  (scene) => {
    for (const [event, target] of [
      ["visibilitychange", "document"],
      ["pageshow", "window"],
      ["online", "window"],
    ]) {
      test(`a device that slept renews its session at ${event}`, async (t) => {
        const options = scene.app.clientOptions();
        const tab = await openWrong(t, scene, 0, options);
        assert.ok((await signInBare(tab, options)).sub);
        const requests = watchRequests(scene.app);
        const before = await tab.evaluate(() => client.session.expiresAt);

        // Timers stood still meanwhile: none has fired when the device wakes up.
        await tab.evaluate(
          (type, name, slept) => {
            window.skipTime(slept);
            window[name].dispatchEvent(new Event(type));
          },
          event,
          target,
          290_000,
        );
        await tab.waitFor((former) => client.session.expiresAt > former, before);
        assert.deepEqual(await tab.evaluate(() => window.faults), []);
        assert.equal(requests("/oauth2/token").filter(isRefresh).length, 1);
      });
    }
  },
  { app: { hostedUi: { accessTokenSeconds: 300, idTokenSeconds: 300 } } },
);
