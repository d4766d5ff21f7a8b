// The playground for the site: `www/` and the package, as files, with the stand-in provider as a service worker.
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { root } from "../run.js";

const www = join(root, "www");
/** What only `npm start` has a use for. */
const elsewhere = ["server.js", "check.js", "resource-server.js", "openmetadata-config.js"];

/**
 * @param {string} folder where it is written
 * @param {string} base the path that the folder is served at, with a slash at its end
 */
export async function writePlayground(folder, base) {
  rmSync(folder, { recursive: true, force: true });
  cpSync(www, folder, {
    recursive: true,
    filter: (path) => !path.startsWith(join(www, "stand-in")),
  });
  for (const name of elsewhere) rmSync(join(folder, name));
  cpSync(join(root, "dist"), join(folder, "pkg"), { recursive: true });
  cpSync(join(www, "stand-in/open.js"), join(folder, "open.js"));

  const page = readFileSync(join(www, "index.html"), "utf8")
    .replace('<script type="module" src="/app.js">', '<script type="module" src="/open.js">')
    .replaceAll(/(href|src)="\//g, `$1="${base}`);
  writeFileSync(join(folder, "index.html"), page);

  await build({
    entryPoints: [join(www, "stand-in/worker.js")],
    outfile: join(folder, "stand-in.js"),
    bundle: true,
    format: "iife",
    target: "es2022",
  });
}
