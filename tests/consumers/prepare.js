import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { npm } from "../../scripts/setup/node-modules.js";

const execute = promisify(execFile);
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Packs a package as it would be published: `hosted-ui`, or else the project's own. @returns {Promise<string>} the tarball */
export async function pack(folder, source = ".") {
  const [file, ...words] = npm;
  const { stdout } = await execute(
    file,
    [...words, "pack", "--json", "--pack-destination", folder],
    {
      cwd: here(`../../${source}`),
    },
  );
  return join(folder, JSON.parse(stdout)[0].filename);
}

/** The environment in which an application's own programs are found. */
export function environment(app) {
  const PATH = [join(app, "node_modules/.bin"), process.env.PATH].join(delimiter);
  return { ...process.env, PATH, CI: "1", NEXT_TELEMETRY_DISABLED: "1", NG_CLI_ANALYTICS: "false" };
}

/** Runs a program. What it wrote is told only when it fails. */
export async function run(app, [program, ...words]) {
  try {
    await execute(program, words, { cwd: app, env: environment(app), maxBuffer: 1e8 });
  } catch ({ message, stdout, stderr }) {
    throw new Error([message, stdout, stderr].join("\n"));
  }
}

/**
 * Puts an application into a folder of its own, and installs what it depends on, unless an earlier
 * one with the same package.json did.
 *
 * @returns {Promise<string>} the folder
 */
export async function prepare({ from }, { folder, tarball, settings }) {
  const key = from.find((name) => existsSync(here(`${name}/package.json`)));
  const app = join(folder, key);
  await mkdir(app, { recursive: true });
  for (const name of await readdir(app)) {
    if (name !== "node_modules") await rm(join(app, name), { recursive: true });
  }
  for (const name of from) await cp(here(name), app, { recursive: true });
  await mkdir(join(app, "public"));
  await writeFile(join(app, "public/settings.json"), JSON.stringify(settings));

  const installed = join(app, "node_modules/pkce-wasm");
  if (existsSync(installed)) return app;
  // Not `npm ci`: it insists on the binaries for all other platforms, which a mirror may not have.
  await run(app, [...npm, "install", "--ignore-scripts", "--no-audit", "--no-fund"]);
  await mkdir(installed, { recursive: true });
  await run(app, ["tar", "-xzf", tarball, "-C", installed, "--strip-components=1"]);
  return app;
}
