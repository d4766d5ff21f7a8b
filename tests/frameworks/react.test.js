import assert from "node:assert/strict";
import { test } from "node:test";
import { address, atCallback, onServer, open, settled } from "./fixtures/page.js";
import { AuthProvider, requireAuth } from "pkce-wasm/react";
import { fakeClient } from "pkce-wasm/testing";
import { act, createElement, StrictMode } from "react";
import { createRoot } from "react-dom/client";

globalThis.IS_REACT_ACT_ENVIRONMENT = true;
const ada = { sub: "ada", email: "ada@example.com" };

/** What each router calls its functions with. */
const routers = {
  "React Router": (href) => ({
    request: new Request(href.split("#")[0]),
    url: new URL(href),
    params: {},
  }),
  "TanStack Router": (href) => ({
    location: { publicHref: href.replace("https://app.test", "") },
    preload: false,
  }),
};

for (const [name, args] of Object.entries(routers)) {
  test(`a page of ${name} sends to sign in, and asks to come back to it`, async () => {
    open("/");
    const client = fakeClient();
    const guard = requireAuth(client, { prompt: "login" });
    void guard(args("https://app.test/orders?year=2026#totals"));
    await settled();
    assert.deepEqual(client.signIns, [{ returnTo: "/orders?year=2026#totals", prompt: "login" }]);
  });

  test(`a page of ${name} is for who is signed in`, async () => {
    open("/orders");
    const guard = requireAuth(fakeClient({ signedInAs: ada }));
    assert.equal(await guard(args("https://app.test/orders")), undefined);
  });

  test(`a page of ${name} that was opened with an error has that to show`, async () => {
    open("/orders");
    const client = fakeClient({ failing: { start: "provider_denied" } });
    const guard = requireAuth(client);
    await assert.rejects(guard(args("https://app.test/orders")), { code: "provider_denied" });
    assert.deepEqual(client.signIns, []);
  });
}

test("what only loads ahead begins no sign-in", async () => {
  open("/");
  const client = fakeClient();
  const guard = requireAuth(client);
  const ahead = { location: { publicHref: "/orders" }, preload: true };
  await assert.rejects(guard(ahead), /^Error: Nobody is signed in\.$/);
  assert.deepEqual(client.signIns, []);
});

test("a guard starts the client, and the router is told of the address", async () => {
  open("/callback?code=1&state=2");
  const told = [];
  const listen = () => told.push(address());
  addEventListener("popstate", listen);
  requireAuth(atCallback(fakeClient({ signedInAs: ada, returnTo: "/orders?year=2026#totals" })));
  await settled();
  removeEventListener("popstate", listen);
  assert.deepEqual(told, ["/orders?year=2026#totals"]);
});

test("a server starts nothing, and keeps nobody out", async () => {
  const client = fakeClient({ signedInAs: ada });
  await onServer(() => requireAuth(client)({ request: new Request("https://app.test/orders") }));
  assert.equal(client.session, null);
});

/** What the console says when an application is rendered twice. */
async function warnings(t, App) {
  const said = t.mock.method(console, "warn", () => undefined);
  const root = createRoot(document.createElement("div"));
  const render = (times) =>
    act(() => root.render(createElement(StrictMode, null, createElement(App, { times }))));
  await render(1);
  await render(2);
  await act(() => root.unmount());
  return said.mock.calls.map(({ arguments: [words] }) => words);
}

function MakesItAnew() {
  return createElement(AuthProvider, { client: fakeClient() });
}

test("a client that is made inside of a component is noticed in development", async (t) => {
  open("/", "http://localhost:5173");
  const [words] = await warnings(t, MakesItAnew);
  assert.match(words, /make it once, outside of the component/);
});

test("elsewhere nothing is said of it, nor of a client that is the same", async (t) => {
  open("/", "https://app.test");
  assert.deepEqual(await warnings(t, MakesItAnew), []);
  open("/", "http://localhost:5173");
  const client = fakeClient();
  assert.deepEqual(await warnings(t, () => createElement(AuthProvider, { client })), []);
});
