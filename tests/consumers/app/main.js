import { createClient } from "pkce-wasm";
import { createClient as createSlimClient } from "pkce-wasm/slim";
import coreUrl from "./core-url.js";

/** Below /slim/, the core is a file of its own. */
const base = location.pathname.startsWith("/slim/") ? "/slim/" : "/";

async function run() {
  const settings = await (await fetch("/settings.json")).json();
  const options = {
    ...settings,
    redirectUri: `${location.origin}${base}callback`,
    postLogoutRedirectUri: `${location.origin}/`,
  };
  const client = base === "/" ? createClient(options) : createSlimClient(options, coreUrl);
  document.querySelector("button").onclick = () => client.signIn().catch(show);
  const { session } = await client.start();
  show(session ? `Signed in as ${session.claims.email}` : "Signed out");
}

function show(words) {
  document.querySelector("[role=status]").textContent = String(words);
}

run().catch(show);
