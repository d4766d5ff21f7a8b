import { once } from "node:events";
import { createServer } from "node:net";
import { Problem } from "../problem.js";

/**
 * Refuses to go on where another program listens on one of the ports.
 * @param {Record<string, number>} ports by what they are for
 */
export async function checkPorts(ports) {
  for (const [purpose, port] of Object.entries(ports)) {
    if (!(await isTaken(port))) continue;
    throw new Problem(
      `Port ${port}, for ${purpose}, is in use: stop the program that listens there and try again.`,
    );
  }
}

/** @param {number} port */
async function isTaken(port) {
  // A program on one address does not keep another off the others, so each is tried.
  for (const host of ["127.0.0.1", "::1", "::"]) {
    const server = createServer().listen({ port, host, exclusive: true });
    try {
      await once(server, "listening");
    } catch (error) {
      if (error.code === "EADDRINUSE") return true;
      if (error.code !== "EADDRNOTAVAIL" && error.code !== "EAFNOSUPPORT") throw error;
      continue;
    }
    await new Promise((closed) => server.close(closed));
  }
  return false;
}
