import assert from "node:assert/strict";
import { test } from "node:test";
import { address, atCallback, onServer, open, settled, wordsOf } from "./fixtures/page.js";
import { fakeClient } from "pkce-wasm/testing";
import { createAuth as createAuthOnServer } from "pkce-wasm/svelte";
import { bundled } from "./fixtures/bundle.js";

const ada = { sub: "ada", email: "ada@example.com" };

/** A page for who is signed in, with what a layout has above it. */
const App = `<script>
  const { auth, href } = $props();
  $effect(() => void auth.enter(href));
</script>
<p>{auth.status} {auth.error?.code}</p>
{#if auth.session}<h1>{auth.session.claims.email}</h1>{/if}
<p>{$auth.status}</p>`;

const { createAuth, mount, unmount, flushSync, Page } = await bundled(`
  export { createAuth } from "pkce-wasm/svelte";
  export { mount, unmount, flushSync } from "svelte";
  export { default as Page } from ${JSON.stringify(App)};
`);

function mountPage(t, client, { href, ...options } = {}) {
  const auth = createAuth(client, options);
  const target = document.createElement("div");
  const app = mount(Page, { target, props: { auth, href } });
  t.after(() => unmount(app));
  const shows = async (words) => {
    await settled();
    flushSync();
    assert.equal(wordsOf(target), words);
  };
  return { auth, shows };
}

test("a private page sends to sign in, and asks to come back to its own address", async (t) => {
  open("/orders?year=2026#totals");
  const client = fakeClient();
  const { shows } = mountPage(t, client, { signIn: { prompt: "login" } });
  await shows("loading, loading");
  assert.deepEqual(client.signIns, [{ returnTo: "/orders?year=2026#totals", prompt: "login" }]);
});

test("after a sign-in the address is where that began, and SvelteKit reads it then", async (t) => {
  open("/callback?code=1&state=2");
  const client = fakeClient({ signedInAs: ada, returnTo: "/orders?year=2026#totals" });
  const { auth, shows } = mountPage(t, atCallback(client), {
    goto: () => assert.fail("too early"),
  });
  await auth.ready;
  assert.equal(address(), "/orders?year=2026#totals");
  await shows("signed_in, ada@example.com, signed_in");
});

test("a callback that is tried again goes on by SvelteKit's goto", async (t) => {
  open("/callback?code=1&state=2");
  const client = fakeClient({ signedInAs: ada, returnTo: "/orders", failing: "network" });
  const asked = [];
  const { auth } = mountPage(t, atCallback(client), {
    goto: async (...given) => asked.push(given),
  });
  await auth.ready;
  assert.equal(address(), "/callback");
  client.failWith({});
  await auth.start();
  assert.deepEqual(asked, [["/orders", { replaceState: true }]]);
});

test("a page that is opened with an error begins no sign-in, and is shown once there was one", async (t) => {
  open("/orders");
  const client = fakeClient({ failing: { start: "provider_denied" }, signsInAs: ada });
  const { auth, shows } = mountPage(t, client);
  await shows("signed_out provider_denied, signed_out");
  assert.deepEqual(client.signIns, []);
  await auth.signInPopup();
  await shows("signed_in, ada@example.com, signed_in");
});

test("what a component shows changes with the session", async (t) => {
  open("/");
  const client = fakeClient({ signedInAs: ada });
  const { shows } = mountPage(t, client);
  await shows("signed_in, ada@example.com, signed_in");
  client.end("ended");
  await shows("signed_out, signed_out");
  assert.deepEqual(client.signIns, [], "the page is not left");
});

test("a server starts nothing, and what it renders waits", async () => {
  const client = fakeClient({ signedInAs: ada });
  const auth = await onServer(async () => {
    const made = createAuthOnServer(client);
    await made.ready;
    assert.equal(await made.enter("https://app.test/orders"), true);
    return made;
  });
  assert.equal(auth.status, "loading");
  assert.equal(client.session, null);
});
