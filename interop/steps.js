import assert from "node:assert/strict";
import { decodeJwt, decodeProtectedHeader } from "jose";

/**
 * What a user does at a provider, in this order.
 *
 * @typedef {object} Step
 * @property {string} name
 * @property {"signed in" | "signed out"} from how the user comes to it
 * @property {(user: import("./user.js").User) => Promise<string | void>} play throws where it fails; what it
 *   returns is said beside the result
 */

/** @type {Step[]} */
export const steps = [
  {
    name: "sign in",
    from: "signed out",
    async play(user) {
      const { outcome, shown, callback } = await user.signIn();
      assert.ok(outcome.sub, `start() came to ${JSON.stringify(outcome)}`);
      const { hasPages = true } = user.site.provider;
      assert.equal(shown.includes("login"), hasPages, "the provider's own pages should be shown");
      assert.equal(new URL(await user.tab.url()).search, "", "the address should be clean");
      await note(user, callback);
    },
  },
  {
    name: "refresh twice",
    from: "signed in",
    async play(user) {
      const { sub } = await user.session();
      const earlier = (await user.refreshes()).length;
      for (const time of ["first", "second"]) {
        const { value, code } = await user.refresh();
        assert.ok(value, `the ${time} refresh came to ${code}`);
      }
      const [first, second] = (await user.refreshes()).slice(earlier);
      assert.deepEqual([first.status, second.status], [200, 200]);
      assert.equal((await user.session()).sub, sub);
      const sent = ({ form }) => new URLSearchParams(form).get("refresh_token");
      user.facts["refresh tokens"] = sent(first) === sent(second) ? "stay" : "rotate";
      user.facts["ID token with a refresh"] = "id_token" in JSON.parse(second.body) ? "yes" : "no";
    },
  },
  {
    name: "reload",
    from: "signed in",
    async play(user) {
      const { sub } = await user.session();
      assert.equal((await user.open()).sub, sub);
      assert.deepEqual(await user.refreshes(), [], "nothing should be asked");
    },
  },
  {
    name: "UserInfo",
    from: "signed in",
    async play(user) {
      const { value, ...error } = await user.tab.evaluate(() => outcomeOf(() => client.userInfo()));
      assert.equal(value?.sub, (await user.session()).sub, JSON.stringify(error));
    },
  },
  {
    name: "prompt=none, signed in",
    from: "signed in",
    async play(user) {
      const { sub } = await user.session();
      const { outcome, shown } = await user.signIn({ prompt: "none" });
      assert.deepEqual(shown, []);
      assert.equal(outcome.sub, sub, JSON.stringify(outcome));
      // Some give none without asking for consent.
      const hasRefreshToken = "refresh_token" in (await user.tokens());
      user.facts["refresh token with prompt=none"] = hasRefreshToken ? "yes" : "no";
      if (!hasRefreshToken) user.forget();
    },
  },
  {
    name: "second tab",
    from: "signed in",
    async play(user) {
      const { sub } = await user.session();
      const second = await user.newTab();
      assert.equal((await user.session(second))?.sub, sub);
      assert.equal(
        await second.evaluate(() => client.userInfo().then((claims) => claims.sub)),
        sub,
      );
      await second.close();
    },
  },
  {
    name: "two tabs refresh at once",
    from: "signed in",
    async play(user) {
      const second = await user.newTab();
      const counts = async () => [await user.refreshes(), await user.refreshes(second)];
      const earlier = await counts();
      // The first one's request waits until the second has begun, too.
      await user.tab.evaluate(() => {
        window.exchangesHeld = new Promise((resolve) => (window.letGo = resolve));
      });
      const begin = (tab) =>
        tab.evaluate(() => {
          const work = () => client.accessToken({ minValiditySeconds: Infinity });
          outcomeOf(work).then((outcome) => (window.refreshed = outcome));
        });
      await begin(user.tab);
      await user.tab.waitFor(() => window.exchanges.some(({ status }) => status === undefined));
      await begin(second);
      await second.waitFor(async () => (await navigator.locks.query()).pending.length > 0);
      await user.tab.evaluate(() => window.letGo());
      const tokens = [];
      for (const tab of [user.tab, second]) {
        const { value, code } = await tab.waitFor(() => window.refreshed);
        assert.ok(value, `a tab's refresh came to ${code}`);
        tokens.push(value);
      }
      const sent = (await counts()).map((own, tab) => own.length - earlier[tab].length);
      assert.deepEqual(sent, [1, 0], "one of the tabs should ask");
      assert.equal(tokens[0], tokens[1]);
      await second.close();
    },
  },
  {
    name: "sign out",
    from: "signed in",
    async play(user) {
      const second = await user.newTab();
      const { outcome } = await user.signOut();
      assert.equal(outcome.sub, null, JSON.stringify(outcome));
      await second.waitFor(() => client.session === null);
      await second.close();
    },
  },
  {
    name: "prompt=none, signed out",
    from: "signed out",
    async play(user) {
      const { outcome, shown } = await user.signIn({ prompt: "none" });
      assert.deepEqual(shown, []);
      assert.equal(outcome.code, "login_required", JSON.stringify(outcome));
    },
  },
  {
    name: "come back",
    from: "signed in",
    async play(user) {
      const { sub } = await user.session();
      await user.signOut();
      const { outcome, shown } = await user.signIn();
      assert.ok(shown.includes("login"), "the provider should ask who it is");
      assert.equal(outcome.sub, sub, JSON.stringify(outcome));
    },
  },
  {
    name: "cancel",
    from: "signed out",
    async play(user) {
      const { outcome } = await user.signIn(user.site.provider.cancelling?.signIn, "cancel");
      assert.equal(outcome.code, "provider_denied", JSON.stringify(outcome));
      assert.equal(await user.session(), null);
      // Some keep who has logged in, and had only the consent refused.
      user.forget();
    },
  },
  {
    name: "a code again",
    from: "signed out",
    async play(user) {
      const { callback } = await user.signIn();
      const exchange = await user.codeExchange();
      const { sub } = await user.session();

      assert.equal((await user.open(user.tab, callback.href)).sub, sub, "the session should stay");
      const sent = await user.tab.evaluate(() => window.exchanges);
      assert.ok(!sent.some(({ form }) => form?.includes("authorization_code")));

      const { url, form } = exchange;
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      const answer = await fetch(url, { method: "POST", headers, body: form });
      user.facts["a code sent again"] = answer.ok ? "is taken" : "is refused";
      const { value, code } = await user.refresh();
      assert.ok(value || code === "session_ended", `the refresh came to ${code}`);
      if ((await user.refreshes()).length > 0) {
        user.facts["tokens of a code that is sent again"] = value ? "stay" : "are revoked";
      }
      user.forget();
    },
  },
  {
    name: "expired session",
    from: "signed in",
    async play(user) {
      await user.tab.evaluate(() => {
        client.addEventListener("signedout", ({ detail }) => (window.reason = detail.reason));
      });
      await user.site.endSession(user);
      const { code } = await user.refresh();
      assert.match(String(code), /^(session_ended|interaction_required)$/);
      assert.equal(await user.session(), null);
      assert.equal(await user.tab.evaluate(() => window.reason), "ended");
      assert.ok((await user.signIn()).outcome.sub, "a new sign-in should work");
      user.forget();
    },
  },
];

/** Sees what the provider does with a sign-in. */
async function note(user, callback) {
  const idToken = await user.tab.evaluate(() => client.idToken());
  user.facts["ID token is signed with"] = decodeProtectedHeader(idToken).alg;
  user.facts["claims of the ID token"] = Object.keys(decodeJwt(idToken)).sort().join(" ");
  const beside = [...callback.searchParams.keys()].filter((name) => name !== "code");
  user.facts["beside the code in the callback"] = beside.sort().join(" ");
  user.facts["members of the token response"] = Object.keys(await user.tokens())
    .sort()
    .join(" ");
}
