import { createClient } from "pkce-wasm";

const settings = await (await fetch("/settings.json")).json();

export const client = createClient({
  ...settings,
  redirectUri: `${location.origin}/callback`,
});

// The modules beside this one want to know who is signed in.
await client.start();
