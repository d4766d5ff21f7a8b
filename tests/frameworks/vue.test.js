import assert from "node:assert/strict";
import { test } from "node:test";
import { address, atCallback, onServer, open, settled, wordsOf } from "./fixtures/page.js";
import { fakeClient } from "pkce-wasm/testing";
import { createAuth, useAuth } from "pkce-wasm/vue";
import { createSSRApp, createApp, h } from "vue";
import {
  createMemoryHistory,
  createRouter,
  createWebHashHistory,
  createWebHistory,
  RouterView,
} from "vue-router";
import { renderToString } from "vue/server-renderer";

const ada = { sub: "ada", email: "ada@example.com" };
const page = (words) => ({ render: () => h("h1", words) });

/** An application with a public page and a private one. */
function mountApp(t, client, { history = createWebHistory(), ...options } = {}) {
  const routes = [
    { path: "/", component: page("Home") },
    { path: "/callback", component: page("Callback") },
    { path: "/orders", component: page("Orders"), meta: { requiresAuth: true } },
  ];
  const router = createRouter({ history, routes });
  const auth = createAuth(client, { router, ...options });
  const App = {
    setup() {
      const { status, error } = useAuth();
      return () => [h("p", `${status.value} ${error.value?.code ?? ""}`), h(RouterView)];
    },
  };
  const root = document.createElement("div");
  // In this order the router begins before the client.
  const app = createApp(App).use(router).use(auth);
  app.mount(root);
  t.after(() => {
    app.unmount();
    history.destroy();
  });
  return {
    auth,
    router,
    shows: async (words) => (await settled(), assert.equal(wordsOf(root), words)),
  };
}

test("a private page sends to sign in, and asks to come back to its own address", async (t) => {
  open("/app/orders?year=2026#totals");
  const client = fakeClient();
  const { shows } = mountApp(t, client, {
    history: createWebHistory("/app/"),
    signIn: { prompt: "login" },
  });
  await shows("loading");
  const returnTo = "/app/orders?year=2026#totals";
  assert.deepEqual(client.signIns, [{ returnTo, prompt: "login" }]);
});

test("a router that keeps its path in the fragment comes back to it, too", async (t) => {
  open("/#/orders?year=2026");
  const client = fakeClient();
  mountApp(t, client, { history: createWebHashHistory() });
  await settled();
  assert.deepEqual(client.signIns, [{ returnTo: "/#/orders?year=2026" }]);
});

test("after a sign-in the router is where that began, and the response is nowhere", async (t) => {
  open("/callback?code=1&state=2");
  const client = fakeClient({ signedInAs: ada, returnTo: "/orders?year=2026#totals" });
  const { router, shows } = mountApp(t, atCallback(client));
  await shows("signed_in, Orders");
  assert.equal(router.currentRoute.value.fullPath, "/orders?year=2026#totals");
  assert.equal(address(), "/orders?year=2026#totals");
  assert.doesNotMatch(JSON.stringify(history.state), /code/);
});

test("a callback that fails leaves its page without the response", async (t) => {
  open("/callback?code=1&state=2");
  const { router, shows } = mountApp(t, atCallback(fakeClient({ failing: "network" })));
  await shows("signed_out network, Callback");
  assert.equal(router.currentRoute.value.fullPath, "/callback");
  assert.equal(address(), "/callback");
  assert.doesNotMatch(JSON.stringify(history.state), /code/);
});

test("a page that is opened with an error begins no sign-in, and is shown once there was one", async (t) => {
  open("/orders");
  const client = fakeClient({ failing: { start: "provider_denied" }, signsInAs: ada });
  const { auth, shows } = mountApp(t, client);
  await shows("signed_out provider_denied");
  assert.deepEqual(client.signIns, []);
  await auth.signInPopup();
  await shows("signed_in, Orders");
});

test("a link to a private page means it, whatever failed before", async (t) => {
  open("/");
  const client = fakeClient({ failing: { start: "storage_blocked" } });
  const { router, shows } = mountApp(t, client);
  await shows("signed_out storage_blocked, Home");
  void router.push("/orders");
  await shows("loading, Home");
  assert.deepEqual(client.signIns, [{ returnTo: "/orders" }]);
});

test("who cannot leave for the provider stays on the page, and reads why", async (t) => {
  open("/");
  const { router, shows } = mountApp(t, fakeClient({ failing: { signIn: "network" } }));
  await settled();
  await router.push("/orders");
  await shows("signed_out network, Home");
  assert.equal(address(), "/");
});

test("what a component shows changes with the session", async (t) => {
  open("/");
  const client = fakeClient({ signedInAs: ada });
  const { auth, shows } = mountApp(t, client);
  await shows("signed_in, Home");
  assert.equal(auth.session.value.claims.email, "ada@example.com");
  client.end("ended");
  await shows("signed_out, Home");
  assert.equal(auth.session.value, null);
});

test("a server starts nothing and shows a page that waits", async () => {
  const client = fakeClient({ signedInAs: ada });
  const Who = { setup: () => () => useAuth().status.value };
  const rendered = await onServer(async () => {
    const routes = [{ path: "/orders", component: Who, meta: { requiresAuth: true } }];
    const router = createRouter({ history: createMemoryHistory("/"), routes });
    const app = createSSRApp(RouterView).use(router).use(createAuth(client, { router }));
    await router.push("/orders");
    return renderToString(app);
  });
  assert.equal(rendered, "loading");
  assert.equal(client.session, null);
});

test("a component without the plugin is told what to do", () => {
  assert.throws(
    () => createApp({}).runWithContext(() => useAuth()),
    /app\.use\(createAuth\(client\)\)/,
  );
});
