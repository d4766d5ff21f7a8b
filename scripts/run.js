import { spawn } from "node:child_process";
import { constants, setPriority } from "node:os";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { openStatus } from "./status.js";

export const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * @typedef {object} Result
 * @property {number} status 0 is good
 * @property {string} output all it wrote, without colours and progress
 * @property {number} seconds
 */

/** How much a program gives way that runs beside another one. */
const BESIDE_PRIORITY = 10;

/**
 * Runs a program from the root of the checkout. With `echo`, all it writes goes on to the terminal; without,
 * a line says what is going on, and the output is for the caller to show when it is of use.
 *
 * @param {string} title
 * @param {string[]} program with its arguments
 * @param {{ echo?: boolean, isBeside?: boolean, env?: Record<string, string> }} [options]
 * @returns {Promise<Result>}
 */
export async function run(title, [file, ...args], { echo, isBeside, env = {} } = {}) {
  const started = performance.now();
  const status = openStatus(title, { live: !echo && !isBeside });
  const child = spawn(file, args, {
    cwd: root,
    env: { ...process.env, ...status.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });

  if (isBeside && child.pid !== undefined) setPriority(child.pid, BESIDE_PRIORITY);
  let output = "";
  for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ]) {
    from.setEncoding("utf8").on("data", (text) => {
      output += text;
      if (echo) to.write(text);
      else status.show(text);
    });
  }

  const stop = (signal) => {
    child.kill(signal);
    status.close();
    process.exit(128 + constants.signals[signal]);
  };
  process.once("SIGINT", stop).once("SIGTERM", stop);
  try {
    const code = await new Promise((resolve, reject) => {
      child.once("error", reject).once("close", (code) => resolve(code ?? 1));
    });
    return {
      status: code,
      output: readable(output),
      seconds: (performance.now() - started) / 1000,
    };
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
    status.close();
  }
}

/** What a terminal would show in the end: of a line that was written over, the last version; of Cargo's progress, none. */
function readable(output) {
  return stripVTControlCharacters(output)
    .split(/\r?\n/)
    .map((line) => line.slice(line.lastIndexOf("\r") + 1).trimEnd())
    .filter((line) => !/^ +(Blocking|Checking|Compiling|Download(ed|ing)|Updating) /.test(line))
    .join("\n");
}
