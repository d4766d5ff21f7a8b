import { createClient } from "pkce-wasm";

const part = (selector) => document.querySelector(selector);
const report = (error) => (part("[role=alert]").textContent = `${error.code}: ${error.message}`);

const settings = await (await fetch("/public/settings.json")).json();
const client = createClient({
  ...settings,
  redirectUri: `${location.origin}/callback`,
  postLogoutRedirectUri: `${location.origin}/`,
});

part("#sign-in").onclick = () => client.signIn().catch(report);
part("#sign-out").onclick = () => client.signOut().catch(report);
client.subscribe((session) => {
  part("[role=status]").textContent = session
    ? `Signed in as ${session.claims.email}`
    : "Signed out";
});

try {
  const { returnTo } = await client.start();
  if (returnTo) history.replaceState(null, "", returnTo);
} catch (error) {
  report(error);
}
