// The usual mistakes in a client's options: each is refused before the page is left, in a sentence that has
// the value and says what to do.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inEveryEngine } from "./fixtures/scene.js";
import { openBare } from "./fixtures/steps.js";

const cognito = "https://cognito-idp.{region}.amazonaws.com/{user pool ID}";
const pool = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Tz4mQx81B";

/** What is given for an option, and what the message says to do about it. */
const MISTAKES = [
  ["clientId", "undefined", "variable that is not set"],
  ["clientId", "null", "variable that is not set"],
  ["issuer", "https://cognito-idp.undefined.amazonaws.com/undefined", "variable that is not set"],
  ["clientId", "<client-id>", "placeholder"],
  ["clientId", "${CLIENT_ID}", "placeholder"],
  ["clientId", "{{ clientId }}", "placeholder"],
  ["clientId", "YOUR_CLIENT_ID", "placeholder"],
  ["clientId", "REPLACE_ME", "placeholder"],
  ["clientId", "xxxxxxxx", "placeholder"],
  ["issuer", pool.replace("Tz4mQx81B", "xxxxxxxxx"), "placeholder"],
  ["redirectUri", "https://${HOST}/callback", "placeholder"],
  ["clientId", '"3kfa8rje"', "quotation marks"],
  ["issuer", `'${pool}'`, "quotation marks"],
  ["clientId", "3kfa8rje # of production", "comment"],
  ["issuer", `${pool} # of production`, "comment"],
  ["issuer", "localhost:1885", "http://localhost:1885"],
  ["issuer", "id.example.org/realms/a", "https://id.example.org/realms/a"],
  ["redirectUri", "capacitor://localhost/callback", "capacitor:"],
  ["redirectUri", "tauri://localhost/callback", "tauri:"],
  ["redirectUri", "chrome-extension://abcdef/callback.html", "chrome-extension:"],
  ["issuer", "https://münchen.example/realms/a", "https://xn--mnchen-3ya.example/realms/a"],
  ["issuer", "https://xn--a.example/realms/a", "no such host"],
  ["redirectUri", "https://xn--example-/callback", "no such host"],
  ["redirectUri", "HTTPS://App.Example.org/callback", "https://app.example.org/callback"],
  ["issuer", "https://[2001:db8::1]/", "Give the host a name"],
  ["issuer", "https://me@id.example.org/", "user name"],
  ["issuer", `${pool}/.well-known/openid-configuration`, "leave out /.well-known"],
  ["issuer", "https://orders.auth.eu-central-1.amazoncognito.com", cognito],
  ["issuer", "https://cognito-idp.eu-central-1.amazonaws.com", cognito],
  ["issuer", "https://cognito-idp.eu-central-1.amazonaws.com/", cognito],
  ["store", "cookies", '"session", "local", "memory"'],
];

