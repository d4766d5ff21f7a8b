import { createClient } from "pkce-wasm";
import { openMetadata } from "pkce-wasm/presets";

const part = (selector) => document.querySelector(selector);
const show = (role, text) => (part(`[role=${role}]`).textContent = text);
const report = (error) => show("alert", `${error.code ?? error.name}: ${error.message}`);

async function begin() {
  // The server says who signs its users in.
  const client = createClient(
    await openMetadata(location.origin, { postLogoutRedirectUri: `${location.origin}/` }),
  );
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
  if (client.session) {
    // OpenMetadata's API takes the ID token, which is what the preset has `fetch` send.
    const response = await client.fetch("/api/v1/users/loggedInUser");
    part("pre").textContent = `${response.status} ${JSON.stringify(await response.json())}`;
  }
}

begin().catch(report);
