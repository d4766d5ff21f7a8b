import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { signed } from "../../tests/hostile/jws.js";
import { Issuer, subject } from "../../tests/hostile/provider.js";

/**
 * What a library wants of any provider, honest or not.
 *
 * @typedef {object} Dialect
 * @property {(url: string) => string} [issuer] how it derives the issuer
 * @property {Record<string, string>} [paths] where it looks for endpoints, and where they are
 * @property {boolean} [hasJwtTokens] it reads access or refresh tokens, which are nobody's but the provider's
 */

/** The provider of tests/hostile, in a library's dialect. */
class SpokenIssuer extends Issuer {
  constructor(url, does, { issuer = (same) => same, hasJwtTokens = false }) {
    super(issuer(url), does);
    this.hasJwtTokens = hasJwtTokens;
  }

  newToken(grant) {
    if (!this.hasJwtTokens) return super.newToken(grant);
    const iat = Math.floor(Date.now() / 1000);
    const claims = { iss: this.url, sub: subject, username: subject, client_id: grant.client_id };
    return signed(
      { alg: this.key.alg, kid: this.key.kid, typ: "JWT" },
      { ...claims, jti: randomUUID(), iat, exp: iat + 3600 },
      this.key,
    );
  }
}

/** A server of such providers: by https, which some libraries insist on. */
export async function startProvider() {
  const issuers = new Map();
  const server = createServer(certificate(), async (request, response) => {
    const [, name, ...rest] = request.url.split("/");
    const issuer = issuers.get(name);
    if (!issuer) return response.writeHead(404).end();
    allow(request, response);
    if (request.method === "OPTIONS") return response.writeHead(204).end();
    request.url = issuer.find(`/${rest.filter(Boolean).join("/")}`);
    // A request that only this library makes may lack what a case looks for.
    await issuer.serve(request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  return {
    /** @param {Dialect} dialect */
    speak: (dialect = {}) => ({
      /** @param {import("../../tests/hostile/provider.js").Deviations} [does] */
      open(does = {}) {
        const name = `issuer-${issuers.size + 1}`;
        const issuer = new SpokenIssuer(`https://localhost:${port}/${name}`, does, dialect);
        const { pathname } = new URL(issuer.url);
        issuer.find = (path) => {
          const [file, query] = path.split("?");
          const known = dialect.paths?.[file] ?? file;
          return pathname + known + (query === undefined ? "" : `?${query}`);
        };
        issuers.set(name, issuer);
        return issuer;
      },
    }),
    have: (url) => url.port === String(port),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/** CORS for whatever headers and cookies a library adds. */
function allow({ headers }, response) {
  const set = response.setHeader.bind(response);
  response.setHeader = (name, value) => {
    if (!name.startsWith("Access-Control-")) set(name, value);
  };
  set("Access-Control-Allow-Origin", headers.origin ?? "*");
  set("Access-Control-Allow-Credentials", "true");
  set("Access-Control-Allow-Headers", headers["access-control-request-headers"] ?? "authorization");
}

/** One for this run alone, which the browser is told not to mind. */
function certificate() {
  const folder = mkdtempSync(join(tmpdir(), "hostile-"));
  const [key, cert] = ["key.pem", "certificate.pem"].map((name) => join(folder, name));
  const request = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost";
  execFileSync("openssl", [...request.split(" "), "-keyout", key, "-out", cert], {
    stdio: "ignore",
  });
  const files = { key: readFileSync(key), cert: readFileSync(cert) };
  rmSync(folder, { recursive: true });
  return files;
}