inEveryEngine((scene) => {
  const url = () => `${scene.app.pages.origin}/bare/`;

  /** What a sign-in with these options comes to, which must not leave the page. */
  const outcomeWith = async (t, changes) => {
    const tab = await scene.newTab(t);
    await openBare(tab, url(), scene.app.clientOptions(changes));
    const outcome = await tab.evaluate(() => outcomeOf(() => client.signIn()));
    assert.equal(await tab.url(), url());
    return outcome;
  };

  test("a mistake in an option is named with its value, and what to do", async (t) => {
    const tab = await scene.newTab(t);
    await openBare(tab, url(), scene.app.clientOptions());
    for (const [name, value, advice] of MISTAKES) {
      const { code, kind, message } = await tab.evaluate(
        (options) => outcomeOf(() => createClient(options).signIn()),
        scene.app.clientOptions({ [name]: value }),
      );
      const of = `${name}: ${value}: ${message}`;
      assert.deepEqual({ code, kind }, { code: "invalid_config", kind: "config" }, of);
      // Who is named in an address may be named with a password.
      const shown = value.replace("//me@", "//…@");
      for (const part of [name, shown, advice]) assert.ok(message.includes(part), of);
      assert.equal(await tab.url(), url());
    }
  });

  test("a host that is none to this browser is named, though it is well encoded", async (t) => {
    const tab = await scene.newTab(t);
    await openBare(tab, url(), scene.app.clientOptions());
    // A capital, a joiner, a letter from private use: Chromium takes each of them.
    for (const name of ["xn--mnchen-psa", "xn--0ug4f", "xn--0y0c"]) {
      const issuer = `https://${name}.example`;
      const { takes, message } = await tab.evaluate(async (options) => {
        const { message } = await outcomeOf(() => createClient(options).signIn());
        return { takes: URL.canParse(options.issuer), message };
      }, scene.app.clientOptions({ issuer }));
      assert.equal(message.includes("no such host"), !takes, message);
    }
  });

  for (const name of ["clientSecret", "client_secret"]) {
    test(`a ${name} is refused as one, and shown to nobody`, async (t) => {
      const secret = "s3cr3t<'undefined";
      const { code, message } = await outcomeWith(t, { [name]: secret });
      assert.equal(code, "client_has_secret");
      assert.ok(!message.includes("s3cr3t"), message);
    });
  }

  test("the line that a console shows of an error has its code and where to read on", async (t) => {
    const tab = await scene.newTab(t);
    await openBare(tab, url(), scene.app.clientOptions({ clientId: "" }));
    const line = await tab.evaluate(() => client.signIn().catch(String));
    assert.match(
      line,
      /^AuthError: The option clientId .*[.] \[pkce-wasm\/docs\/errors\.md#invalid_config\]$/,
    );
    const asked = await tab.evaluate(() => client.accessToken().catch(String));
    assert.match(asked, /^AuthError: Nobody is signed in.*errors\.md#login_required\]$/);
  });

  test("an address that was pasted with a code in it is named without", async (t) => {
    const redirectUri = "https://app.example.org/callback?code=c0de&state=st8#top";
    const { code, message } = await outcomeWith(t, { redirectUri });
    assert.equal(code, "invalid_config");
    assert.match(message, /"https:\/\/app\.example\.org\/callback"/);
    assert.doesNotMatch(message, /c0de|st8/);
  });

  test("an endpoint is named as one", async (t) => {
    const { origin } = new URL(scene.app.ui.issuer);
    const endpoints = {
      issuer: scene.app.ui.issuer,
      authorization: `${origin}/oauth2/authorize`,
      token: "undefined/oauth2/token",
      jwks: `${scene.app.ui.issuer}/.well-known/jwks.json`,
    };
    const { code, message } = await outcomeWith(t, { issuer: undefined, endpoints });
    assert.equal(code, "invalid_config");
    assert.match(message, /endpoints\.token is "undefined\/oauth2\/token".*variable/);
  });

  test("an issuer that differs by its final slash alone is told so, with both", async (t) => {
    const { issuer } = scene.app.ui;
    const { code, message } = await outcomeWith(t, {
      issuer: `${issuer}/`,
      provider: "standard",
    });
    assert.equal(code, "issuer_mismatch");
    assert.ok(message.includes(` ${issuer},`) && message.includes(` ${issuer}/.`), message);
    assert.match(message, /final slash/);
  });

  test("where that script cannot be had, the option is named all the same", async (t) => {
    const tab = await scene.newTab(t);
    await openBare(tab, url(), scene.app.clientOptions({ issuer: "localhost:1885" }));
    const script = "/pkg/on-demand/mistakes.js";
    scene.app.pages.lost.add(script);
    t.after(() => scene.app.pages.lost.delete(script));
    const { code, message } = await tab.evaluate(() => outcomeOf(() => client.signIn()));
    assert.equal(code, "invalid_config");
    assert.match(message, /issuer/);
  });
});
