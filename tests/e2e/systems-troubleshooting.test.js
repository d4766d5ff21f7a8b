import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { engines, launch } from "./browsers/index.js";
import { logIn } from "./fixtures/steps.js";
import { errorsPageOn } from "./systems/errors-page.js";
import { guides } from "./systems/guides.js";
import { enabledScopes, startSystems } from "./systems/start.js";

/**
 * What can be wrong, how it shows, and the words of docs/errors.md that say what to do.
 *
 * @typedef {object} Fault
 * @property {boolean} [hasDomain] whether the user pool has one; it has unless told
 * @property {object} [client] of the app client
 * @property {(place: import("./systems/guides.js").Place) => object} [settings]
 * @property {boolean} [leaves] whether the browser leaves for the provider and comes back
 * @property {boolean} [logsIn] whether the provider shows its login page
 * @property {string} [code] of the AuthError; without one the user ends on the provider's page
 * @property {string} [page] the `error` in the address of that page
 * @property {RegExp} remedy
 */
const faults = {
  noDomain: {
    hasDomain: false,
    code: "pool_has_no_domain",
    remedy: /What to do:\*\* create one under \*\*Branding\*\*, \*\*Domain\*\*/,
  },
  scopeNotEnabled: (missing) => ({
    client: { scopes: enabledScopes.filter((scope) => scope !== missing) },
    leaves: true,
    code: "scope_not_enabled",
    remedy: /What to do:\*\* enable it at the provider/,
  }),
  flowNotEnabled: {
    client: { flows: ["implicit"] },
    leaves: true,
    code: "flow_not_enabled",
    remedy: /What to do:\*\* .*\*\*Authorization code grant\*\*/,
  },
  clientHasSecret: {
    client: { clientSecret: "not-for-browsers" },
    leaves: true,
    logsIn: true,
    code: "client_has_secret",
    remedy: /What to do:\*\* create another app client, without a secret/,
  },
  attributeUnreadable: {
    client: { readAttributes: ["email"] },
    leaves: true,
    logsIn: true,
    code: "code_refused",
    remedy: /`email` needs read permission for `email` and `email_verified`/,
  },
  issuerIsTheDomain: (setting) => ({
    settings: ({ domain }) => ({ [setting]: `${domain}/us-east-1_Local0001` }),
    code: "network",
    remedy:
      /the issuer is Cognito's domain instead of `https:\/\/cognito-idp\..*correct the issuer/s,
  }),
  anotherOrigin: (setting) => ({
    settings: ({ callbackUrl }) => ({ [setting]: callbackUrl.replace("localhost", "127.0.0.1") }),
    code: "redirect_uri_mismatch",
    remedy: /What to do:\*\* make `redirectUri` begin with the page's own origin/,
  }),
  callbackNotRegistered: (registered) => ({
    client: { callbackUrls: [registered] },
    page: "redirect_mismatch",
    remedy: /`redirect_mismatch`.*enter `redirectUri` under \*\*Allowed callback URLs\*\*/,
  }),
  unknownClient: (setting) => ({
    settings: () => ({ [setting]: "304a12ktcc5djt9d7enj6dsjkg" }),
    page: "redirect_mismatch",
    remedy: /`redirect_mismatch`.*copy \*\*Client ID\*\* again/,
  }),
  providerNotEnabled: {
    client: { identityProviders: [] },
    page: "Login option is not available. Please try another one",
    remedy: /tick \*\*Cognito user pool\*\* under \*\*Identity providers\*\*/,
  },
};

