import { mount } from "svelte";
import { createClient } from "pkce-wasm";
import App from "./App.svelte";

const target = document.querySelector("#app");

async function begin() {
  const settings = await (await fetch("/settings.json")).json();
  const client = createClient({
    ...settings,
    redirectUri: `${location.origin}/callback`,
    postLogoutRedirectUri: `${location.origin}/`,
  });
  mount(App, { target, props: { client } });
}

begin().catch((error) => {
  target.role = "alert";
  target.textContent = error;
});
