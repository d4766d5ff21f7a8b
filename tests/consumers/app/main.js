import { createClient } from "pkce-wasm";
import { createClient as createSlimClient } from "pkce-wasm/slim";
import coreUrl from "./core-url.js";

/** Below /slim/, the core is a file of its own; below /worker/, a worker keeps the refresh token. */
const base = /^\/(?:slim|worker)\//.exec(location.pathname)?.[0] ?? "/";

async function run() {
  const settings = await (await fetch("/settings.json")).json();
  const options = {
    ...settings,
    redirectUri: `${location.origin}${base}callback`,
    postLogoutRedirectUri: `${location.origin}/`,
    ...(base === "/worker/" && { store: "worker" }),
  };
  const isSlim = base === "/slim/";
  const client = isSlim ? createSlimClient(options, coreUrl) : createClient(options);
  document.querySelector("button").onclick = () => client.signIn().catch(show);
  const { session } = await client.start();
  if (session) await client.accessToken({ minValiditySeconds: Infinity });
  show(session ? `Signed in as ${session.claims.email}` : "Signed out");
}

function show(words) {
  document.querySelector("[role=status]").textContent = String(words);
}

run().catch(show);
