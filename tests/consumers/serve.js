import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createSocket } from "node:net";
import { join } from "node:path";
import sirv from "sirv";
import { until } from "../e2e/browsers/until.js";
import { environment } from "./prepare.js";

/** The provider has to know an application's address before there is one. */
export async function freePort() {
  const socket = createSocket().listen(0, "localhost");
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  await once(socket, "close");
  return port;
}

/** Serves an application as it says. @returns {Promise<() => Promise<void>>} ends it */
export function serve(consumer, options) {
  return consumer.server ? serveItself(consumer, options) : servePlainly(consumer, options);
}

async function serveItself({ server }, { app, port }) {
  const [program, ...words] = server(port).map(String);
  const child = spawn(program, words, { cwd: app, env: environment(app), detached: true });
  const exited = once(child, "exit");
  let output = "";
  for (const from of [child.stdout, child.stderr]) from.on("data", (text) => (output += text));
  const end = async () => {
    // The program may have started others, which are in its group.
    if (child.exitCode === null) process.kill(-child.pid);
    await exited;
  };
  try {
    await until(
      () => child.exitCode !== null || fetch(`http://localhost:${port}/`).then(({ ok }) => ok),
      () => `${program} should serve:\n${output}`,
    );
    if (child.exitCode !== null) throw new Error(`${program} has ended:\n${output}`);
    return end;
  } catch (error) {
    await end();
    throw error;
  }
}

async function servePlainly({ serve: folder, policy }, { app, port, provider }) {
  const files = (path, single = false) => sirv(join(app, path), { dev: true, single });
  const folders = [
    files("public"),
    files(folder),
    existsSync(join(app, folder, "index.html")) ? files(folder, true) : files(".", true),
  ];
  const server = createServer((request, response) => {
    if (policy) response.setHeader("Content-Security-Policy", policy(provider));
    folders.reduceRight(
      (next, answer) => () => answer(request, response, next),
      () => response.writeHead(404).end(),
    )();
  });
  server.listen(port, "localhost");
  await once(server, "listening");
  return async () => {
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  };
}
