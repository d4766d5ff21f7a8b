import { spawn } from "node:child_process";
import { once } from "node:events";
import { until } from "../tests/e2e/browsers/until.js";

/** How long the slowest of them takes to begin, on two cores that are busy. */
const startSeconds = 180;

/**
 * Starts a provider's program, and waits until it answers.
 *
 * @param {string[]} program with its arguments
 * @param {object} options
 * @param {string} options.folder where it runs
 * @param {Record<string, string | number>} [options.env]
 * @param {string} options.ready a URL that it answers when it is ready
 * @returns {Promise<{ output: () => string, stop: () => Promise<void> }>}
 */
export async function startProgram([file, ...words], { folder, env = {}, ready }) {
  const child = spawn(file, words, {
    cwd: folder,
    env: { ...process.env, ...env },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const from of [child.stdout, child.stderr]) {
    from.setEncoding("utf8").on("data", (text) => (output = (output + text).slice(-20_000)));
  }
  const exited = once(child, "exit").catch((error) => (output += error.message));
  const hasEnded = () => child.pid === undefined || child.exitCode !== null || child.signalCode;
  // It may have started others, which are in its group.
  const kill = () => hasEnded() || process.kill(-child.pid, "SIGKILL");
  process.once("exit", kill);
  const stop = async () => {
    process.off("exit", kill);
    kill();
    await exited;
  };
  try {
    await until(
      () => hasEnded() || fetch(ready).then(({ ok }) => ok),
      () => `${file} should answer at ${ready}`,
      startSeconds,
    );
    if (hasEnded()) throw new Error(`${file} has ended`);
  } catch (error) {
    await stop();
    throw new Error(`${error.message}:\n${output.slice(-3000)}`, { cause: error });
  }
  return { output: () => output, stop };
}
