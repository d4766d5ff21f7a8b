import { once } from "node:events";
import { createServer } from "node:http";

import { issuerHandler } from "./discovery.js";
import { domainHandler } from "./domain.js";
import { createEngine } from "./engine.js";
import { createKeys } from "./keys.js";
import { createObserver } from "./observe.js";
import { readOptions } from "./options.js";
import { createRefusals } from "./refusals.js";

export { lineOfRefusal } from "./refusals.js";

/**
 * Starts a user pool: the issuer's origin (discovery, keys) and, unless `noDomain`, the hosted UI's
 * domain (login page and OAuth endpoints).
 *
 * @param {import("./options.js").Options} [options]
 */
export async function startHostedUi(options) {
  const settings = readOptions(options);
  const { requests, observe, fail, alter, altered } = createObserver();
  const servers = [];

  // What answers has the ports in its addresses, so it can be made only when they are open. Whoever
  // comes before that waits for it.
  let begin;
  const handlers = new Promise((resolve) => {
    begin = resolve;
  });
  const listen = async (port, origin) => {
    const server = createServer(observe(origin, handlers));
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
    const keys = await createKeys();
    const issuerServer = await listen(settings.issuerPort, "issuer");
    const domainServer = settings.noDomain
      ? undefined
      : await listen(settings.domainPort, "domain");
    const issuer = `${originOf(issuerServer)}/${settings.userPoolId}`;
    const domain = domainServer && originOf(domainServer);
    const refusals = createRefusals(settings.onRefusal);
    const secondIssuer = settings.secondIssuer && issuer.replace("localhost", "127.0.0.1");
    const pool = { issuer, secondIssuer, domain, keys, refusals, altered, settings };

    begin({
      issuer: issuerHandler(pool),
      domain: domainServer && (await domainOf(pool, domainServer)),
    });
    return {
      issuer,
      secondIssuer,
      domain,
      userPoolId: settings.userPoolId,
      requests,
      rotateKeys: () => keys.rotate(),
      fail,
      alter,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function domainOf(pool, server) {
  const provider = await createEngine({ ...pool, domainPort: server.address().port });
  return domainHandler({ ...pool, provider });
}

function originOf(server) {
  return `http://localhost:${server.address().port}`;
}
