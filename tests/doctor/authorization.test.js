// What the authorization endpoint's answers tell, and what they do not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { examine } from "../../command/doctor/run.js";
import { html, leadsTo, saidBy, silence, startProvider } from "./provider.js";
import { complains, isWell } from "./world.js";

const noAnswers = [silence, html("", 429), html("", 500), html("", 503)];

test("nothing follows from a made-up callback that gets no answer", async (t) => {
  const provider = await startProvider(t);
  for (const its of noAnswers) {
    provider.answers["/authorize"] = ({ searchParams }) =>
      /pkce-wasm-doctor/.test(searchParams.get("redirect_uri")) ? its : undefined;
    const { findings } = await isWell(provider.options);
    const [login, unseen, ...rest] = saidBy(findings, "authorization");
    assert.match(login, /^ok: .*shows the login page/);
    assert.match(unseen, /^skipped: .*Whether it knows redirectUri shows when a user signs in/);
    assert.deepEqual(rest, []);
  }
});

test("a provider that sends back to a made-up callback is not taken for one that knows the app's", async (t) => {
  const provider = await startProvider(t);
  provider.answers["/authorize"] = ({ searchParams }) => {
    const redirectUri = searchParams.get("redirect_uri");
    return /doctor/.test(redirectUri) ? leadsTo(`${redirectUri}?error=x`) : html("<form>Log in");
  };
  const { findings } = await isWell(provider.options);
  assert.match(saidBy(findings, "authorization")[1], /^skipped: .*made-up callback as well/);
});

test("nothing of PKCE follows from a request without it that gets no answer, or another error", async (t) => {
  const provider = await startProvider(t);
  const { redirectUri } = provider.options;
  const without = (its) => {
    provider.answers["/authorize"] = ({ searchParams }) =>
      searchParams.has("code_challenge") ? undefined : its;
    return isWell(provider.options);
  };
  for (const its of [...noAnswers, leadsTo(`${redirectUri}?error=temporarily_unavailable`)]) {
    const said = saidBy((await without(its)).findings, "authorization");
    assert.match(said[1], /^ok: It knows client and callback\.$/);
    assert.match(said[2], /^skipped: Whether it demands PKCE could not be seen\. ./);
  }
  for (const its of [leadsTo(`${redirectUri}?error=invalid_request`), html("No.", 400)]) {
    const said = saidBy((await without(its)).findings, "authorization");
    assert.match(said[2], /^ok: It demands PKCE\.$/);
  }
});

test("a Location that is no page's address is a finding", async (t) => {
  const provider = await startProvider(t);
  for (const location of ["http://[", "https://", "orders-app://in", "javascript:alert(1)"]) {
    provider.answers["/authorize"] = () => leadsTo(location);
    await complains(
      provider.options,
      "authorization",
      undefined,
      /answers 302, and leads to no page/,
    );
  }
});

test("too many requests are no fault of the configuration", async (t) => {
  const provider = await startProvider(t);
  provider.answers["/authorize"] = () => html("", 429);
  const { findings } = await isWell(provider.options);
  assert.match(saidBy(findings, "authorization").join(), /^skipped: .*answers 429/);
});

test("a scope beside which another error comes is not said to be refused", async (t) => {
  const provider = await startProvider(t);
  const { redirectUri } = provider.options;
  provider.answers["/authorize"] = ({ searchParams }) => {
    const error = { "openid one": "temporarily_unavailable" }[searchParams.get("scope")];
    return leadsTo(
      `${redirectUri}?error=${error ?? "invalid_scope"}&state=${searchParams.get("state")}`,
    );
  };
  const options = { ...provider.options, scope: "openid one two" };
  await complains(options, "authorization", "scope_not_enabled", /It is two\./);
});

test("a callback that is registered with another port, host or slash is found", async (t) => {
  for (const [configured, registered] of [
    [(app) => `${app}/in`, () => "http://localhost/in"],
    [(app) => `${app}/in`, () => "http://localhost:3000/in"],
    [(app) => `${app}/in`, () => "http://localhost:5173/in"],
    [(app) => `${app}/in`, (app) => `${app}/in/`],
    [(app) => `${app}/in/`, (app) => `${app}/in`],
    [(app) => `${app}/in`, (app) => `${app}/callback`],
    [(app) => `${app}/in`, (app) => `${app.replace("localhost", "127.0.0.1")}/in`],
    [(app) => `${app.replace("localhost", "127.0.0.1")}/in`, (app) => `${app}/in`],
    [() => "http://localhost/in", () => "http://localhost:80/in"],
    [() => "http://localhost/in", () => "http://localhost:8080/in"],
    [() => "https://orders.invalid:8443/in", () => "https://orders.invalid/in"],
    [() => "https://orders.invalid/in", () => "https://orders.invalid:443/in"],
    [() => "https://orders.invalid:443/in", () => "https://orders.invalid/in"],
    [() => "http://localhost:80/in", () => "http://localhost/in"],
  ]) {
    const provider = await startProvider(t, { registered: (app) => [registered(app)] });
    const redirectUri = configured(provider.app);
    const { findings, requests } = await examine({ ...provider.options, redirectUri });
    assert.deepEqual(
      findings.filter(({ check }) => check === "authorization").map(({ evidence }) => evidence),
      [`${redirectUri} is no callback of the client, and ${registered(provider.app)} is one.`],
    );
    assert.ok(requests.length < 20);
  }
});