/** Each with what its guide says about it. */
const rows = {
  OpenMetadata: [
    ["provide a Cognito domain", faults.noDomain],
    ["select “Public client”", faults.clientHasSecret],
    [
      "for production, the Allowed callback URLs should be updated",
      faults.callbackNotRegistered("http://localhost:8585/callback"),
    ],
    ["and so should callbackUrl", faults.anotherOrigin("callbackUrl")],
    ["authority: {Cognito Domain}/{User Pool ID}", faults.issuerIsTheDomain("authority")],
    ["make sure to add email", faults.attributeUnreadable],
  ],
  Rancher: [
    ["you are not redirected: no domain", faults.noDomain],
    ["you are not redirected: another Issuer", faults.issuerIsTheDomain("issuer")],
    [
      "set the redirect URL to …/verify-auth",
      faults.callbackNotRegistered("https://yourRancherHostURL/verify-auth"),
    ],
    ["Client Secret: the generated secret", faults.clientHasSecret],
  ],
  "Pomerium (environment)": [
    ["IMPORTANT: you must configure a Domain name", faults.noDomain],
    ["changes to the pool generate new Client IDs", faults.unknownClient("IDP_CLIENT_ID")],
    [
      "Callback URL(s)",
      faults.callbackNotRegistered("https://authenticate.corp.example.com/oauth2/callback"),
    ],
    ["Enabled Identity Providers", faults.providerNotEnabled],
    ["Allowed OAuth Flows", faults.flowNotEnabled],
    ["Allowed OAuth Scopes", faults.scopeNotEnabled("email")],
  ],
  Appsmith: [
    ["first configure a custom domain for the instance", faults.anotherOrigin("redirectUrl")],
    ["select “Generate a client secret”", faults.clientHasSecret],
    [
      "enter the Redirect URL copied from Appsmith",
      faults.callbackNotRegistered("https://appsmith.example.com/login/oauth2/code/oidc"),
    ],
    ["in the list Identity providers, select Cognito user pool", faults.providerNotEnabled],
    ["OAuth 2.0 grant types: Authorization code grant", faults.flowNotEnabled],
    ["OpenID Connect scopes: OpenID, Email, Profile", faults.scopeNotEnabled("profile")],
  ],
  "The Things Stack": [
    ["did you configure a Domain Name?", faults.noDomain],
    ["did you enable the scope email?", faults.scopeNotEnabled("email")],
    ["did you enable the scope profile?", faults.scopeNotEnabled("profile")],
    ["did you enable the scope openid?", faults.scopeNotEnabled("openid")],
    ["is Cognito User Pool checked?", faults.providerNotEnabled],
    [
      "the callback has the Authentication Provider ID",
      faults.callbackNotRegistered(
        "https://tenant1.eu1.cloud.thethings.industries/oauth/login/another/callback",
      ),
    ],
  ],
};

const setups = Object.entries(rows).flatMap(([name, rowsOfGuide]) => {
  const guide = guides.find((one) => one.name === name);
  return rowsOfGuide.map(([row, fault]) => ({ guide, row, ...fault }));
});
const pools = [
  { name: "a user pool with a domain", noDomain: false },
  { name: "a user pool without a domain", noDomain: true },
];

// What the provider and the core answer is the same in every engine.
for (const engine of engines.filter(({ name }) => name === "chromium")) {
  describe(engine.name, () => {
    let browser;
    before(async () => {
      browser = await launch(engine);
    });
    after(() => browser?.close());
    const openTab = async (t, { origin }) => {
      const profile = await browser.newProfile();
      t.after(() => profile.close());
      const tab = await profile.newTab();
      await tab.goto(`${origin}/`);
      return tab;
    };

    for (const { name, noDomain } of pools) {
      describe(name, () => {
        const setupsHere = setups.filter(({ hasDomain = true }) => hasDomain !== noDomain);
        let scene;
        before(async () => {
          scene = await startSystems(setupsHere, { noDomain });
        });
        after(() => scene?.close());

        for (const setup of setupsHere.filter(({ code }) => code)) {
          const { guide, row, code, remedy, leaves, logsIn } = setup;

          test(`${guide.name}, ${row}: ${code}, and docs/errors.md has the remedy`, async (t) => {
            const { visits, ...system } = scene.systemOf(setup);
            const tab = await openTab(t, system);
            await tab.click({ role: "button", name: "Sign in" });
            if (logsIn) await logIn(tab);
            await tab.waitForText({ role: "alert" }, `${code}: `);
            await tab.waitForText({ role: "status" }, "Signed out");
            assert.deepEqual(visits, leaves ? ["/", guide.callbackPath] : ["/"]);
            assert.match(errorsPageOn(code), remedy);
          });
        }

        for (const setup of setupsHere.filter(({ page }) => page)) {
          const { guide, row, page, remedy } = setup;

          test(`${guide.name}, ${row}: the user stays at the provider, and docs/errors.md has the remedy`, async (t) => {
            const { visits, ...system } = scene.systemOf(setup);
            const tab = await openTab(t, system);
            await tab.click({ role: "button", name: "Sign in" });
            const { origin, searchParams } = await tab.waitForUrl(
              ({ pathname }) => pathname === "/error",
            );
            assert.equal(origin, scene.ui.domain);
            assert.equal(searchParams.get("error"), page);
            await tab.waitForText(
              { role: "alert" },
              "An error was encountered with the requested page.",
            );
            assert.deepEqual(visits, ["/"]);
            assert.match(errorsPageOn("When the user never comes back"), remedy);

            await tab.back();
            await tab.waitForText({ role: "status" }, "Signed out");
            await tab.click({ role: "button", name: "Sign in" });
            await tab.waitForUrl(({ pathname }) => pathname === "/error");
          });
        }
      });
    }
  });
}
