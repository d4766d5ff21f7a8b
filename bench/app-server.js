import { brotliCompressSync } from "node:zlib";
import { bundle, firstLoad } from "./bundle.js";
import { libraries } from "./libraries/index.js";
import { startServer } from "./server.js";

/**
 * Serves an app for each library, at /<library>/<mode>/: a page with the library and nothing else.
 * Scripts have hashes in their names, are compressed by brotli and may be kept for ever; the page is
 * asked for each time.
 *
 * @param {{ rtt: number }} network
 * @param {{ issuer: string, endpoints: object }} provider
 */
export async function startAppServer(network, provider) {
  const assets = new Map();
  const entries = new Map();
  for (const { name, module = name, dist } of libraries) {
    const script = `
      import { open } from "./libraries/${module}.js";
      import { run } from "./pages/page.js";
      run(open);
    `;
    const files = await bundle(script, dist);
    for (const file of files)
      assets.set(`/assets/${name}/${file.name}`, brotliCompressSync(file.bytes));
    const [entry, ...chunks] = firstLoad(files).map((file) => `/assets/${name}/${file.name}`);
    entries.set(name, { entry, chunks });
  }

  const document = (name, mode) => {
    const { entry, chunks } = entries.get(name);
    const settings = {
      issuer: provider.issuer,
      endpoints: mode.startsWith("endpoints") ? provider.endpoints : undefined,
      clientId: name,
      redirectUri: `${server.origin}/${name}/${mode}/callback`,
      scope: "openid email offline_access",
      shared: mode.endsWith("shared"),
    };
    const preload = chunks.map((chunk) => `<link rel="modulepreload" href="${chunk}">`).join("");
    return `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">${preload}
<script>const settings=${JSON.stringify(settings)}</script><script type="module" src="${entry}"></script>`;
  };

  const server = await startServer("app", network, (request, response) => {
    const { pathname } = new URL(request.url, server.origin);
    const asset = assets.get(pathname);
    if (asset) {
      response.setHeader("Content-Type", "text/javascript");
      response.setHeader("Content-Encoding", "br");
      response.setHeader("Cache-Control", "public, max-age=31536000, immutable");
      return response.end(asset);
    }
    const [, name, mode] = pathname.split("/");
    if (pathname === "/api") return response.end("{}");
    if (!entries.has(name)) return response.writeHead(404).end();
    response.setHeader("Content-Type", "text/html");
    response.setHeader("Cache-Control", "no-cache");
    return response.end(document(name, mode));
  });
  return server;
}
