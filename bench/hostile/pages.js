import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import sirv from "sirv";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = fileURLToPath(new URL("../..", import.meta.url));

/** A page's script, bundled as its developer would. */
async function bundle(name) {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { open } from "./peers/${name}.js";
        import { offer } from "./page.js";
        offer(open);
      `,
      resolveDir: here,
    },
    alias: { "pkce-wasm": "/pkg/index.js" },
    external: ["/pkg/*"],
    define: { "process.env.NODE_ENV": '"production"' },
    platform: "browser",
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
    logLevel: "error",
  });
  return outputFiles[0].contents;
}

/** Serves an application of each library: the same page, at /<library>/bare/<any path>. */
export async function startPages(names) {
  const scripts = new Map();
  for (const name of names) scripts.set(name, await bundle(name));
  const kept = { "Cache-Control": "public, max-age=3600, immutable" };
  const library = sirv(`${root}/dist`, { maxAge: 3600, immutable: true });

  const server = createServer((request, response) => {
    const [, first, second] = request.url.split(/[/?]/);
    if (first === "pkg") {
      request.url = request.url.slice("/pkg".length);
      return library(request, response, () => response.writeHead(404).end());
    }
    if (first === "scripts" && scripts.has(second)) {
      response.writeHead(200, { "Content-Type": "text/javascript", ...kept });
      return response.end(scripts.get(second));
    }
    if (!scripts.has(first) || second !== "bare") return response.writeHead(404).end();
    response.writeHead(200, { "Content-Type": "text/html" });
    response.end(`<!doctype html>
      <meta charset="utf-8">
      <title>${first}</title>
      <link rel="icon" href="data:,">
      <script type="module" src="/scripts/${first}"></script>`);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://localhost:${server.address().port}`;
  return {
    origin,
    /** What the cases take for the pages' origin. */
    of: (name) => ({ origin: `${origin}/${name}` }),
    have: (url) =>
      url.origin === origin && /^\/(pkg\/|scripts\/|[^/]+\/bare\/|$)/.test(url.pathname),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/** The version that is installed. */
export function versionOf(name) {
  const folder = name === "pkce-wasm" ? root : `${here}/node_modules/${name}`;
  return JSON.parse(readFileSync(`${folder}/package.json`, "utf8")).version;
}
