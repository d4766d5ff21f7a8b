import assert from "node:assert/strict";
import { decodeJwt } from "jose";
import { until } from "../../../tests/e2e/browsers/until.js";
import { person } from "../../user.js";
import { consent, login, loginWith } from "./pages.js";

const claims = (user) => user.tab.evaluate(() => client.session.claims);

/** Waits until a refresh is refused, and looks at what is left. */
async function expectEnd(user) {
  let code;
  await until(
    async () => ({ code } = await user.refresh()) && code !== undefined,
    () => "the refresh should be refused",
  );
  assert.match(code, /^(session_ended|interaction_required|login_required)$/);
  assert.equal(await user.session(), null);
}

/** @type {import("../../steps.js").Step[]} what only Keycloak has */
export const steps = [
  {
    name: "iss and session_state",
    from: "signed out",
    async play(user) {
      const { callback } = await user.signIn();
      const { session_state: state, iss } = Object.fromEntries(callback.searchParams);
      assert.equal(iss, user.site.options.issuer);
      assert.equal((await claims(user)).sid, state);
    },
  },
  {
    name: "DPoP",
    from: "signed in",
    options: { dpop: true },
    async play(user) {
      assert.equal((await user.tokens()).token_type, "DPoP");
      const { value } = await user.refresh();
      assert.ok(decodeJwt(value).cnf.jkt);
      const sub = await user.tab.evaluate(async () => (await client.userInfo()).sub);
      assert.equal(sub, (await user.session()).sub);
    },
  },
  {
    name: "pushed request",
    from: "signed in",
    options: { pushedAuthorization: "required" },
    async play() {},
  },
  {
    name: "silent SSO in a frame",
    from: "signed in",
    // As with keycloak-js: another page of this browser knows nothing of the session.
    options: { store: "memory" },
    async play(user) {
      const { sub } = await user.session();
      const second = await user.newTab();
      assert.equal(await user.session(second), null);
      const outcome = await second.evaluate(() => signInBy(() => client.signInSilent()));
      assert.equal(outcome.sub, sub, JSON.stringify(outcome));
      await second.close();
    },
  },
  {
    name: "step-up",
    from: "signed in",
    options: { clientId: "step-up" },
    async play(user) {
      assert.equal((await claims(user)).acr, "silver");
      const { outcome, shown } = await user.signIn({ acrValues: "gold" }, "stepUp");
      assert.ok(outcome.sub, JSON.stringify(outcome));
      assert.deepEqual(shown, ["password"]);
      assert.equal((await claims(user)).acr, "gold");
    },
  },
  {
    name: "session expiry",
    from: "signed in",
    async play(user) {
      await user.site.administration.realm({ ssoSessionMaxLifespan: 1 });
      try {
        await expectEnd(user);
      } finally {
        await user.site.administration.realm({ ssoSessionMaxLifespan: 36_000 });
      }
    },
  },
  {
    name: "administrator's logout",
    from: "signed in",
    async play(user) {
      const { id } = await user.site.administration.user(person.name);
      await user.site.administration.call("POST", `/users/${id}/logout`);
      await expectEnd(user);
    },
  },
  {
    name: "brute-force lock",
    from: "signed out",
    async play(user) {
      const { administration } = user.site;
      // The right password is refused while the user is locked, until the administrator lets them in again.
      const { shown } = await user.signIn({}, "lockedOut");
      assert.equal(shown.filter((page) => page === "login").length, 5);
      assert.equal((await user.session()).sub, (await administration.user(person.name)).id);
    },
  },
  {
    name: "required action",
    from: "signed out",
    async play(user) {
      const { administration } = user.site;
      const { id } = await administration.user(person.name);
      await administration.call("PUT", `/users/${id}`, { requiredActions: ["UPDATE_PASSWORD"] });
      const { outcome, shown } = await user.signIn({}, "newPassword");
      assert.equal(outcome.sub, id, JSON.stringify(outcome));
      assert.ok(shown.includes("action"));
    },
  },
  {
    name: "kc_action, cancelled",
    from: "signed in",
    async play(user) {
      const options = { extra: { kc_action: "UPDATE_PASSWORD" } };
      const { outcome, callback } = await user.signIn(options, "cancelAction");
      assert.ok(outcome.sub, JSON.stringify(outcome));
      assert.equal(callback.searchParams.get("kc_action_status"), "cancelled");
    },
  },
  {
    name: "sign up",
    from: "signed out",
    async play(user) {
      const { administration } = user.site;
      await administration.realm({ registrationAllowed: true });
      try {
        const { outcome, shown } = await user.signIn({ prompt: "create" }, "signUp");
        assert.ok(outcome.sub, JSON.stringify(outcome));
        assert.ok(shown.includes("registration") && !shown.includes("login"));
        await administration.call("DELETE", `/users/${outcome.sub}`);
      } finally {
        await administration.realm({ registrationAllowed: false });
        user.forget();
      }
    },
  },
];

const wrongPassword = loginWith("Wrong-Horse-9");
let tries = 0;

/** How a user goes through Keycloak's pages in these steps. */
export const ways = {
  stepUp: {
    password: {
      shows: "#kc-form-login #password",
      async act(tab) {
        await tab.fill("Password", person.password);
        await tab.click({ role: "button", name: "Sign In" });
      },
    },
  },
  lockedOut: {
    login: {
      mayComeAgain: true,
      shows: login.shows,
      async act(tab, { administration }) {
        tries += 1;
        if (tries <= 3) return wrongPassword.act(tab);
        if (tries === 5) {
          tries = 0;
          const { id } = await administration.user(person.name);
          await administration.call("DELETE", `/attack-detection/brute-force/users/${id}`);
        }
        return login.act(tab);
      },
    },
    consent: consent("Yes"),
  },
  newPassword: {
    login,
    action: {
      shows: "#kc-passwd-update-form",
      async act(tab) {
        await tab.fill("New Password", person.password);
        await tab.fill("Confirm password", person.password);
        await tab.click({ role: "button", name: "Submit" });
      },
    },
    consent: consent("Yes"),
  },
  signUp: {
    login,
    registration: {
      shows: "#kc-register-form",
      async act(tab) {
        // Their labels end in a star, of which engines think differently.
        const fields = {
          username: "bob",
          password: person.password,
          "password-confirm": person.password,
          email: "bob@example.com",
          firstName: "Bob",
          lastName: "Example",
        };
        await tab.evaluate((values) => {
          for (const [id, value] of Object.entries(values)) {
            document.getElementById(id).value = value;
          }
        }, fields);
        await tab.click({ role: "button", name: "Register" });
      },
    },
    consent: consent("Yes"),
  },
  cancelAction: {
    action: {
      shows: "#kc-passwd-update-form",
      act: (tab) => tab.click({ role: "button", name: "Cancel" }),
    },
  },
};
