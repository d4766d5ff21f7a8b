import assert from "node:assert/strict";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import {
  SignJWT,
  calculateJwkThumbprint,
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
} from "jose";
import { startResourceServer } from "./fixtures/resource-server.js";
import { inEveryEngine } from "./fixtures/scene.js";
import {
  signInAtStandardProvider,
  signOutAtStandardProvider,
  startStandardProvider,
} from "./fixtures/standard-provider.js";
import { atCallback, leaveToSignIn, makeClient, openBare, start } from "./fixtures/steps.js";

const apiTokens = {
  enabled: true,
  getResourceServerInfo: (_ctx, audience) => ({
    scope: "read",
    audience,
    accessTokenFormat: "jwt",
  }),
};
const alwaysWithNonce = {
  enabled: true,
  nonceSecret: randomBytes(32),
  requireNonce: () => true,
};

/** The keys in this browser: what a script learns of them. */
const keysOf = (tab) =>
  tab.evaluate(async () => {
    const settled = (request) =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const databases = await indexedDB.databases();
    if (!databases.some(({ name }) => name === "pkce-wasm")) return [];
    const database = await settled(indexedDB.open("pkce-wasm"));
    const pairs = await settled(database.transaction("keys").objectStore("keys").getAll());
    database.close();
    return Promise.all(
      pairs.map(async ({ publicKey, privateKey }) => ({
        publicKey: await crypto.subtle.exportKey("jwk", publicKey),
        isExtractable: privateKey.extractable,
        isShown: await Promise.any(
          ["jwk", "pkcs8", "raw"].map((form) => crypto.subtle.exportKey(form, privateKey)),
        ).then(
          () => true,
          () => false,
        ),
      })),
    );
  });

const accessToken = (tab) => tab.evaluate(() => client.accessToken());
const renewedToken = (tab) =>
  tab.evaluate(() => client.accessToken({ minValiditySeconds: Infinity }));

/** What an API answers to the client's fetch. */
const callApi = (tab, url, init) =>
  tab.evaluate(
    async (...request) => {
      const response = await client.fetch(...request);
      return { status: response.status, ...(await response.json()) };
    },
    url,
    init ?? {},
  );

