import { once } from "node:events";
import { createServer } from "node:http";
import { brotliCompressSync } from "node:zlib";
import { begin, close, now, travel, watchConnections } from "./provider.js";
import { bundle, firstLoad } from "./bundle.js";
import { local } from "./libraries/index.js";

/**
 * Serves an app for each library, at /<library>/<mode>/: a page with the library and nothing else.
 * Scripts have hashes in their names, are compressed by brotli and may be kept for ever; the page is
 * asked for each time. The same waits as at the provider.
 *
 * @param {{ rtt: number }} network
 * @param {import("./provider.js").Provider} provider
 */
export async function startAppServer(network, provider) {
  const log = [];
  const assets = new Map();
  const entries = new Map();
  for (const { name, module = name, dist } of local) {
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

  const document = (name, mode, origin) => {
    const { entry, chunks } = entries.get(name);
    const settings = {
      issuer: provider.issuer,
      endpoints: mode.startsWith("endpoints") ? provider.endpoints : undefined,
      clientId: name,
      redirectUri: `${origin}/${name}/${mode}/callback`,
      scope: "openid email offline_access",
      shared: mode.endsWith("shared"),
    };
    const preload = chunks.map((chunk) => `<link rel="modulepreload" href="${chunk}">`).join("");
    return `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">${preload}
<script>const settings=${JSON.stringify(settings)}</script><script type="module" src="${entry}"></script>`;
  };

  const server = createServer(async (request, response) => {
    const entry = begin(log, "app", request);
    response.on("finish", () => (entry.end = now()));
    await travel(request.socket, network);
    const { pathname } = new URL(request.url, "http://localhost");
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
    return response.end(document(name, mode, `http://localhost:${server.address().port}`));
  });
  watchConnections(server);
  server.keepAliveTimeout = 600_000;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://localhost:${server.address().port}`,
    log,
    closeIdle: () => server.closeIdleConnections(),
    close: () => close(server),
  };
}
