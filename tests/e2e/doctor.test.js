import assert from "node:assert/strict";
import { test } from "node:test";
import { inEveryEngine } from "./fixtures/scene.js";
import { startStandardProvider } from "./fixtures/standard-provider.js";

inEveryEngine((scene) => {
  const options = (changes = {}) => scene.app.clientOptions(changes);

  /**
   * What the doctor says on a page of that kind, and what it told on the way.
   * @param {string} [broken] a script that takes from the page what it has
   */
  async function examined(t, changes, kind = "bare", broken = "") {
    const tab = await scene.newTab(t);
    await tab.goto(`${scene.app.pages.origin}/${kind}/`);
    if (broken !== "") await tab.evaluate((script) => void (0, eval)(script), broken);
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

  test("what a browser lacks, or keeps from the page, is named", async (t) => {
    const lacking = (prototype, name) => `delete ${prototype}.${name}`;
    const throwing = (name) =>
      `Object.defineProperty(window, "${name}", { get() { throw new DOMException("", "SecurityError"); } })`;
    for (const [broken, verdict, code, words] of [
      [throwing("localStorage"), "failed", "storage_blocked", /localStorage keeps nothing/],
      [throwing("sessionStorage"), "failed", "storage_blocked", /sessionStorage keeps nothing/],
      [
        "Object.defineProperty(window, 'isSecureContext', { value: false })",
        "failed",
        "insecure_context",
        /no secure context/,
      ],
      [lacking("Navigator.prototype", "locks"), "warning", undefined, /no Web Locks/],
      [lacking("window", "BroadcastChannel"), "warning", undefined, /no BroadcastChannel/],
    ]) {
      const findings = await examined(t, {}, "bare", broken);
      const its = findings.filter(
        ({ check, ...rest }) => check === "browser" && rest.verdict !== "ok",
      );
      assert.deepEqual(
        its.map((each) => [each.verdict, each.code]),
        [[verdict, code]],
        `${broken}: ${JSON.stringify(its)}`,
      );
      assert.match(its[0].evidence, words);
    }
  });

  test("a storage that keeps nothing of what it takes is named", async (t) => {
    const broken = "Storage.prototype.setItem = () => undefined";
    const findings = await examined(t, {}, "bare", broken);
    assert.deepEqual(complaints(findings).slice(0, 2), [
      "browser storage_blocked",
      "browser storage_blocked",
    ]);
  });

  test("a clock that is wrong is named, and one is not that a cache's answer only seems to show", async (t) => {
    const answered = (headers) => `{
      const { fetch } = window;
      window.fetch = async (url, init) => {
        const answer = await fetch(url, init);
        if (String(url) !== ${JSON.stringify(options().redirectUri)}) return answer;
        const headers = new Headers(answer.headers);
        for (const [name, value] of Object.entries(${JSON.stringify(headers)})) headers.set(name, value);
        return new Response(answer.body, { status: answer.status, headers });
      };
    }`;
    const dateIn = (seconds) => new Date(Date.now() + seconds * 1000).toUTCString();
    const clock = async (headers) =>
      (await examined(t, {}, "bare", answered(headers)))
        .filter(({ check }) => check === "clock")
        .map(({ verdict }) => verdict);
    assert.deepEqual(await clock({ date: dateIn(-3600), age: "3600" }), ["ok"]);
    assert.deepEqual(await clock({ date: dateIn(3600), age: "3600" }), ["warning"]);
    assert.deepEqual(await clock({ date: dateIn(-3600) }), ["warning"]);
    assert.deepEqual(await clock({ date: dateIn(3600) }), ["warning"]);
  });

  test("a provider that allows each client its own origins", async (t) => {
    const { origin } = scene.app.pages;
    const provider = await startStandardProvider({
      redirectUris: [options().redirectUri],
      postLogoutRedirectUris: [],
      origins: [origin],
      // Whose page it is, it knows by the client alone.
      alter(ctx) {
        if (ctx.path === "/token" && ctx.oidc?.body?.client_id !== "single-page-app")
          ctx.remove("access-control-allow-origin");
      },
    });
    t.after(() => provider.close());
    const { issuer, clientId } = provider;
    assert.deepEqual(complaints(await examined(t, { issuer, clientId })), []);
    const [{ status, form }] = provider.requests.filter(({ path }) => path === "/token");
    assert.deepEqual([status, form.client_id], [400, clientId]);
  });

  test("a policy that forbids to ask the page's own server is none that keeps users away", async (t) => {
    const { pages, ui } = scene.app;
    pages.policies.set(
      "bare",
      `connect-src ${new URL(ui.issuer).origin} ${ui.domain} ${pages.origin}/pkg/`,
    );
    t.after(() => pages.policies.clear());
    const findings = await examined(t);
    assert.deepEqual(complaints(findings), []);
    assert.deepEqual(
      findings.filter(({ check }) => check === "page").map(({ verdict }) => verdict),
      ["skipped"],
    );
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
