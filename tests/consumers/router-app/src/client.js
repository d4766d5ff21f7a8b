import { createClient } from "pkce-wasm";

const settings = await (await fetch("/settings.json")).json();

export const client = createClient({
  ...settings,
  redirectUri: `${location.origin}/callback`,
  postLogoutRedirectUri: `${location.origin}/`,
  store: "local",
});
