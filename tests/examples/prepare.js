import { existsSync } from "node:fs";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { npm } from "../../scripts/setup/node-modules.js";
import { run } from "../consumers/prepare.js";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Copies an example, and installs the packed package in it, or compiles it where it is in Rust.
 *
 * @param {typeof import("./examples.js").examples[number]} example
 * @param {{ folder: string, tarball?: string, settings: object }} options
 * @returns {Promise<string>} the copy
 */
export async function prepare(example, { folder, tarball, settings }) {
  const source = join(root, "examples", example.folder);
  if (existsSync(join(source, "Cargo.toml"))) await run(root, ["cargo", "xtask", "example"]);
  const app = join(folder, example.folder);
  const isOurs = (path) => !path.includes("node_modules");
  await cp(source, app, { recursive: true, filter: isOurs });
  await writeFile(join(app, "public/settings.json"), JSON.stringify(settings));

  const manifest = join(app, "package.json");
  if (existsSync(manifest)) {
    const asked = JSON.parse(await readFile(manifest, "utf8"));
    asked.dependencies["pkce-wasm"] = `file:${tarball}`;
    await writeFile(manifest, JSON.stringify(asked));
    await run(app, [...npm, "install", "--ignore-scripts", "--no-audit", "--no-fund"]);
  }
  for (const command of example.commands ?? []) await run(app, command);
  return app;
}