inEveryEngine((scene) => {
  /** A provider, an API that takes its tokens, and a client's options for the two. */
  async function startBoth({ dPoP, formats, alter }) {
    const { origin } = scene.app.pages;
    const provider = await startStandardProvider({
      redirectUris: [`${origin}/bare/callback`],
      postLogoutRedirectUris: [`${origin}/bare/`],
      origins: [origin],
      settings: {
        scopes: ["openid", "offline_access", "read"],
        features: {
          dPoP,
          resourceIndicators: apiTokens,
          pushedAuthorizationRequests: { enabled: false },
        },
        formats,
      },
      alter,
    });
    const api = await startResourceServer({
      issuer: provider.issuer,
      origins: [origin],
      answersPerNonce: 20,
    });
    const options = scene.app.clientOptions({
      issuer: provider.issuer,
      clientId: provider.clientId,
      scope: "openid offline_access read",
      dpop: true,
      allowedOrigins: [api.origin],
    });
    return { provider, api, options };
  }

  let provider;
  let api;
  let options;
  before(async () => {
    ({ provider, api, options } = await startBoth({ dPoP: alwaysWithNonce }));
  });
  after(() => Promise.all([provider?.close(), api?.close()]));

  async function signIn(tab, changes = {}, signInOptions = { resource: api.origin }) {
    const settings = { ...options, ...changes };
    await signInAtStandardProvider(tab, scene.app, settings, {
      prompt: "consent",
      ...signInOptions,
    });
    assert.equal((await start(tab)).sub, "alice");
  }

  test("an API that wants proofs takes the client's, before and after a refresh", async (t) => {
    const tab = await scene.newTab(t);
    const requests = provider.watch();
    await signIn(tab);

    const [{ publicKey }] = await keysOf(tab);
    const thumbprint = await calculateJwkThumbprint(publicKey);
    const asked = new URLSearchParams(requests("/auth")[0].query);
    assert.equal(asked.get("dpop_jkt"), thumbprint);
    assert.equal((await callApi(tab, `${api.origin}/first?with=query#and-fragment`)).status, 200);
    const before = await accessToken(tab);
    assert.deepEqual(decodeJwt(before).cnf, { jkt: thumbprint });

    const after = await renewedToken(tab);
    assert.notEqual(after, before);
    assert.deepEqual(decodeJwt(after).cnf, { jkt: thumbprint });
    const { status, subject } = await callApi(tab, `${api.origin}/second`);
    assert.deepEqual({ status, subject }, { status: 200, subject: "alice" });

    const tokenRequests = requests("/token");
    assert.deepEqual(
      tokenRequests.map(({ form, status }) => [form.grant_type, status]),
      [
        ["authorization_code", 400],
        ["authorization_code", 200],
        ["refresh_token", 200],
      ],
      "the provider asks for a nonce once",
    );
    const ids = tokenRequests.map(({ proof }) => decodeJwt(proof).jti);
    assert.equal(new Set(ids).size, ids.length, "each proof is used once");
  });

  test("UserInfo is asked with a proof", async (t) => {
    const tab = await scene.newTab(t);
    await signIn(tab, {}, {});
    const requests = provider.watch();
    assert.deepEqual(await tab.evaluate(() => client.userInfo()), { sub: "alice" });
    assert.equal(requests("/me").at(-1).status, 200);
    assert.ok(decodeJwt(requests("/me").at(-1).proof).ath);
  });

  test("twenty calls at once each get their own answer while nonces change", async (t) => {
    const tab = await scene.newTab(t);
    await signIn(tab);
    const requests = provider.watch();
    const earlier = api.requests.length;
    const paths = (round) =>
      Array.from({ length: 20 }, (_, at) => `/round/${round}/${at}?at=${at}`);
    for (const round of ["first", "second", "third"]) {
      if (round === "third") api.changeNonce();
      const answers = await tab.evaluate(
        (urls) => Promise.all(urls.map(async (url) => (await client.fetch(url)).json())),
        paths(round).map((path) => api.origin + path),
      );
      assert.deepEqual(
        answers.map(({ url }) => url),
        paths(round),
      );
    }
    const calls = api.requests.slice(earlier);
    const taken = calls.filter(({ status }) => status === 200);
    const refused = calls.filter(({ status }) => status !== 200);
    assert.equal(taken.length, 60);
    assert.ok(new Set(taken.map(({ nonce }) => nonce)).size >= 3, "the nonce should have changed");
    assert.deepEqual([...new Set(refused.map(({ error }) => error))], ["use_dpop_nonce"]);
    assert.deepEqual(requests("/token"), [], "no token was renewed for want of a nonce");
  });

  test("a call that has to be made again takes its body along", async (t) => {
    const tab = await scene.newTab(t);
    await signIn(tab);
    await callApi(tab, `${api.origin}/warm-up`);
    api.changeNonce();
    const earlier = api.requests.length;
    const answer = await callApi(tab, `${api.origin}/orders`, { method: "POST", body: "one" });
    assert.deepEqual(
      [answer.status, answer.method, answer.url, answer.body],
      [200, "POST", "/orders", "one"],
    );
    assert.deepEqual(
      api.requests.slice(earlier).map(({ status }) => status),
      [401, 200],
    );
  });

  test("a stolen token is worth nothing without its key", async (t) => {
    const tab = await scene.newTab(t);
    await signIn(tab);
    assert.equal((await callApi(tab, `${api.origin}/own`)).status, 200);
    const { authorization, dpop } = api.requests.at(-1).headers;
    const token = authorization.split(" ")[1];
    const another = await generateKeyPair("ES256");
    const url = `${api.origin}/own`;
    const tryWith = async (headers) => {
      const response = await fetch(url, { headers });
      return (await response.json()).error;
    };
    const nonce = (await fetch(url)).headers.get("dpop-nonce");
    const forged = await new SignJWT({
      htm: "GET",
      htu: url,
      jti: randomUUID(),
      ath: createHash("sha256").update(token).digest("base64url"),
      nonce,
    })
      .setProtectedHeader({
        typ: "dpop+jwt",
        alg: "ES256",
        jwk: await exportJWK(another.publicKey),
      })
      .setIssuedAt()
      .sign(another.privateKey);
    assert.equal(await tryWith({ Authorization: `Bearer ${token}` }), "invalid_token");
    assert.equal(await tryWith({ Authorization: authorization }), "invalid_dpop_proof");
    assert.equal(
      await tryWith({ Authorization: authorization, DPoP: forged }),
      "invalid_token",
      "the proof is good, but of another key",
    );
    assert.equal(
      await tryWith({ Authorization: authorization, DPoP: dpop }),
      "invalid_dpop_proof",
      "the proof was used",
    );
  });

  test("no script can read the key, and a page that loads anew goes on with it", async (t) => {
    const tab = await scene.newTab(t);
    await signIn(tab);
    const made = await keysOf(tab);
    assert.equal(made.length, 1);
    assert.equal(made[0].isExtractable, false);
    assert.equal(made[0].isShown, false);
    assert.equal("d" in made[0].publicKey, false);

    await openBare(tab, `${scene.app.pages.origin}/bare/`, options);
    assert.equal((await start(tab)).sub, "alice");
    assert.equal((await callApi(tab, `${api.origin}/anew`)).status, 200);
    const token = await accessToken(tab);
    assert.notEqual(await renewedToken(tab), token);
    assert.deepEqual(await keysOf(tab), made);
  });

  test("a sign-out removes the key, and the other tabs know none either", async (t) => {
    const shared = { ...options, store: "local" };
    const profile = await scene.newProfile(t);
    const tab = await profile.newTab();
    await signIn(tab, shared);
    const other = await profile.newTab();
    await openBare(other, `${scene.app.pages.origin}/bare/`, shared);
    assert.equal((await start(other)).sub, "alice");
    assert.equal((await callApi(other, `${api.origin}/other-tab`)).status, 200);
    const [former] = await keysOf(other);

    await signOutAtStandardProvider(tab, options);
    await other.waitFor(() => client.session === null);
    assert.deepEqual(await keysOf(tab), []);
    assert.deepEqual(await keysOf(other), []);

    await signIn(other, shared);
    const [made, ...more] = await keysOf(other);
    assert.deepEqual(more, []);
    assert.notDeepEqual(made.publicKey, former.publicKey);
    assert.equal((await callApi(other, `${api.origin}/again`)).status, 200);
  });

  test("a sign-out leaves the key to a sign-in that is under way in another tab", async (t) => {
    const shared = { ...options, store: "local" };
    const profile = await scene.newProfile(t);
    const tab = await profile.newTab();
    await signIn(tab, shared);
    const [made] = await keysOf(tab);
    const other = await profile.newTab();
    await openBare(other, `${scene.app.pages.origin}/bare/`, shared);
    await leaveToSignIn(other, { prompt: "consent", resource: api.origin });
    await other.waitForUrl(({ origin }) => origin === provider.issuer);
    await tab.evaluate(() => client.signOut({ stay: true }));

    await other.click({ role: "button", name: "Continue" });
    await atCallback(other, shared);
    await makeClient(other, shared);
    assert.equal((await start(other)).sub, "alice");
    assert.deepEqual(await keysOf(other), [made]);
    assert.equal((await callApi(other, `${api.origin}/as-before`)).status, 200);
    await tab.evaluate(() => client.signOut({ stay: true }));
    assert.deepEqual(await keysOf(tab), [], "no sign-in needs it now");
  });

  for (const [now, before, scheme] of [
    [true, false, "Bearer"],
    [false, true, "DPoP"],
  ]) {
    test(`a session goes on with ${scheme} tokens when dpop is ${now} from now on`, async (t) => {
      const tab = await scene.newTab(t);
      await signIn(tab, { dpop: before });
      const changed = { ...options, dpop: now };
      await openBare(tab, `${scene.app.pages.origin}/bare/`, changed);
      assert.equal((await start(tab)).sub, "alice");
      const assertSent = async (path) => {
        assert.equal((await callApi(tab, api.origin + path)).status, 200);
        assert.equal(api.requests.at(-1).headers.authorization.split(" ")[0], scheme);
      };
      await assertSent("/stored");
      const token = await accessToken(tab);
      assert.notEqual(await renewedToken(tab), token);
      await assertSent("/renewed");
    });
  }

  test("where the refresh token alone is bound, the token endpoint has the proofs", async (t) => {
    const withoutKey = ({ payload }) => delete payload.cnf;
    const another = await startBoth({
      dPoP: { enabled: true },
      formats: { customizers: { jwt: (_ctx, _token, jwt) => void withoutKey(jwt) } },
      alter: ({ body }) => {
        if (body?.token_type === "DPoP") body.token_type = "Bearer";
      },
    });
    t.after(() => Promise.all([another.provider.close(), another.api.close()]));
    const requests = another.provider.watch();
    const settings = { ...another.options, dpop: "refresh_token" };
    const tab = await scene.newTab(t);
    const resource = another.api.origin;
    await signInAtStandardProvider(tab, scene.app, settings, { prompt: "consent", resource });
    assert.equal((await start(tab)).sub, "alice");

    const before = await accessToken(tab);
    assert.equal((await callApi(tab, `${resource}/first`)).status, 200);
    assert.notEqual(await renewedToken(tab), before);
    assert.equal((await callApi(tab, `${resource}/second`)).status, 200);
    for (const { headers } of another.api.requests) {
      assert.match(headers.authorization, /^Bearer /);
      assert.equal(headers.dpop, undefined);
    }
    const [{ publicKey }] = await keysOf(tab);
    const thumbprint = await calculateJwkThumbprint(publicKey);
    const asked = requests("/token");
    assert.deepEqual(
      asked.map(({ form, status }) => [form.grant_type, status]),
      [
        ["authorization_code", 200],
        ["refresh_token", 200],
      ],
    );
    for (const { proof } of asked) {
      const { jwk } = decodeProtectedHeader(proof);
      assert.equal(await calculateJwkThumbprint(jwk), thumbprint);
    }
  });

  test("proofs are made by the right time on a device whose clock is ten minutes off", async (t) => {
    // With a nonce, this provider would not look at the time.
    const another = await startBoth({ dPoP: { enabled: true } });
    t.after(() => Promise.all([another.provider.close(), another.api.close()]));
    const requests = another.provider.watch();
    const tab = await scene.newTab(t);
    await tab.goto(`${scene.app.pages.origin}/bare/`);
    await tab.evaluate((millis) => window.skipTime(millis), 10 * 60_000);
    const resource = another.api.origin;
    const signInOptions = { prompt: "consent", resource };
    await signInAtStandardProvider(tab, scene.app, another.options, signInOptions);
    assert.equal((await start(tab)).sub, "alice");
    const before = await accessToken(tab);
    assert.equal((await callApi(tab, `${resource}/ahead`)).status, 200);
    assert.notEqual(await renewedToken(tab), before);
    assert.deepEqual(
      requests("/token").map(({ form, status }) => [form.grant_type, status]),
      [
        ["authorization_code", 400],
        ["authorization_code", 200],
        ["refresh_token", 200],
      ],
      "the time is learned once",
    );
  });

  test("a key that cannot be had at the callback uses no sign-in up", async (t) => {
    const tab = await scene.newTab(t);
    await signInAtStandardProvider(tab, scene.app, options, {
      prompt: "consent",
      resource: api.origin,
    });
    await tab.evaluate(() => {
      window.openDatabase = IDBFactory.prototype.open;
      IDBFactory.prototype.open = () => {
        throw new DOMException("It is blocked.", "SecurityError");
      };
    });
    assert.equal((await start(tab)).code, "storage_blocked");
    await tab.evaluate(() => void (IDBFactory.prototype.open = window.openDatabase));
    assert.equal((await start(tab)).sub, "alice");
  });

  test("a token that is not bound to the key is refused", async (t) => {
    const { origin } = scene.app.pages;
    const plain = await startStandardProvider({
      redirectUris: [`${origin}/bare/callback`],
      postLogoutRedirectUris: [`${origin}/bare/`],
      origins: [origin],
      settings: { features: { dPoP: { enabled: false } } },
    });
    t.after(() => plain.close());
    const tab = await scene.newTab(t);
    const settings = { ...options, issuer: plain.issuer, scope: "openid" };
    await signInAtStandardProvider(tab, scene.app, settings);
    const { code, kind } = await start(tab);
    assert.deepEqual({ code, kind }, { code: "response_invalid", kind: "provider" });
    assert.equal(await tab.evaluate(() => client.session), null);
  });
});
