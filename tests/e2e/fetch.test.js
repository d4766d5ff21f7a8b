import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { inEveryEngine } from "./fixtures/scene.js";
import { makeClient, openBare, signInBare, start, watchRequests } from "./fixtures/steps.js";

/**
 * A resource server that keeps what it was sent. `/redirect?to=` redirects, `/401` never accepts a
 * token, and everything else is answered with 200, or with what `answers` has for it.
 */
async function startResourceServer() {
  const received = [];
  const answers = [];
  const server = createServer((request, response) => {
    const { method, url, headers } = request;
    received.push({ method, url, authorization: headers.authorization });
    response.setHeader("Access-Control-Allow-Origin", "*");
    response.setHeader("Access-Control-Allow-Headers", "authorization, content-type");
    if (method === "OPTIONS") return void response.writeHead(204).end();
    const { pathname, searchParams } = new URL(url, "http://localhost");
    request.resume();
    if (pathname === "/redirect") {
      return void response.writeHead(307, { Location: searchParams.get("to") }).end();
    }
    const status = pathname === "/401" ? 401 : (answers.shift() ?? 200);
    response.writeHead(status, { "Content-Type": "text/plain" }).end(`answer ${status}`);
  });
  server.listen(0);
  await once(server, "listening");
  const { port } = server.address();
  return {
    port,
    origin: `http://localhost:${port}`,
    answers,
    received,
    /** What came since the last time, CORS preflights left out. */
    take: () => received.splice(0).filter(({ method }) => method !== "OPTIONS"),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/** client.fetch in the page: the answer, or its error. */
const fetchIn = (tab, url, init) =>
  tab.evaluate(
    async (address, options) => {
      const { value, ...error } = await outcomeOf(() => client.fetch(address, options));
      return value ? { status: value.status, text: await value.text() } : error;
    },
    url,
    init,
  );

const tokensIn = (tab) =>
  tab.evaluate(() => ({
    access: `Bearer ${client.session.accessToken}`,
    id: `Bearer ${client.session.idToken}`,
  }));

const refuseRefresh = (_request, response) =>
  response
    .writeHead(400, { "Access-Control-Allow-Origin": "*", "Content-Type": "application/json" })
    .end(JSON.stringify({ error: "invalid_grant" }));

/** Defines tests with two resource servers beside the scene: one is allowed, one is not. */
function withServers(defineTests, options) {
  inEveryEngine((scene, engine) => {
    const servers = {};
    before(async () => {
      servers.api = await startResourceServer();
      servers.other = await startResourceServer();
    });
    after(() => Promise.all([servers.api?.close(), servers.other?.close()]));
    const signedIn = async (t, changes = {}) => {
      const tab = await scene.newTab(t);
      const allowedOrigins = [servers.api.origin];
      await signInBare(tab, scene.app, scene.app.clientOptions({ allowedOrigins, ...changes }));
      for (const server of Object.values(servers)) {
        server.received.length = 0;
        server.answers.length = 0;
      }
      return tab;
    };
    defineTests(servers, signedIn, scene, engine);
  }, options);
}

withServers((servers, signedIn, scene) => {
  test("a redirect to another origin never carries the token there", async (t) => {
    const { api, other } = servers;
    const tab = await signedIn(t);
    const { access } = await tokensIn(tab);
    for (const init of [{}, { method: "POST", body: "text" }]) {
      const to = encodeURIComponent(`${other.origin}/stolen`);
      const { code, kind } = await fetchIn(tab, `${api.origin}/redirect?to=${to}`, init);
      assert.deepEqual({ code, kind }, { code: "redirect_refused", kind: "provider" });
      assert.deepEqual(
        api.take().map(({ authorization }) => authorization),
        [access],
      );
      const [reached, ...more] = other.take();
      assert.equal(reached.url, "/stolen");
      assert.equal(reached.authorization, undefined);
      assert.deepEqual(more, []);
    }
  });

  test("a redirect within the origin keeps the token", async (t) => {
    const { api } = servers;
    const tab = await signedIn(t);
    const { access } = await tokensIn(tab);
    const to = encodeURIComponent(`${api.origin}/moved`);
    assert.equal((await fetchIn(tab, `${api.origin}/redirect?to=${to}`)).status, 200);
    assert.deepEqual(
      api.take().map(({ authorization }) => authorization),
      [access, access],
    );
  });
});

withServers(
  (servers, signedIn, scene) => {
    test("a developer is told once that an origin is not among the allowed ones", async (t) => {
      const { api, other } = servers;
      const tab = await signedIn(t);
      await tab.evaluate(() => {
        window.said = [];
        console.warn = (text) => said.push(text);
      });
      await fetchIn(tab, `${api.origin}/orders`);
      for (const path of ["/orders", "/401"]) await fetchIn(tab, `${other.origin}${path}`);
      const [text] = await tab.waitFor(() => (said.length > 0 ? said : undefined));
      assert.ok(text.includes(` ${other.origin},`) && text.includes("allowedOrigins"), text);
      await fetchIn(tab, `${other.origin}/orders`);
      assert.equal(await tab.evaluate(() => said.length), 1);
      assert.ok(other.take().every(({ authorization }) => authorization === undefined));
    });

    test("the token goes to the allowed origins, other requests go without it", async (t) => {
      const { api, other } = servers;
      const tab = await signedIn(t);
      const { access } = await tokensIn(tab);
      assert.equal((await fetchIn(tab, `${api.origin}/orders?page=2`)).status, 200);
      assert.deepEqual(api.take(), [
        { method: "GET", url: "/orders?page=2", authorization: access },
      ]);
      assert.equal((await fetchIn(tab, `${other.origin}/orders`)).status, 200);
      assert.equal(other.take()[0].authorization, undefined);
    });

    test("without allowedOrigins only the page's own origin is sent the token", async (t) => {
      const { api } = servers;
      const tab = await signedIn(t, { allowedOrigins: undefined });
      const sent = await tab.evaluate(async () => {
        const seen = [];
        const { fetch } = window;
        window.fetch = (request) => {
          seen.push(request.headers.get("authorization"));
          return fetch(request);
        };
        await client.fetch("/bare/api");
        window.fetch = fetch;
        return seen;
      });
      assert.deepEqual(sent, [(await tokensIn(tab)).access]);
      await fetchIn(tab, `${api.origin}/orders`);
      assert.equal(api.take()[0].authorization, undefined);
    });

    test("no look-alike of an allowed origin is sent the token", async (t) => {
      const { api, other } = servers;
      // The one has a port, so that nothing can go on behind it; the other has none.
      const allowedOrigins = [api.origin, "https://api.example"];
      const tab = await signedIn(t, { allowedOrigins });
      const requests = await tab.evaluate(
        async (addresses) => {
          const sent = [];
          window.fetch = async (request) => {
            sent.push({ url: request.url, authorization: request.headers.get("authorization") });
            return new Response();
          };
          for (const address of addresses) {
            await client.fetch(address).catch(() => sent.push({ url: address, refused: true }));
          }
          return sent;
        },
        [
          other.origin,
          `http://localhost:${api.port}0`,
          `https://localhost:${api.port}`,
          "HTTPS://API.EXAMPLE:443/",
          `http://localhost.:${api.port}/`,
          `http://api.localhost:${api.port}/`,
          `http://127.0.0.1:${api.port}/`,
          `http://[::1]:${api.port}/`,
          `http://localhost.example:${api.port}/`,
          `http://evil.example/${api.origin}`,
          `http://evil.example/?${api.origin}`,
          `http://evil.example/#${api.origin}`,
          `http://localhost:${api.port}@evil.example/`,
          `http://localhost@evil.example:${api.port}/`,
          `http://localhost:${api.port}\\@evil.example/`,
          `http://evil.example\\@localhost:${api.port}/`,
          `http:\\\\evil.example\\localhost:${api.port}/`,
          `//evil.example:${api.port}/`,
          // The Cyrillic "о", and a full stop of another alphabet, which is the trailing dot again.
          `http://l\u043ecalhost:${api.port}/`,
          `http://localhost\u3002:${api.port}/`,
          `http://xn--lcalhost-fhg:${api.port}/`,
          `http://localhost\u2024evil.example:${api.port}/`,
          `http://localhost%2eevil.example:${api.port}/`,
          `http://evil.example%2f@localhost.evil.example:${api.port}/`,
          "https://api.example.evil.example/",
          "https://api.example-evil.example/",
          "https://api-example/",
          "https://evil.api.example/",
          "https://api.example./",
          "https://api.example:8443/",
          "http://api.example/",
          "https://api.example\u3002evil.example/",
          "https://api.\u0435xample/",
          "https://api.example%2eevil.example/",
          "https://evil.example/https://api.example",
          "data:text/plain,hello",
        ],
      );
      assert.equal(requests.length, 36);
      for (const { url, authorization } of requests) {
        // A backslash is a slash to the browser: that one is at the allowed origin after all.
        const isAllowed = URL.canParse(url) && allowedOrigins.includes(new URL(url).origin);
        assert.equal(Boolean(authorization), isAllowed && !new URL(url).username, url);
      }
      assert.equal(requests.filter(({ authorization }) => authorization).length, 2);
      const refused = requests.filter(({ refused: isRefused }) => isRefused);
      // A request with a user name in it, and one to a port that there is not, is none.
      assert.ok(refused.length < 8, `${refused.length} of them are requests to nowhere`);
    });

    test("an allowed origin is the same one in every spelling that browsers know", async (t) => {
      const { api } = servers;
      const tab = await signedIn(t, { allowedOrigins: [`HTTP://LOCALHOST:${api.port}/path`] });
      const { access } = await tokensIn(tab);
      await fetchIn(tab, `http://LocalHost:${api.port}/orders`);
      assert.equal(api.take()[0].authorization, access);
    });

    test("a 401 is answered once with a renewed token", async (t) => {
      const { api } = servers;
      const tab = await signedIn(t);
      const { access: before } = await tokensIn(tab);
      const requests = watchRequests(scene.app);
      api.answers.push(401);
      const init = { method: "POST", body: "an order", headers: { "content-type": "text/plain" } };
      assert.equal((await fetchIn(tab, `${api.origin}/orders`, init)).text, "answer 200");
      const { access: renewed } = await tokensIn(tab);
      assert.notEqual(renewed, before);
      assert.deepEqual(
        api.take().map(({ method, authorization }) => ({ method, authorization })),
        [
          { method: "POST", authorization: before },
          { method: "POST", authorization: renewed },
        ],
      );
      assert.equal(requests("/oauth2/token").length, 1);
    });

    test("a 401 is the caller's where the core cannot be loaded", async (t) => {
      const { api } = servers;
      const { pages } = scene.app;
      const options = scene.app.clientOptions({ allowedOrigins: [api.origin] });
      const tab = await signedIn(t);
      await openBare(tab, `${pages.origin}/bare/`, options);
      assert.ok((await start(tab)).sub);
      pages.lost.add("/pkg/with-core/core.js");
      t.after(() => pages.lost.clear());
      api.answers.push(401);
      assert.equal((await fetchIn(tab, `${api.origin}/orders`)).status, 401);
    });

    test("a second 401 is the caller's", async (t) => {
      const { api } = servers;
      const tab = await signedIn(t);
      assert.deepEqual(await fetchIn(tab, `${api.origin}/401`), {
        status: 401,
        text: "answer 401",
      });
      assert.equal(api.take().length, 2);
    });

    test("a 401 is the caller's where the token cannot be renewed", async (t) => {
      const { api } = servers;
      const tab = await signedIn(t);
      scene.app.ui.fail("/oauth2/token", refuseRefresh);
      assert.deepEqual(await fetchIn(tab, `${api.origin}/401`), {
        status: 401,
        text: "answer 401",
      });
      assert.equal(api.take().length, 1);
    });

    test("a 401 of another origin renews nothing", async (t) => {
      const { other } = servers;
      const tab = await signedIn(t);
      const requests = watchRequests(scene.app);
      assert.equal((await fetchIn(tab, `${other.origin}/401`)).status, 401);
      assert.equal(other.take().length, 1);
      assert.deepEqual(requests("/oauth2/token"), []);
    });

    test("nothing is sent to an allowed origin while nobody is signed in", async (t) => {
      const { api } = servers;
      const tab = await scene.newTab(t);
      await tab.goto(`${scene.app.pages.origin}/bare/`);
      const allowedOrigins = [api.origin];
      await makeClient(tab, scene.app.clientOptions({ allowedOrigins }));
      api.received.length = 0;
      assert.equal((await fetchIn(tab, `${api.origin}/orders`)).code, "login_required");
      assert.deepEqual(api.received, []);
    });

    test("bearer id_token sends the ID token, also after a 401", async (t) => {
      const { api } = servers;
      const tab = await signedIn(t, { bearer: "id_token" });
      const { id: before } = await tokensIn(tab);
      api.answers.push(401);
      assert.equal((await fetchIn(tab, `${api.origin}/orders`)).status, 200);
      const { id: renewed } = await tokensIn(tab);
      assert.notEqual(renewed, before);
      assert.deepEqual(
        api.take().map(({ authorization }) => authorization),
        [before, renewed],
      );
    });

    const userInfoIn = (tab) =>
      tab.evaluate(() =>
        outcomeOf(() => client.userInfo()).then(({ value, code }) => value ?? code),
      );
    /** Answers the next request for the claims; the provider answers the preflight before it. */
    const answerUserInfo = (status, body) => {
      const answer = (request, response) => {
        if (request.method === "OPTIONS") return "continue";
        end();
        response
          .writeHead(status, {
            "Access-Control-Allow-Origin": "*",
            "Content-Type": "application/json",
          })
          .end(JSON.stringify(body));
      };
      const end = scene.app.ui.fail("/oauth2/userInfo", answer, { times: Infinity });
    };

    test("userInfo gives the claims of the user", async (t) => {
      const tab = await signedIn(t);
      const claims = await userInfoIn(tab);
      assert.equal(claims.sub, await tab.evaluate(() => client.session.sub));
      assert.equal(claims.email, "user@example.com");
      assert.equal(claims.email_verified, "true");
    });

    test("userInfo about another user is refused", async (t) => {
      const tab = await signedIn(t);
      answerUserInfo(200, { sub: "another-user", email: "user@example.com" });
      assert.equal(await userInfoIn(tab), "userinfo_subject");
      answerUserInfo(200, { email: "user@example.com" });
      assert.equal(await userInfoIn(tab), "userinfo_subject");
      assert.equal((await userInfoIn(tab)).email, "user@example.com");
    });

    test("userInfo renews a token that the provider refuses, once", async (t) => {
      const tab = await signedIn(t);
      const requests = watchRequests(scene.app);
      answerUserInfo(401, { error: "invalid_token" });
      assert.equal((await userInfoIn(tab)).email, "user@example.com");
      assert.deepEqual(
        requests("/oauth2/userInfo").map(({ status }) => status),
        [401, 200],
      );
      assert.equal(requests("/oauth2/token").length, 1);
    });
  },
  { only: ["chromium"] },
);
