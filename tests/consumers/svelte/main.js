import { mount } from "svelte";
import { createClient } from "pkce-wasm";
import App from "./App.svelte";

async function run() {
  const settings = await (await fetch("/settings.json")).json();
  const client = createClient({ ...settings, redirectUri: `${location.origin}/callback` });
  await client.start();
  mount(App, { target: document.body, props: { client } });
}

run();
