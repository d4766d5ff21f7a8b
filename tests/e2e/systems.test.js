import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { engines, launch } from "./browsers/index.js";
import { logIn, user } from "./fixtures/steps.js";
import { guides } from "./systems/guides.js";
import { startSystems, sub } from "./systems/start.js";

const answers = {
  access_token: { sub },
  principal: {
    id: sub,
    name: "user",
    displayName: "user",
    email: user.username,
  },
};

for (const engine of engines) {
  describe(engine.name, () => {
    let browser;
    let scene;
    const newTab = async (t) => {
      const profile = await browser.newProfile();
      t.after(() => profile.close());
      return profile.newTab();
    };
    const systemOf = (guide) => scene.systems.find((system) => system.guide === guide);

    before(async () => {
      scene = await startSystems(guides.map((guide) => ({ guide })));
      browser = await launch(engine);
    });
    after(async () => {
      await browser?.close();
      await scene?.close();
    });

    for (const guide of guides) {
      const { name, callbackPath, apiPath, apiTakes } = guide;

      test(`${name}: the guide's settings sign in at ${callbackPath}, and the API accepts the user`, async (t) => {
        const { origin, clientId, callbackUrl, visits } = systemOf(guide);
        assert.equal((await fetch(origin + apiPath)).status, 401);
        const tab = await newTab(t);
        await tab.goto(`${origin}/projects?page=2`);
        await tab.waitForText({ role: "status" }, "Signed out");

        await tab.click({ role: "button", name: "Sign in" });
        await logIn(tab);
        const status = await tab.waitForText({ role: "status" }, apiPath);
        assert.equal(status, `${apiPath} → 200 ${JSON.stringify(answers[apiTakes])}`);
        assert.equal(await tab.textOf({ role: "alert" }), "");
        assert.equal(await tab.url(), `${origin}/projects?page=2`);

        assert.deepEqual(visits, ["/projects", callbackPath]);
        const exchanges = scene.ui.requests.filter(({ form }) => form.client_id === clientId);
        assert.deepEqual(
          exchanges.map(({ path, status, form }) => [path, status, form.redirect_uri]),
          [["/oauth2/token", 200, callbackUrl]],
        );
      });
    }
  });
}
