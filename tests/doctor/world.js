// An app's server, a pool and a plain OpenID provider, and the doctor's look at them.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { startHostedUi } from "hosted-ui";
import { examine } from "../../command/doctor/run.js";

const PAGE = {
  status: 200,
  headers: { "content-type": "text/html" },
  body: "<!doctype html><p>Orders",
};

/**
 * A server that gives every path the same answer, as it is when it is asked, or each its own.
 * @param {object | ((path: string) => object)} answer
 */
export async function serve(t, answer = {}) {
  const server = createServer(({ url }, response) => {
    const its = typeof answer === "function" ? answer(url.split("?")[0]) : answer;
    const { status, headers, body } = { ...PAGE, ...its };
    response.writeHead(status, headers).end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return `http://localhost:${server.address().port}`;
}

/** Where nobody listens any more. */
export async function closed() {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return `http://127.0.0.1:${port}`;
}

/** A pool, an app that is registered at it, and the options that are right for both. */
export async function startWorld(t, { client = {}, pool = {}, page = {} } = {}) {
  const origin = await serve(t, page);
  const [redirectUri, postLogoutRedirectUri] = [`${origin}/callback`, `${origin}/`];
  const clients = [
    {
      clientId: "orders",
      callbackUrls: [redirectUri],
      logoutUrls: [postLogoutRedirectUri],
      ...(typeof client === "function" ? client({ origin }) : client),
    },
  ];
  const ui = await startHostedUi({ issuerPort: 0, domainPort: 0, clients, ...pool });
  t.after(() => ui.close());
  const options = { issuer: ui.issuer, clientId: "orders", redirectUri, postLogoutRedirectUri };
  return { ui, origin, options };
}

/** That nothing is complained of, but for what some checks may. */
export async function isWell(options, given, excepted = []) {
  const examined = await examine(options, given);
  const complaints = examined.findings.filter(
    ({ check, verdict }) => /failed|warning/.test(verdict) && !excepted.includes(check),
  );
  assert.deepEqual(complaints, []);
  assert.ok(examined.requests.length > 3 && examined.requests.length <= 25);
  return examined;
}

/** That a check fails alone, by a code or by words, and says what to do. */
export async function complains(options, check, code, words, given) {
  const { findings, requests } = await examine(options, given);
  const failed = findings.filter(({ verdict }) => verdict === "failed");
  assert.deepEqual(
    failed.map((each) => [each.check, each.code]),
    [[check, code]],
    JSON.stringify(failed),
  );
  assert.match(`${failed[0].evidence} ${failed[0].fix}`, words);
  assert.ok(failed[0].fix.length > 0);
  assert.ok(requests.length <= 25);
  return findings;
}
