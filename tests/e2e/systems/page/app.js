import { AuthError, createClient } from "/pkg/index.js";
import * as presets from "/pkg/presets.js";

const part = (selector) => document.querySelector(selector);
const signIn = part("button");

function report(error) {
  if (!(error instanceof AuthError)) throw error;
  part("[role=alert]").textContent = `${error.code}: ${error.message}`;
}

async function begin() {
  const { preset, settings, apiPath } = await (await fetch("/system.json")).json();
  const client = createClient(await presets[preset](settings));
  signIn.onclick = () => client.signIn().catch(report);
  signIn.disabled = false;

  const { session, returnTo } = await client.start();
  if (returnTo) history.replaceState(null, "", returnTo);
  if (!session) return "Signed out";
  const response = await client.fetch(apiPath);
  return `${apiPath} → ${response.status} ${JSON.stringify(await response.json())}`;
}

part("[role=status]").textContent = (await begin().catch(report)) ?? "Signed out";
