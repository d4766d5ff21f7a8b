// The playground's own server has the doctor look at what is pasted into the page.
import assert from "node:assert/strict";
import { test } from "node:test";
import { startPlayground } from "../../www/server.js";
import { startWorld } from "./world.js";

async function startCheck(t) {
  const { ui, options } = await startWorld(t);
  const playground = await startPlayground({ port: 0, issuer: ui.issuer, clientId: "orders" });
  t.after(() => playground.close());
  const check = (text, headers = {}) =>
    fetch(`${playground.origin}/check`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ text }),
    });
  return { options, check };
}

test("what is pasted is read as the importer reads it, and examined", async (t) => {
  const { options, check } = await startCheck(t);
  const { issuer, clientId, redirectUri } = options;
  const pasted = `AUTHENTICATION_PROVIDER=custom-oidc
AUTHENTICATION_AUTHORITY=${issuer}
AUTHENTICATION_CLIENT_ID=${clientId}
AUTHENTICATION_CALLBACK_URL=${redirectUri}
`;
  const { system, findings } = await (await check(pasted)).json();
  assert.equal(system, "openmetadata");
  assert.deepEqual(
    findings.filter(({ verdict }) => verdict === "failed"),
    [],
  );
  const confidential = await (await check(`${pasted}OIDC_CLIENT_SECRET=kept-to-ourselves`)).text();
  assert.match(confidential, /client_has_secret/);
  assert.doesNotMatch(confidential, /kept-to-ourselves/);
  assert.match(await (await check("Good morning")).text(), /unknown_form/);
});

test("a page of another origin, another name of the machine, and no settings are turned away", async (t) => {
  const { check } = await startCheck(t);
  assert.equal((await check("x", { "content-type": "text/plain" })).status, 403);
  assert.equal((await check(undefined)).status, 400);
  assert.equal((await check("x".repeat(100_000))).status, 400);
});
