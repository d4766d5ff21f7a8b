// The service worker that the playground of the documentation runs on: it plays the stand-in provider, the
// API, and what `www/server.js` is elsewhere. What it does not know comes from the site, as ever.
import { createResourceServer } from "../resource-server.js";
import { openKept } from "./kept.js";
import { createProvider } from "./provider.js";

const home = self.registration.scope;
const clientId = "playground";
const issuer = `${home}stand-in`;
const provider = createProvider({
  issuer,
  client: { clientId, redirectUri: `${home}callback`, postLogoutRedirectUri: home },
  kept: openKept(),
});
const loggedInUser = createResourceServer({
  issuer,
  clientId,
  readKeySet: provider.readKeySet,
});

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const answer = answerTo(event.request);
  if (answer) event.respondWith(answer);
});

/** @param {Request} request */
function answerTo(request) {
  if (!request.url.startsWith(home)) return undefined;
  const path = new URL(request.url).pathname.slice(new URL(home).pathname.length);
  if (path.startsWith("stand-in/")) return provider.respond(request);
  if (path === "config.json") return Response.json({ issuer, clientId, standIn: true });
  if (path === "api/v1/users/loggedInUser") return callApi(request);
  if (path === "docs/errors.md") return Response.redirect(new URL("../docs/errors.html", home));
  // As of a single-page app, whose pages are one file. The client looks whether the callback is one of them.
  if (request.mode === "navigate" || path === "callback") return page();
  return undefined;
}

/** A response of its own, for one that is passed on keeps the address that it came from. */
async function page() {
  const { body, headers } = await fetch(home);
  return new Response(body, { headers });
}

async function callApi(request) {
  const { status, headers, body } = await loggedInUser(request.headers.get("Authorization"));
  return Response.json(body, { status, headers });
}
