import { logIn } from "../e2e/fixtures/steps.js";
import { logInOrStay, signIn } from "./scene.js";

const callback = `redirectUri: "http://localhost:8585/callback"`;
const issuer = `issuer: "http://localhost:9400/us-east-1_Local0001"`;
const clientId = `clientId: "local-playground-client"`;
const replaced = (from, to) => (script) => script.replace(from, to);

const policy = (directives) =>
  Object.entries({
    "default-src": "'none'",
    "script-src": "'self' 'wasm-unsafe-eval'",
    "connect-src": "'self' http://localhost:9400 http://localhost:9401",
    ...directives,
  })
    .filter(([, sources]) => sources !== undefined)
    .map(([name, sources]) => `${name} ${sources}`)
    .join("; ");

const answers = (status, body) => (_request, response) =>
  response
    .writeHead(status, { "Access-Control-Allow-Origin": "*", "Content-Type": "application/json" })
    .end(JSON.stringify(body));

const always = { times: Infinity };

/** The device's clock, off by so many hours. */
const clock = (hours) =>
  `{
    const Right = Date;
    const off = ${hours} * 3_600_000;
    window.Date = class Date extends Right {
      constructor(...given) {
        if (given.length === 0) super(Right.now() + off);
        else super(...given);
      }
      static now() {
        return Right.now() + off;
      }
    };
  }`;

/**
 * What is typically wrong in a first hour: the quick start, but for one thing.
 *
 * @typedef {object} Mistake
 * @property {string} mistake as the table says it
 * @property {string} fix a sentence
 * @property {(script: string) => string} [edit] of `main.js`
 * @property {string} [policy] the page's Content Security Policy
 * @property {string} [is404] a path at which the server has nothing
 * @property {string} [at] where the page is opened
 * @property {(ui: object) => (() => void)[]} [provider] makes the provider's answers other ones
 * @property {string | Function} [browser] runs in each page before its own scripts
 * @property {(tab: object) => Promise<void>} [play] what the user does; signs in unless given
 *
 * @type {Record<string, Mistake[]>}
 */
