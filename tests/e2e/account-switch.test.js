// Another user signs in than the one who was.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inEveryEngine } from "./fixtures/scene.js";
import {
  atCallback,
  leaveToSignIn,
  logIn,
  makeClient,
  openBare,
  signInBare,
  start,
  user,
} from "./fixtures/steps.js";

const other = { username: "other@example.com", password: "Passw0rd!" };

const withEmail = ({ username, password }) => ({
  username,
  password,
  attributes: { email: username, name: username, email_verified: true },
});

/** Notes what the client tells the page, and who is shown by then. */
const listen = (tab) =>
  tab.evaluate(() => {
    window.heard = [];
    const note = (name, former = null) =>
      window.heard.push([name, client.session?.claims.email, former]);
    client.addEventListener("userchange", ({ detail }) => note("userchange", detail.formerSub));
    client.addEventListener("sessionchange", () => note("sessionchange"));
    client.addEventListener("signedout", ({ detail }) => note(detail.reason));
  });

const heard = (tab) => tab.evaluate(() => window.heard);

inEveryEngine(
  (scene) => {
    /** Leaves for the login page, whoever is signed in, and comes back as that user. */
    async function switchTo(account, tab, options) {
      await leaveToSignIn(tab, { prompt: "login", loginHint: account.username });
      await logIn(tab, account);
      await atCallback(tab, options);
      await makeClient(tab, options);
      await listen(tab);
      return start(tab);
    }

    test("another user is announced before being shown, on the page that signed in and in the other tabs", async (t) => {
      const profile = await scene.newProfile(t);
      const options = scene.app.clientOptions({ store: "local" });
      const tab = await profile.newTab();
      const { result: former } = await signInBare(tab, scene.app, options);
      const second = await profile.newTab();
      await openBare(second, `${scene.app.pages.origin}/bare/`, options);
      await start(second);
      await listen(second);

      const next = await switchTo(other, tab, options);
      assert.ok(next.sub && next.sub !== former.sub);
      const announced = [
        ["userchange", other.username, former.sub],
        ["sessionchange", other.username, null],
      ];
      assert.deepEqual(await heard(tab), [["sessionchange", user.username, null], ...announced]);
      await second.waitFor((sub) => client.session?.sub === sub, next.sub);
      assert.deepEqual(await heard(second), announced);
      const token = () => client.accessToken();
      assert.equal(await second.evaluate(token), await tab.evaluate(token));
    });

    test("the same user who comes back is announced as nobody else", async (t) => {
      const options = scene.app.clientOptions();
      const tab = await scene.newTab(t);
      await signInBare(tab, scene.app, options);
      assert.ok((await switchTo(user, tab, options)).sub);
      assert.deepEqual(
        (await heard(tab)).map(([name]) => name),
        ["sessionchange", "sessionchange"],
      );
    });

    test("who signs in after a sign-out takes nobody's place", async (t) => {
      const options = scene.app.clientOptions();
      const tab = await scene.newTab(t);
      await signInBare(tab, scene.app, options);
      await tab.evaluate(() => client.signOut({ stay: true }));
      assert.ok((await switchTo(other, tab, options)).sub);
      assert.deepEqual(await heard(tab), [["sessionchange", other.username, null]]);
    });
  },
  { app: { hostedUi: { users: [withEmail(user), withEmail(other)] } } },
);

inEveryEngine(
  (scene) => {
    /** A tab with the session of the first user, and one in which to sign in as the other. */
    async function twoTabs(t) {
      const profile = await scene.newProfile(t);
      const options = scene.app.clientOptions({ store: "local" });
      const first = await profile.newTab();
      await signInBare(first, scene.app, options);
      const tab = await profile.newTab();
      await openBare(tab, `${scene.app.pages.origin}/bare/`, options);
      assert.ok((await start(tab)).sub);
      const becomeOther = async () => {
        await leaveToSignIn(first, { prompt: "login" });
        await logIn(first, other);
        await atCallback(first, options);
        await makeClient(first, options);
        const { sub } = await start(first);
        await tab.waitFor((wanted) => client.session?.sub === wanted, sub);
      };
      return { tab, becomeOther };
    }

    test("a call that waited for one user's token is not given another's", async (t) => {
      const { tab, becomeOther } = await twoTabs(t);
      // The refresh gets no answer before the other user has signed in.
      let recover;
      const asked = new Promise((resolve) => {
        const hang = (_request, response) => {
          resolve();
          t.after(() => response.destroy());
        };
        recover = scene.app.ui.fail("/oauth2/token", hang, { times: Infinity });
      });
      await tab.evaluate(() => {
        const work = () => client.accessToken({ minValiditySeconds: Infinity }).then(Boolean);
        outcomeOf(work).then((outcome) => (window.outcome = outcome));
      });
      await asked;
      recover();
      await becomeOther();
      assert.equal((await tab.waitFor(() => window.outcome)).code, "user_changed");
      assert.equal(await tab.evaluate(() => client.session.claims.email), other.username);
    });

    test("a request of one user that is refused is not sent again as another", async (t) => {
      const { tab, becomeOther } = await twoTabs(t);
      await tab.evaluate(() => {
        const sending = window.fetch;
        window.sent = 0;
        window.fetch = async (input, init) => {
          if (!new Request(input, init).url.endsWith("/api")) return sending(input, init);
          window.sent += 1;
          await new Promise((resolve) => (window.answer = resolve));
          return new Response("", { status: 401 });
        };
        const work = () => client.fetch("/api", { method: "POST", body: "mine" });
        outcomeOf(() => work().then(({ status }) => status)).then(
          (outcome) => (window.outcome = outcome),
        );
      });
      await tab.waitFor(() => window.sent === 1);
      await becomeOther();
      await tab.evaluate(() => window.answer());
      assert.equal((await tab.waitFor(() => window.outcome)).value, 401);
      assert.equal(await tab.evaluate(() => window.sent), 1);
    });

    test("claims that were asked for one user are not another's", async (t) => {
      const { tab, becomeOther } = await twoTabs(t);
      let answer;
      const asked = new Promise((resolve) => {
        const refuse = async ({ method }, response) => {
          if (method === "OPTIONS") return "continue";
          resolve();
          await new Promise((go) => (answer = go));
          response.writeHead(401, { "Access-Control-Allow-Origin": "*" }).end();
        };
        t.after(scene.app.ui.fail("/oauth2/userInfo", refuse, { times: 2 }));
      });
      await tab.evaluate(() => {
        const work = () => client.userInfo().then(({ email }) => email);
        outcomeOf(work).then((outcome) => (window.outcome = outcome));
      });
      await asked;
      await becomeOther();
      answer();
      assert.equal((await tab.waitFor(() => window.outcome)).code, "user_changed");
    });
  },
  {
    only: ["chromium"],
    app: { hostedUi: { users: [withEmail(user), withEmail(other)] } },
  },
);
