import assert from "node:assert/strict";
import { test } from "node:test";
import { inEveryEngine } from "./fixtures/scene.js";
import {
  atCallback,
  comeBack,
  leaveToSignIn,
  makeClient,
  openBare,
  start,
} from "./fixtures/steps.js";

// Exact, unlike times: what users wait for is counted here, and measured in bench/.
inEveryEngine((scene, engine) => {
  // WebKitGTK keeps nothing between two pages while a driver has it.
  const keepsCache = engine.name !== "webkit";

  /** Every request to the provider since now but those for its pages, with CORS preflights. */
  function watchEverything() {
    const { ui } = scene.app;
    const metadata = new URL(`${ui.issuer}/.well-known/openid-configuration`).pathname;
    const keys = new URL(`${ui.issuer}/.well-known/jwks.json`).pathname;
    const names = {
      [metadata]: "metadata",
      [keys]: "keys",
      "/oauth2/token": "token",
      "/oauth2/userInfo": "userInfo",
      "/oauth2/revoke": "revoke",
    };
    let seen = ui.requests.length;
    return () => {
      const asked = ui.requests.slice(seen).filter(({ path }) => Object.hasOwn(names, path));
      seen = ui.requests.length;
      return asked.map(({ method, path }) => `${method} ${names[path]}`).sort();
    };
  }

  const knownEndpoints = () => {
    const { ui } = scene.app;
    return scene.app.clientOptions({
      issuer: undefined,
      endpoints: {
        issuer: ui.issuer,
        authorization: `${ui.domain}/oauth2/authorize`,
        token: `${ui.domain}/oauth2/token`,
        jwks: `${ui.issuer}/.well-known/jwks.json`,
        userinfo: `${ui.domain}/oauth2/userInfo`,
        revocation: `${ui.domain}/oauth2/revoke`,
      },
    });
  };

  /** Lets the browser keep metadata and keys. */
  const letCache = () => {
    const { ui } = scene.app;
    for (const name of ["openid-configuration", "jwks.json"]) {
      ui.fail(new URL(`${ui.issuer}/.well-known/${name}`).pathname, (request, response) => {
        response.setHeader("Cache-Control", "public, max-age=600");
        return "continue";
      });
    }
  };

  const bare = () => `${scene.app.pages.origin}/bare/`;
  const answer = async (tab) => assert.ok((await start(tab)).sub);

  test("configured by the issuer, a sign-in makes three requests, and the next one makes one", async (t) => {
    const tab = await scene.newTab(t);
    const options = scene.app.clientOptions();
    letCache();
    const asked = watchEverything();
    await openBare(tab, bare(), options);
    assert.deepEqual(asked(), [], "none before the click");
    await comeBack(tab, options);
    assert.deepEqual(asked(), ["GET metadata"], "before the browser leaves");
    await answer(tab);
    assert.deepEqual(asked(), ["GET keys", "POST token"], "at the callback");

    await openBare(tab, bare(), options);
    await leaveToSignIn(tab);
    await atCallback(tab, options);
    await makeClient(tab, options);
    assert.deepEqual(asked(), keepsCache ? [] : ["GET metadata"], "the cache has the metadata");
    await answer(tab);
    const exchange = keepsCache ? ["POST token"] : ["GET keys", "POST token"];
    assert.deepEqual(asked(), exchange, "and the keys, where the provider lets it");
  });

  for (const name of ["openid-configuration", "jwks.json"]) {
    test(`a ${name} that the cache has with another app's allowed origin is asked for past it`, async (t) => {
      const tab = await scene.newTab(t);
      const { ui } = scene.app;
      const options = scene.app.clientOptions();
      const url = `${ui.issuer}/.well-known/${name}`;
      const document = await (await fetch(url)).text();
      await openBare(tab, bare(), options);
      const asked = watchEverything();
      ui.fail(new URL(url).pathname, (_request, response) =>
        response
          .writeHead(200, {
            "Access-Control-Allow-Origin": "https://another-app.example",
            "Cache-Control": "public, max-age=600",
            "Content-Type": "application/json",
          })
          .end(document),
      );
      // As the other app did, whose answer that was.
      await tab.evaluate(async (address) => {
        await fetch(address, { mode: "no-cors", credentials: "omit" });
      }, url);
      const what = name === "jwks.json" ? "GET keys" : "GET metadata";
      assert.deepEqual(asked(), [what]);

      await comeBack(tab, options);
      await answer(tab);
      assert.deepEqual(asked(), ["GET keys", "GET metadata", "POST token"]);
    });
  }

  test("UserInfo is asked past the cache", async (t) => {
    const tab = await scene.newTab(t);
    const options = scene.app.clientOptions();
    await openBare(tab, bare(), options);
    await comeBack(tab, options);
    await answer(tab);
    const { ui } = scene.app;
    const recover = ui.fail(
      "/oauth2/userInfo",
      (request, response) => {
        response.setHeader("Cache-Control", "public, max-age=600");
        return "continue";
      },
      { times: Infinity },
    );
    t.after(recover);
    const asked = watchEverything();
    await tab.evaluate(() =>
      client
        .userInfo()
        .then(() => client.userInfo())
        .then(() => true),
    );
    assert.equal(asked().filter((request) => request === "GET userInfo").length, 2);
  });

  test("with the endpoints known, nothing is asked before the browser leaves", async (t) => {
    const tab = await scene.newTab(t);
    const options = knownEndpoints();
    const asked = watchEverything();
    await openBare(tab, bare(), options);
    await comeBack(tab, options);
    assert.deepEqual(asked(), []);
    await answer(tab);
    assert.deepEqual(asked(), ["GET keys", "POST token"]);
  });

  test("the keys do not wait for the tokens, nor the tokens for the keys", async (t) => {
    const tab = await scene.newTab(t);
    const { ui } = scene.app;
    const options = knownEndpoints();
    await openBare(tab, bare(), options);
    await comeBack(tab, options);
    const keys = new URL(`${ui.issuer}/.well-known/jwks.json`).pathname;
    const arrivals = [keys, "/oauth2/token"].map(
      (path) =>
        new Promise((arrived) => {
          ui.fail(path, async () => {
            arrived();
            await Promise.all(arrivals);
            return "continue";
          });
        }),
    );
    await answer(tab);
  });

  test("a signed-in page asks nothing, and what it calls for makes one request each", async (t) => {
    const tab = await scene.newTab(t);
    const options = knownEndpoints();
    await openBare(tab, bare(), options);
    await comeBack(tab, options);
    await answer(tab);

    const asked = watchEverything();
    await openBare(tab, bare(), options);
    await answer(tab);
    await tab.evaluate(() => Promise.all(Array.from({ length: 1000 }, () => client.accessToken())));
    assert.deepEqual(asked(), [], "as long as the token is good");

    await tab.evaluate(() =>
      Promise.all(
        Array.from({ length: 1000 }, () => client.accessToken({ minValiditySeconds: 86_000 })),
      ),
    );
    const refreshing = ["GET keys", "POST token"];
    assert.deepEqual(asked(), refreshing, "one refresh for a thousand calls, no preflight");

    await tab.evaluate(() => client.accessToken({ minValiditySeconds: Infinity }).then(() => true));
    assert.deepEqual(asked(), ["POST token"], "the page has the keys");

    await tab.evaluate(() => client.userInfo().then(() => true));
    assert.deepEqual(asked(), ["GET userInfo", "OPTIONS userInfo"]);
  });

  test("a sign-out revokes the refresh token once, and the browser leaves", async (t) => {
    const tab = await scene.newTab(t);
    const options = scene.app.clientOptions();
    await openBare(tab, bare(), options);
    await comeBack(tab, options);
    await answer(tab);
    const asked = watchEverything();
    await tab.evaluate(() => void client.signOut());
    await tab.waitForUrl(({ href }) => href === bare());
    assert.deepEqual(asked(), ["POST revoke"]);
  });
});
