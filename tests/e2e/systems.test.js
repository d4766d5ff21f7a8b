import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { engines, launch } from "./browsers/index.js";
import { logIn, user, watchRequests } from "./fixtures/steps.js";
import { errorsPageOn } from "./systems/errors-page.js";
import { guides } from "./systems/guides.js";
import { startSystems, sub } from "./systems/start.js";

const setups = guides.map((guide) => ({ guide }));
const confidential = guides.map((guide) => ({ guide, settings: () => guide.confidential }));

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

    before(async () => {
      scene = await startSystems([...setups, ...confidential]);
      browser = await launch(engine);
    });
    after(async () => {
      await browser?.close();
      await scene?.close();
    });

    for (const setup of setups) {
      const { name, callbackPath, apiPath, apiTakes } = setup.guide;

      test(`${name}: the guide's settings sign in at ${callbackPath}, and the API accepts the user`, async (t) => {
        const { origin, clientId, callbackUrl, visits } = scene.systemOf(setup);
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

    for (const setup of confidential) {
      const { name, confidential } = setup.guide;
      const [setting] = Object.keys(confidential);

      test(`${name}: settings with ${setting} are refused, and the way out is named`, async (t) => {
        const tab = await newTab(t);
        const requests = watchRequests(scene);
        await tab.goto(`${scene.systemOf(setup).origin}/`);
        const alert = await tab.waitForText({ role: "alert" }, "client_has_secret");
        for (const words of [setting, "a browser cannot", "public client"]) {
          assert.match(alert, new RegExp(words, "i"));
        }
        const remedy = /create another app client, without a secret/;
        assert.match(errorsPageOn("client_has_secret"), remedy);
        assert.deepEqual(requests(), []);
      });
    }
  });
}
