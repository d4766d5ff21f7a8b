import assert from "node:assert/strict";
import { test } from "node:test";
import { inEveryEngine } from "./fixtures/scene.js";

inEveryEngine((scene) => {
  const options = (changes = {}) => scene.app.clientOptions(changes);

  /** What the doctor says on a page of that kind, and what it told on the way. */
  async function examined(t, changes, kind = "bare") {
    const tab = await scene.newTab(t);
    await tab.goto(`${scene.app.pages.origin}/${kind}/`);
    const { findings, told } = await tab.evaluate(async (given) => {
      const { examine } = await import("/pkg/doctor.js");
      const told = [];
      const findings = await examine(given, (finding) => told.push(finding));
      return { findings, told: findings.every((each, index) => each === told[index]) };
    }, options(changes));
    assert.ok(told);
    return findings;
  }

  const complaints = (findings) =>
    findings
      .filter(({ verdict }) => verdict === "failed" || verdict === "warning")
      .map(({ check, code }) => `${check} ${code}`);

  test("an honest configuration is not complained of", async (t) => {
    const findings = await examined(t);
    assert.deepEqual(complaints(findings), []);
    assert.deepEqual(
      findings.map(({ check }) => check),
      [
        ...["browser", "settings", "discovery", "keys"],
        ...["authorization", "token", "sign-out", "page", "clock"],
      ],
    );
    const { issuer, domain } = scene.app.ui;
    const endpoints = {
      issuer,
      authorization: `${domain}/oauth2/authorize`,
      token: `${domain}/oauth2/token`,
      jwks: `${issuer}/.well-known/jwks.json`,
    };
    assert.deepEqual(complaints(await examined(t, { issuer: undefined, endpoints })), []);
  });

  test("a login page and a logout page at which nobody answers", async (t) => {
    const { issuer, domain } = scene.app.ui;
    const endpoints = {
      issuer,
      authorization: "http://localhost:9/oauth2/authorize",
      token: `${domain}/oauth2/token`,
      jwks: `${issuer}/.well-known/jwks.json`,
      endSession: "http://localhost:9/logout",
    };
    const findings = await examined(t, { issuer: undefined, endpoints });
    assert.deepEqual(complaints(findings), ["authorization network", "sign-out undefined"]);
  });

  test("what is wrong with the options is said as the client says it", async (t) => {
    for (const [changes, complaint] of [
      [{ issuer: "undefined" }, "settings invalid_config"],
      [{ clientSecret: "not-for-browsers" }, "settings client_has_secret"],
      [{ redirectUri: "http://127.0.0.1:1/callback" }, "settings redirect_uri_mismatch"],
      [{ issuer: `${scene.app.ui.issuer}2` }, "discovery network"],
      [{ issuer: "http://localhost:9/pool" }, "discovery network"],
    ]) {
      assert.deepEqual(complaints(await examined(t, changes)), [complaint], complaint);
    }
  });

  test("a server without a page at the callback", async (t) => {
    const redirectUri = `${scene.app.pages.origin}/nowhere/callback`;
    const findings = await examined(t, { redirectUri });
    assert.deepEqual(complaints(findings), ["page redirect_uri_mismatch"]);
  });

  test("a policy that forbids WebAssembly, and one that forbids to ask the provider", async (t) => {
    const without = await examined(t, {}, "without-wasm");
    assert.ok(complaints(without).includes("browser wasm_blocked"), JSON.stringify(without));
    const { pages } = scene.app;
    pages.policies.set("bare", "connect-src 'self'");
    t.after(() => pages.policies.clear());
    const closed = await examined(t);
    assert.deepEqual(complaints(closed), ["discovery network"]);
    assert.ok(
      closed.some(({ evidence }) => evidence.includes("connect-src")),
      JSON.stringify(closed),
    );
  });
});
