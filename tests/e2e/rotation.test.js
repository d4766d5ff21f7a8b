import assert from "node:assert/strict";
import { test } from "node:test";
import { inEveryEngine } from "./fixtures/scene.js";
import { signInBare, watchRequests } from "./fixtures/steps.js";

const isRefresh = ({ form }) => form.grant_type === "refresh_token";

for (const { name, refreshTokenRotation, different } of [
  { name: "without rotation", refreshTokenRotation: false, different: 1 },
  { name: "with rotation at once", refreshTokenRotation: { graceSeconds: 0 }, different: 3 },
  { name: "with a minute's grace", refreshTokenRotation: { graceSeconds: 60 }, different: 3 },
]) {
  inEveryEngine(
    (scene) => {
      test(`${name}, a session is refreshed again and again`, async (t) => {
        const tab = await scene.newTab(t);
        await signInBare(tab, scene.app, scene.app.clientOptions());
        const requests = watchRequests(scene.app);
        const tokens = await tab.evaluate(async () => {
          const tokens = [client.session.accessToken];
          for (let time = 0; time < 3; time += 1) {
            tokens.push(await client.accessToken({ minValiditySeconds: Infinity }));
          }
          return tokens;
        });
        assert.equal(new Set(tokens).size, 4);
        const refreshes = requests("/oauth2/token").filter(isRefresh);
        assert.deepEqual(
          refreshes.map(({ status }) => status),
          [200, 200, 200],
        );
        assert.equal(new Set(refreshes.map(({ form }) => form.refresh_token)).size, different);
      });
    },
    { app: { hostedUi: { refreshTokenRotation } } },
  );
}

inEveryEngine(
  (scene) => {
    test("a browser that is offline when the tokens are due renews them when it is back", async (t) => {
      const tab = await scene.newTab(t);
      await signInBare(tab, scene.app, scene.app.clientOptions());
      await tab.evaluate(() => {
        window.faults = [];
        client.addEventListener("refresherror", ({ detail }) =>
          window.faults.push(detail.error.code),
        );
      });
      const before = await tab.evaluate(() => client.session.expiresAt);
      const requests = watchRequests(scene.app);
      await tab.setOffline(true);
      await tab.waitFor(() => window.faults.length > 0);
      assert.deepEqual([...new Set(await tab.evaluate(() => window.faults))], ["network"]);
      assert.equal(await tab.evaluate(() => client.session !== null), true);
      assert.deepEqual(requests("/oauth2/token"), []);

      await tab.setOffline(false);
      await tab.waitFor((former) => client.session?.expiresAt > former, before);
    });
  },
  {
    // WebKitGTK's driver cannot cut a browser off.
    only: ["chromium", "firefox"],
    app: { hostedUi: { accessTokenSeconds: 4, idTokenSeconds: 4 } },
  },
);
