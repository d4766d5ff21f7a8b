import { once } from "node:events";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { startHostedUi } from "hosted-ui";
import sirv from "sirv";
import { createResourceServer } from "../../../www/resource-server.js";
import { user } from "../fixtures/steps.js";
import { createAccessTokenApi } from "./access-token-api.js";

export const sub = "a1b2c3d4-5678-90ab-cdef-1234567890ab";
/** Those that every guide has people tick. */
export const enabledScopes = ["openid", "email", "profile"];

const folder = (path) => fileURLToPath(new URL(path, import.meta.url));
const page = sirv(folder("page"), { dev: true, single: true });
const library = sirv(folder("../../../dist"), { dev: true });

/**
 * Starts one user pool and, each at an origin of its own, systems that are set up with it.
 *
 * @param {Setup[]} setups
 * @param {object} [pool] options of startHostedUi beside clients and users
 *
 * @typedef {object} Setup
 * @property {import("./guides.js").Guide} guide
 * @property {object} [client] what the pool has otherwise for the system's app client
 * @property {(place: import("./guides.js").Place) => object} [settings] what was typed otherwise
 */
export async function startSystems(setups, pool = {}) {
  const servers = await Promise.all(setups.map(listen));
  const places = setups.map(({ guide }, index) => {
    const origin = `http://localhost:${servers[index].address().port}`;
    return { origin, clientId: `client${index}`, callbackUrl: origin + guide.callbackPath };
  });
  const ui = await startHostedUi({
    issuerPort: 0,
    domainPort: 0,
    users: [{ ...user, attributes: { sub, email: user.username, email_verified: true } }],
    clients: setups.map(({ client }, index) => {
      const { clientId, callbackUrl } = places[index];
      return { clientId, callbackUrls: [callbackUrl], scopes: enabledScopes, ...client };
    }),
    ...pool,
  });
  const systems = setups.map((setup, index) => {
    const place = { ...places[index], issuer: ui.issuer, domain: ui.domain };
    const visits = [];
    servers[index].on("request", serve(setup, place, visits));
    return { ...place, visits };
  });
  return {
    ui,
    systemOf: (setup) => systems[setups.indexOf(setup)],
    async close() {
      await Promise.all([ui.close(), ...servers.map(close)]);
    },
  };
}

/** A system's server: its page at every path, the library, its settings and its API. */
function serve({ guide, settings = () => ({}) }, place, visits) {
  const { preset, apiPath, settingsPath } = guide;
  const typed = { ...guide.settings(place), ...settings(place) };
  const createApi = { access_token: createAccessTokenApi, principal: createResourceServer };
  const api = createApi[guide.apiTakes](place);
  const json = {
    "/system.json": () => ({
      body: { preset, apiPath, settings: settingsPath ? place.origin : typed },
    }),
    [apiPath]: ({ headers }) => api(headers.authorization),
    ...(settingsPath && { [settingsPath]: () => ({ body: typed }) }),
  };

  return async (request, response) => {
    const { pathname } = new URL(request.url, place.origin);
    const notFound = () => response.writeHead(404).end();
    if (Object.hasOwn(json, pathname)) {
      const { status = 200, headers = {}, body } = await json[pathname](request);
      response.writeHead(status, { "Content-Type": "application/json", ...headers });
      response.end(JSON.stringify(body));
    } else if (pathname.startsWith("/pkg/")) {
      request.url = request.url.slice("/pkg".length);
      library(request, response, notFound);
    } else {
      // A page that is visited: `signIn()` itself accepts no more, when it looks whether there is one.
      if (request.headers.accept?.startsWith("text/html,")) visits.push(pathname);
      page(request, response, notFound);
    }
  };
}

async function listen() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

async function close(server) {
  server.close();
  server.closeAllConnections();
  await once(server, "close");
}
