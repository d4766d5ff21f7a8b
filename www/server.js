import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import sirv from "sirv";
import { createCheck } from "./check.js";
import { openMetadataConfig } from "./openmetadata-config.js";
import { createResourceServer } from "./resource-server.js";

const here = dirname(fileURLToPath(import.meta.url));

/**
 * The page's Content-Security-Policy: what a page needs to run this library, and nothing else.
 *
 * @param {{ issuer: string, domain?: string }} provider
 */
export function contentSecurityPolicy({ issuer, domain }) {
  const provider = [issuer, domain].filter(Boolean).map((url) => new URL(url).origin);
  return [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    `connect-src ${["'self'", ...new Set(provider)].join(" ")}`,
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join("; ");
}

/**
 * Serves the playground on localhost.
 *
 * @param {object} options
 * @param {number} [options.port] 0 takes a free one
 * @param {string} options.issuer
 * @param {string} options.clientId
 * @param {string} [options.domain] the hosted UI's origin, where it is not the issuer's
 * @param {string} [options.dist] the built library, absolute or relative to this folder
 * @param {Record<string, string | undefined>} [options.headers] replace the default response
 *   headers of the same name; undefined removes one
 * @param {object} [options.settings] further options of createClient for the page
 * @returns {Promise<{ origin: string, close(): Promise<void> }>}
 */
export async function startPlayground({
  port = 8585,
  issuer,
  clientId,
  domain,
  dist = "../dist",
  headers = {},
  settings = {},
}) {
  const library = resolve(here, dist);
  if (!existsSync(resolve(library, "index.js"))) {
    throw new Error(`There is no built library in ${library}: run npm start, which builds it.`);
  }

  const responseHeaders = Object.entries({
    "Content-Security-Policy": contentSecurityPolicy({ issuer, domain }),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    ...headers,
  }).filter(([, value]) => value !== undefined);

  // Both answer "no-cache" with an ETag: an edited or rebuilt file is there at the next reload.
  const development = { dev: true, etag: true };
  const page = sirv(here, development);
  const pkg = sirv(library, development);
  const docs = sirv(resolve(here, "../docs"), {
    ...development,
    setHeaders: (response) => response.setHeader("Content-Type", "text/plain; charset=utf-8"),
  });

  const loggedInUser = createResourceServer({ issuer, clientId });
  const json = {
    "/config.json": () => ({ body: { ...settings, issuer, clientId } }),
    "/api/v1/system/config/auth": () => ({
      body: openMetadataConfig({ issuer, clientId, callbackUrl: `${origin}/callback` }),
    }),
    "/api/v1/users/loggedInUser": (request) => loggedInUser(request.headers.authorization),
  };

  const server = createServer(async (request, response) => {
    for (const [name, value] of responseHeaders) response.setHeader(name, value);
    if (request.method === "POST" && request.url === "/check") {
      sendJson(response, await check(request));
      return;
    }
    if (request.method !== "GET" && request.method !== "HEAD") {
      sendJson(response, { status: 405, headers: { Allow: "GET, HEAD" }, body: {} });
      return;
    }

    const path = request.url.split("?", 1)[0];
    const notFound = () =>
      sendJson(response, { status: 404, body: { code: 404, message: `Nothing is at ${path}` } });

    if (Object.hasOwn(json, path)) {
      sendJson(response, await json[path](request));
    } else if (path.startsWith("/api/")) {
      notFound();
    } else if (path.startsWith("/pkg/")) {
      request.url = request.url.slice("/pkg".length);
      pkg(request, response, notFound);
    } else if (path.startsWith("/docs/")) {
      request.url = request.url.slice("/docs".length);
      docs(request, response, notFound);
    } else {
      page(request, response, () => {
        if (!request.headers.accept?.includes("text/html")) return notFound();
        request.url = "/index.html";
        page(request, response, notFound);
      });
    }
  });

  await listen(server, port);
  const origin = `http://localhost:${server.address().port}`;
  const check = createCheck(origin);

  return {
    origin,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

function sendJson(response, { status = 200, headers = {}, body }) {
  response.writeHead(status, {
    "Content-Type": "application/json; charset=utf-8",
    "Cache-Control": "no-store",
    ...headers,
  });
  response.end(JSON.stringify(body));
}

function listen(server, port) {
  return new Promise((listening, reject) => {
    server.once("error", (cause) => {
      if (cause.code !== "EADDRINUSE") return reject(cause);
      const message = `Port ${port} is in use: stop the program that uses it, or choose another with PORT=…`;
      reject(Object.assign(new Error(message, { cause }), { code: cause.code }));
    });
    server.listen(port, "localhost", listening);
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { PORT = 8585, ISSUER, CLIENT_ID, DOMAIN } = process.env;
  try {
    const playground = await startPlayground({
      port: Number(PORT),
      issuer: ISSUER ?? "http://localhost:9400/us-east-1_Local0001",
      clientId: CLIENT_ID ?? "local-playground-client",
      domain: DOMAIN ?? (ISSUER ? undefined : "http://localhost:9401"),
    });
    console.log(`Playground: ${playground.origin}`);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
