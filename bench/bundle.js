import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const here = fileURLToPath(new URL(".", import.meta.url));

/**
 * Bundles a page's script as its developer would.
 *
 * @param {string} contents of the script
 * @param {string} [dist] the build of pkce-wasm that it takes
 * @returns {Promise<{ name: string, entry: boolean, imports: string[], bytes: Uint8Array }[]>} its files
 */
export async function bundle(contents, dist = join(root, "dist")) {
  const { metafile, outputFiles } = await build({
    stdin: { contents, resolveDir: here, sourcefile: "page.js" },
    absWorkingDir: root,
    alias: {
      "pkce-wasm": join(dist, "index.js"),
      "pkce-wasm/presets": join(dist, "presets.js"),
    },
    outdir: join(here, "out"),
    entryNames: "[name]-[hash]",
    define: { "process.env.NODE_ENV": '"production"' },
    platform: "browser",
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    metafile: true,
    write: false,
    logLevel: "error",
  });
  return Object.entries(metafile.outputs).map(([path, { entryPoint, imports }], index) => ({
    name: basename(path),
    entry: entryPoint === "page.js" || entryPoint?.endsWith("/page.js") === true,
    imports: imports
      .filter(({ kind, external }) => kind === "import-statement" && !external)
      .map((each) => basename(each.path)),
    bytes: outputFiles.find((file) => basename(file.path) === basename(path)).contents,
  }));
}

/** The files that a page waits for: the entry and all that it imports statically. */
export function firstLoad(files) {
  const first = new Set(files.filter(({ entry }) => entry));
  for (const file of first) {
    for (const each of files) if (file.imports.includes(each.name)) first.add(each);
  }
  return [...first];
}

/** The version that is installed. */
export function versionOf(name) {
  if (name === undefined) return "";
  if (name === "pkce-wasm") return JSON.parse(readFileSync(join(root, "package.json"))).version;
  return JSON.parse(readFileSync(join(here, "node_modules", name, "package.json"))).version;
}
