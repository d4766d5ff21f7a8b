import { createClient } from "pkce-wasm";

const part = (selector) => document.querySelector(selector);
const show = (role, text) => (part(`[role=${role}]`).textContent = text);
const report = (error) => show("alert", `${error.code ?? error.name}: ${error.message}`);

async function begin() {
  const settings = await (await fetch("/public/settings.json")).json();
  const client = createClient({
    ...settings,
    redirectUri: `${location.origin}/callback`,
    postLogoutRedirectUri: `${location.origin}/`,
  });
  part("#sign-in").onclick = () => client.signIn().catch(report);
  part("#sign-out").onclick = () => client.signOut().catch(report);

  await client
    .start()
    .then(({ returnTo }) => {
      if (returnTo) history.replaceState(null, "", returnTo);
    })
    .catch(report);
  client.subscribe((session) => {
    show("status", session ? `Signed in as ${session.claims.email}` : "Signed out");
  });
}

begin().catch(report);
