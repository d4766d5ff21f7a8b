import { spawn } from "node:child_process";
import { once } from "node:events";
import { addressesOf } from "../../hosted-ui/test/addresses.js";
import { environment } from "../consumers/prepare.js";

/**
 * Starts the provider that a folder has installed, until the test ends.
 *
 * @returns {Promise<{ issuer: string, domain: string }>} the addresses that it has printed
 */
export async function npxHostedUi(t, folder, words) {
  // In a group of its own, for npx starts a shell that starts the program.
  const child = spawn("npx", ["--no-install", "hosted-ui", ...words], {
    cwd: folder,
    detached: true,
    env: environment(folder),
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  t.after(async () => {
    if (child.exitCode === null) process.kill(-child.pid);
    await exited;
  });
  return addressesOf(child);
}
