import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, Server } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { test } from "node:test";

import { startHostedUi } from "../src/index.js";
import { startPool } from "./visitor.js";

const discovery = "/us-east-1_Local0001/.well-known/openid-configuration";

/** Sends these bytes on a connection of their own, and gives what came back until its end. */
async function exchange(port, sent) {
  const socket = connect(port, "127.0.0.1");
  socket.write(sent);
  return text(socket);
}

const get = (port, path) =>
  exchange(port, `GET ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: close\r\n\r\n`);

const postToken = (port) =>
  exchange(
    port,
    `POST /oauth2/token HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: close\r\n` +
      "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 24\r\n\r\n" +
      "grant_type=refresh_token",
  );

/** Calls back in the moment in which each port is opened: nobody can know it earlier. */
function whenListening(t, callback) {
  const ports = [];
  const { listen } = Server.prototype;
  t.mock.method(Server.prototype, "listen", function (...words) {
    this.once("listening", () => {
      ports.push(this.address().port);
      callback(this.address().port, ports.length === 1 ? "issuer" : "domain");
    });
    return listen.apply(this, words);
  });
}

test(
  "requests of the first moment are all answered, on both origins",
  { timeout: 60_000 },
  async (t) => {
    const answers = { issuer: [], domain: [] };
    const times = (count, ask) => Array.from({ length: count }, ask);
    whenListening(t, (port, origin) => {
      answers[origin] =
        origin === "issuer"
          ? times(100, () => get(port, discovery))
          : [...times(50, () => get(port, "/login")), ...times(50, () => postToken(port))];
    });
    const ui = await startPool(t);

    const issuer = await Promise.all(answers.issuer);
    assert.equal(issuer.length, 100);
    for (const answer of issuer) {
      assert.match(answer, /^HTTP\/1\.1 200 /);
      assert.ok(answer.includes(`"token_endpoint":"${ui.domain}/oauth2/token"`));
    }
    const domain = await Promise.all(answers.domain);
    assert.equal(domain.length, 100);
    for (const answer of domain.slice(0, 50)) assert.match(answer, /^HTTP\/1\.1 302 /);
    for (const answer of domain.slice(50)) assert.match(answer, /^HTTP\/1\.1 400 /);
    assert.equal(ui.requests.filter(({ status }) => status === undefined).length, 0);
  },
);

test("a start that fails lets go of those who came early", { timeout: 60_000 }, async (t) => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  t.after(() => taken.close());
  let early;
  whenListening(t, (port) => {
    early = get(port, discovery).catch(({ code }) => code);
  });
  const domainPort = taken.address().port;
  await assert.rejects(startHostedUi({ issuerPort: 0, domainPort }), { code: "EADDRINUSE" });
  assert.ok(["", "ECONNRESET"].includes(await early));
});

test("a client that leaves while it sends, or asks for no address, ends nothing", async (t) => {
  const ui = await startPool(t);
  for (const [origin, address] of [
    ["issuer", ui.issuer],
    ["domain", ui.domain],
  ]) {
    const port = Number(new URL(address).port);
    assert.match(await get(port, "//"), /^HTTP\/1\.1 400 /);

    const before = ui.requests.length;
    const socket = connect(port, "127.0.0.1");
    socket.write("POST /oauth2/token HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n");
    socket.write("Content-Length: 9\r\n\r\nabc");
    await once(socket, "data"); // It says "100 Continue" when it has read the head.
    socket.destroy();
    await once(socket, "close");
    await fetch(address);
    const log = ui.requests.slice(before).filter((request) => request.origin === origin);
    assert.equal(log.find(({ method }) => method === "POST").status, undefined);
  }
});
