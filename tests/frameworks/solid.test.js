import assert from "node:assert/strict";
import { test } from "node:test";
import { address, atCallback, open, settled, wordsOf } from "./fixtures/page.js";
import { fakeClient } from "pkce-wasm/testing";
import { AuthProvider as ProviderOnServer, useAuth as useAuthOnServer } from "pkce-wasm/solid";
import { createComponent as createOnServer } from "solid-js";
import { renderToString } from "solid-js/web";
import { bundled } from "./fixtures/bundle.js";
import { onServer } from "./fixtures/page.js";

const ada = { sub: "ada", email: "ada@example.com" };

const {
  AuthProvider,
  createComponent,
  createMemo,
  RequireAuth,
  render,
  Suspense,
  useAuth,
  useSession,
} = await bundled(`
    export { AuthProvider, RequireAuth, useAuth, useSession } from "pkce-wasm/solid";
    export { createComponent, createMemo, Suspense } from "solid-js";
    export { render } from "solid-js/web";
  `);

const element = (name, words) => {
  const made = document.createElement(name);
  made.textContent = words;
  return made;
};

/** What a compiler makes of JSX: attributes and children that are read when they are needed. */
const component = (type, read) => createComponent(type, read);

function Status() {
  const auth = useAuth();
  return createMemo(() => element("p", `${auth.status} ${auth.error?.code ?? ""}`));
}

function Who() {
  const session = useSession();
  return createMemo(() => element("h1", session()?.claims.email ?? "Nobody"));
}

function mountApp(t, client, { page = () => element("h1", "Orders"), ...options } = {}) {
  const root = document.createElement("div");
  let auth;
  const Inside = () => {
    auth = useAuth();
    const guarded = component(RequireAuth, {
      ...options,
      get children() {
        return page();
      },
    });
    return [component(Status, {}), guarded];
  };
  const unmount = render(
    () =>
      component(AuthProvider, {
        client,
        get children() {
          return component(Inside, {});
        },
      }),
    root,
  );
  t.after(unmount);
  const shows = async (words) => {
    await new Promise((resolve) => setTimeout(resolve));
    await settled();
    assert.equal(wordsOf(root), words);
  };
  return { auth, shows };
}

test("a private page sends to sign in, and asks to come back to its own address", async (t) => {
  open("/orders?year=2026#totals");
  const client = fakeClient();
  const { shows } = mountApp(t, client, { signIn: { prompt: "login" } });
  await shows("loading");
  assert.deepEqual(client.signIns, [{ returnTo: "/orders?year=2026#totals", prompt: "login" }]);
});

test("after a sign-in the page is where that began, and its router is told", async (t) => {
  open("/callback?code=1&state=2");
  const told = [];
  addEventListener("popstate", () => told.push(address()));
  const client = fakeClient({ signedInAs: ada, returnTo: "/orders?year=2026#totals" });
  const { shows } = mountApp(t, atCallback(client));
  await shows("signed_in, Orders");
  assert.deepEqual(told, ["/orders?year=2026#totals"]);
});

test("a page that comes up with an error begins no sign-in, and is shown once there was one", async (t) => {
  open("/orders");
  const client = fakeClient({ failing: { start: "provider_denied" }, signsInAs: ada });
  const { auth, shows } = mountApp(t, client, { fallback: element("p", "Private") });
  await shows("signed_out provider_denied, Private");
  assert.deepEqual(client.signIns, []);
  await auth.signInPopup();
  await shows("signed_in, Orders");
});

test("where the session ends, the fallback is shown, and the page is not left", async (t) => {
  open("/orders");
  const client = fakeClient({ signedInAs: ada });
  const { shows } = mountApp(t, client, { fallback: element("p", "Private") });
  await shows("signed_in, Orders");
  client.end("ended");
  await shows("signed_out, Private");
  assert.deepEqual(client.signIns, []);
});

test("a refresh makes no page anew, and a resource has the session", async (t) => {
  open("/orders");
  let times = 0;
  const client = fakeClient({ signedInAs: ada });
  const { shows } = mountApp(t, client, {
    page: () => {
      times += 1;
      return component(Suspense, {
        get fallback() {
          return element("h1", "Wait");
        },
        get children() {
          return component(Who, {});
        },
      });
    },
  });
  await shows("signed_in, ada@example.com");
  client.become({ ...ada, email: "ada@example.org" });
  await shows("signed_in, ada@example.org");
  assert.equal(times, 1);
});

test("a server starts nothing and renders a page that waits", async () => {
  const client = fakeClient({ signedInAs: ada });
  const rendered = await onServer(() =>
    renderToString(() =>
      createOnServer(ProviderOnServer, {
        client,
        get children() {
          return createOnServer(() => useAuthOnServer().status, {});
        },
      }),
    ),
  );
  assert.match(rendered, /^loading/);
  assert.equal(client.session, null);
});