export const mistakes = {
  "The provider does not know it": [
    {
      mistake: "`redirectUri` is not registered",
      fix: "Register it at the provider, or correct it in the app.",
      edit: replaced(callback, `redirectUri: "http://localhost:8585/signed-in"`),
    },
    {
      mistake: "`redirectUri` has a final slash, and the registered one has none",
      fix: "Write it as it is registered, to the letter.",
      edit: replaced(callback, `redirectUri: "http://localhost:8585/callback/"`),
    },
    {
      mistake: "a wrong `clientId`",
      fix: "Copy **Client ID** from the app client.",
      edit: replaced(clientId, `clientId: "local-playground"`),
    },
    {
      mistake: "`postLogoutRedirectUri` is not registered",
      fix: "Register it among the sign-out URLs.",
      edit: replaced(
        `postLogoutRedirectUri: "http://localhost:8585/"`,
        `postLogoutRedirectUri: "http://localhost:8585/bye"`,
      ),
      async play(tab) {
        await signIn(tab);
        await tab.waitForText({ role: "status" }, "Signed in");
        await tab.click({ role: "button", name: "Sign out" });
        await tab.waitForUrl(({ pathname }) => pathname === "/error");
      },
    },
    {
      mistake: "the app client has a secret",
      fix: "Make a public app client, which has none.",
      edit: replaced(clientId, `clientId: "confidential-client"`),
    },
    {
      mistake: "a scope is not enabled for the app client",
      fix: "Enable the scope for the app client, or leave it out of `scope`.",
      edit: replaced(clientId, `clientId: "without-email"`),
    },
    {
      mistake: "the app client has not the authorization code grant",
      fix: "Tick **Authorization code grant** for the app client.",
      edit: replaced(clientId, `clientId: "without-code"`),
    },
  ],
  "The issuer": [
    {
      mistake: "with a final slash",
      fix: "Nothing has to be corrected: with the slash or without, it is one client.",
      edit: replaced(`Local0001"`, `Local0001/"`),
    },
    {
      mistake: "the discovery address, instead of the issuer",
      fix: "Leave out `/.well-known/openid-configuration`.",
      edit: replaced(`Local0001"`, `Local0001/.well-known/openid-configuration"`),
    },
    {
      mistake: "the login page's domain, instead of the issuer",
      fix: "Put in the issuer, which has the user pool's ID in it.",
      edit: replaced(issuer, `issuer: "http://localhost:9401"`),
    },
    {
      mistake: "another host",
      fix: "Correct the host; it must be `https:` unless it is `localhost`.",
      edit: replaced("localhost:9400", "login.invalid:9400"),
    },
    {
      mistake: "a wrong port",
      fix: "Correct the port, and start the provider.",
      edit: replaced("localhost:9400", "localhost:9"),
    },
    {
      mistake: "another user pool's",
      fix: "Correct the user pool's ID: its discovery document must open in the browser.",
      edit: replaced("Local0001", "Local0002"),
    },
    {
      mistake: "`https:` for `http:`",
      fix: "Write `http:` for a provider on `localhost` that has no certificate.",
      edit: replaced("http://localhost:9400", "https://localhost:9400"),
    },
    {
      mistake: "`http:` for `https:`",
      fix: "Write `https:`.",
      edit: replaced("http://localhost:9400", "http://cognito-idp.us-east-1.amazonaws.com"),
    },
    {
      mistake: "without a scheme",
      fix: "Begin it with `https://`, or with `http://` on `localhost`.",
      edit: replaced("http://localhost:9400", "localhost:9400"),
    },
    {
      mistake: "from a variable that was not filled in",
      fix: "Set the variable where the app is built.",
      edit: replaced(issuer, `issuer: "undefined"`),
    },
    {
      mistake: "with the quotes of a `.env` file",
      fix: "Leave the quotes out.",
      edit: replaced(issuer, `issuer: '"http://localhost:9400/us-east-1_Local0001"'`),
    },
  ],
  "The app": [
    {
      mistake: "opened at `127.0.0.1`, with `localhost` as `redirectUri`",
      fix: "Open the app at the host that `redirectUri` has.",
      at: "http://127.0.0.1:8585/",
    },
    {
      mistake: "`redirectUri` as a path",
      fix: "Write the whole URL.",
      edit: replaced(callback, `redirectUri: "/callback"`),
    },
    {
      mistake: "a client secret among the options",
      fix: "Make a public app client, and leave the secret out.",
      edit: replaced(clientId, `${clientId},\n  clientSecret: "not-for-browsers"`),
    },
    {
      mistake: "a misspelt option",
      fix: "Correct its name: [options](options.md).",
      edit: replaced("clientId:", "clientID:"),
    },
    {
      mistake: "`scope` without `openid`",
      fix: "Put `openid` into it.",
      edit: replaced(clientId, `${clientId},\n  scope: "email profile"`),
    },
    {
      mistake: "the server answers the callback's path with 404",
      fix: "Have the server answer that path with the app's page.",
      is404: "/callback",
    },
    {
      mistake: "`start()` is left out",
      fix: "Call `start()` on each page load.",
      edit: (script) =>
        script.replace("  .start()", "").replace(/client\s+\.then/, "Promise.resolve({}).then"),
      async play(tab) {
        await signIn(tab);
        await tab.waitForUrl(({ pathname }) => pathname === "/callback");
        await tab.waitForText({ role: "status" }, "Signed out");
        await tab.click({ role: "button", name: "Sign in" });
        await logInOrStay(tab);
      },
    },
    {
      mistake: "`signIn()` is called twice",
      fix: "Nothing has to be corrected.",
      edit: replaced(
        "() => client.signIn()",
        "() => Promise.all([client.signIn(), client.signIn()])",
      ),
    },
    {
      mistake: "two clients are made, and both started",
      fix: "Nothing has to be corrected; one client is enough.",
      edit: (script) =>
        `${script}\nconst twin = createClient({${/createClient\(\{(.*?)\}\)/s.exec(script)[1]}});\ntwin.start();\n`,
    },
    {
      mistake: "`signOut()` without `postLogoutRedirectUri`",
      fix: "Give `postLogoutRedirectUri` a sign-out URL of the app client.",
      edit: (script) => script.replace(/^ +postLogoutRedirectUri.*\n/m, ""),
      async play(tab) {
        await signIn(tab);
        await tab.waitForText({ role: "status" }, "Signed in");
        await tab.click({ role: "button", name: "Sign out" });
        await tab.waitForText({ role: "alert" }, /./);
      },
    },
    {
      mistake: "`signInPopup()` is not called from a click, or popups are blocked",
      fix: "Call it at once in the handler of a click, or use `signIn()`.",
      edit: replaced("client.signIn()", "client.signInPopup()"),
      browser: "window.open = () => null",
    },
  ],
  "The page's policy, and the browser": [
    {
      mistake: "a policy without `'wasm-unsafe-eval'`",
      fix: "Add `'wasm-unsafe-eval'` to `script-src`.",
      policy: policy({ "script-src": "'self'" }),
    },
    {
      mistake: "a policy without `connect-src`",
      fix: "Add the provider's hosts to `connect-src`.",
      policy: policy({ "connect-src": undefined }),
    },
    {
      mistake: "a policy whose `connect-src` has the issuer's host, and not the domain's",
      fix: "Add the domain's host, too.",
      policy: policy({ "connect-src": "'self' http://localhost:9400" }),
    },
    {
      mistake: "storage that throws: blocked by the browser's settings",
      fix: "Allow this site's data in the browser.",
      browser: `for (const name of ["localStorage", "sessionStorage"]) {
        Object.defineProperty(window, name, {
          get() {
            throw new DOMException("Access is denied for this document.", "SecurityError");
          },
        });
      }`,
    },
    {
      mistake: "storage that is full",
      fix: "Make room in this site's storage.",
      browser: `Storage.prototype.setItem = () => {
        throw new DOMException("The quota has been exceeded.", "QuotaExceededError");
      }`,
    },
    {
      mistake: "storage that keeps nothing",
      fix: "Allow this site's data in the browser.",
      browser: "Storage.prototype.setItem = () => {}",
    },
    {
      mistake: "a device whose clock is two hours slow",
      fix: "Nothing has to be corrected: the app's own server says what time it is.",
      browser: clock(-2),
    },
    {
      mistake: "a device whose clock is two hours fast",
      fix: "Nothing has to be corrected: the app's own server says what time it is.",
      browser: clock(2),
    },
  ],
  "The provider, and the user": [
    {
      mistake: "a provider that is down",
      fix: "Start the provider, and try again.",
      provider: (ui) => [
        ui.fail(
          "/us-east-1_Local0001/.well-known/openid-configuration",
          (request) => request.socket.destroy(),
          always,
        ),
      ],
    },
    {
      mistake: "a provider that is in trouble",
      fix: "Try again later.",
      provider: (ui) => [
        ui.fail("/us-east-1_Local0001/.well-known/openid-configuration", answers(503, {}), always),
      ],
    },
    {
      mistake: "a provider that goes down after the password",
      fix: "Sign in again when the provider is there.",
      provider: (ui) => [ui.fail("/oauth2/token", (request) => request.socket.destroy(), always)],
    },
    {
      mistake: "Cancel at the login page",
      fix: "Sign in again; the app goes on working.",
      async play(tab) {
        await tab.waitForText({ role: "status" }, "Signed out");
        await tab.click({ role: "button", name: "Sign in" });
        await tab.waitForUrl(({ pathname }) => pathname === "/login");
        await tab.click({ role: "button", name: "Cancel" });
      },
    },
    {
      mistake: "the callback's address opened again: a bookmark, or the history",
      fix: "Begin another sign-in.",
      at: "http://localhost:8585/callback?code=old&state=old",
      play: async () => {},
    },
  ],
};
