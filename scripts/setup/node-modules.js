import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "../problem.js";
import { root, run } from "../run.js";

/** Under `npm start` npm's own script; else `npm` is what the PATH has. */
export const npm = process.env.npm_execpath
  ? [process.execPath, process.env.npm_execpath]
  : ["npm"];

/** Installs what package-lock.json lists, if something of it is missing or of another version. */
export async function installNodeModules() {
  if (areInstalled(read("package-lock.json"), read("node_modules/.package-lock.json"))) return;
  const { status, output } = await run("Installing node modules", [
    ...npm,
    "ci",
    "--include=dev",
  ]).catch((error) => {
    if (error.code !== "ENOENT") throw error;
    throw new Problem("npm is missing: install it (it comes with Node.js) and try again.");
  });
  if (status === 0) return;
  const reason = output.match(/npm (?:error|ERR!) (?!code )(.+)/)?.[1] ?? "for no given reason";
  throw new Problem(`npm ci failed (${reason}): run npm ci to see all of it, and try again.`);
}

/**
 * @param {{ packages: object }} wanted the lock file
 * @param {{ packages: object } | undefined} present what npm noted down when it last installed
 */
export function areInstalled(wanted, present) {
  return Object.entries(wanted.packages).every(
    ([path, { version, optional, link }]) =>
      !path.includes("node_modules/") ||
      link ||
      optional ||
      present?.packages[path]?.version === version,
  );
}

function read(path) {
  try {
    return JSON.parse(readFileSync(join(root, path), "utf8"));
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}
