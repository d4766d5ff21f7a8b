import { mount } from "svelte";
import { createClient } from "pkce-wasm";
import App from "./App.svelte";

const settings = await (await fetch("/settings.json")).json();
const client = createClient({
  ...settings,
  redirectUri: `${location.origin}/callback`,
  postLogoutRedirectUri: `${location.origin}/`,
});

mount(App, { target: document.querySelector("#app"), props: { client } });
