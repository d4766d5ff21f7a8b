import { once } from "node:events";
import { createServer } from "node:http";

import { issuerHandler } from "./discovery.js";
import { domainHandler } from "./domain.js";
import { createEngine } from "./engine.js";
import { createKeys } from "./keys.js";
import { createObserver } from "./observe.js";
import { readOptions } from "./options.js";

/**
 * Starts a user pool: the issuer's origin (discovery, keys) and, unless `noDomain`, the hosted UI's
 * domain (login page and OAuth endpoints).
 *
 * @param {import("./options.js").Options} [options]
 */
export async function startHostedUi(options) {
  const settings = readOptions(options);
  const { requests, observe, fail } = createObserver();
  const servers = [];

  const listen = async (port) => {
    const server = createServer();
    servers.push(server);
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return server;
  };
  const close = () =>
    Promise.all(
      servers
        .filter((server) => server.listening)
        .map(async (server) => {
          server.close();
          server.closeAllConnections();
          await once(server, "close");
        }),
    ).then(() => undefined);

  try {
    const issuerServer = await listen(settings.issuerPort);
    const domainServer = settings.noDomain ? undefined : await listen(settings.domainPort);
    const issuer = `${originOf(issuerServer)}/${settings.userPoolId}`;
    const domain = domainServer && originOf(domainServer);
    const keys = await createKeys();

    issuerServer.on("request", observe("issuer", issuerHandler({ issuer, domain, keys })));
    if (domainServer) {
      const domainPort = domainServer.address().port;
      const provider = await createEngine({ issuer, domainPort, settings });
      const handle = domainHandler({ issuer, keys, provider, settings });
      domainServer.on("request", observe("domain", handle));
    }
    return {
      issuer,
      domain,
      userPoolId: settings.userPoolId,
      requests,
      rotateKeys: () => keys.rotate(),
      fail,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function originOf(server) {
  return `http://localhost:${server.address().port}`;
}
