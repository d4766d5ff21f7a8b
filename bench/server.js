import { once } from "node:events";
import { createSecureServer } from "node:http2";
import { text } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import { certificate } from "./certificate.js";

/**
 * Serves https://app.test or https://provider.test by HTTP/2, and answers after the round trips that the network would take:
 * `network.rtt` milliseconds each, one for a request, and two for a new connection, for TCP and TLS 1.3.
 *
 * @param {"app" | "provider"} at also in the log
 * @param {{ rtt: number }} network
 * @param {(request: import("node:http2").Http2ServerRequest & { body: string, entry: object },
 *   response: import("node:http2").Http2ServerResponse) => unknown} answer
 */
export async function startServer(at, network, answer) {
  const log = [];
  /** When each connection was opened, by the browser's port. */
  const opened = new Map();
  const sessions = new Set();
  // As many streams as servers usually allow.
  const settings = { maxConcurrentStreams: 128 };
  const server = createSecureServer({ ...certificate, settings }, async (request, response) => {
    const entry = begin(log, at, request);
    response.on("finish", () => (entry.end = now()));
    const body = await text(request);
    if (network.rtt > 0) await wait(connecting(request.socket) + network.rtt);
    await answer(Object.assign(request, { body, entry }), response);
  });
  server.on("connection", ({ remotePort }) => opened.set(remotePort, now()));
  server.on("session", (session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
  });

  /** Until the connection would be there; it may have been opened ahead of the request. */
  const connecting = ({ remotePort }) =>
    Math.max(opened.get(remotePort) + 2 * network.rtt - now(), 0);

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `https://${at}.test:${server.address().port}`,
    log,
    /** The next request needs a new connection; what is under way is still answered. */
    closeConnections() {
      for (const session of sessions) session.close();
    },
    async close() {
      server.close();
      for (const session of sessions) session.destroy();
      await once(server, "close");
    },
  };
}

/** Writes a request into a log, with the time of its arrival. */
function begin(log, at, { method, url, headers }) {
  const [path, query = ""] = url.split("?");
  const bearer = headers.authorization;
  const entry = { at, method, path, query, bearer, start: now(), end: Infinity };
  log.push(entry);
  return entry;
}

/** Milliseconds since the epoch, with fractions, as pages have them too. */
const now = () => performance.timeOrigin + performance.now();
