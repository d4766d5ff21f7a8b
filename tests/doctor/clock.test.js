// This machine's clock, as the provider's answers show it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { examine } from "../../command/doctor/run.js";
import { startStandardProvider } from "../e2e/fixtures/standard-provider.js";
import { serve } from "./world.js";

/** What is said of the clock, where each answer of the provider has these headers. */
async function said(t, headersNow) {
  const origin = await serve(t);
  const redirectUri = `${origin}/in`;
  const provider = await startStandardProvider({
    redirectUris: [redirectUri],
    postLogoutRedirectUris: [],
    origins: [origin],
    alter: (ctx) => ctx.set(headersNow()),
  });
  t.after(() => provider.close());
  const { issuer, clientId } = provider;
  const { findings } = await examine({ issuer, clientId, redirectUri });
  return findings
    .filter(({ check }) => check === "clock")
    .map(({ verdict, evidence, code }) => [verdict, evidence, code]);
}

const dateIn = (seconds) => new Date(Date.now() + seconds * 1000).toUTCString();
const right = ["ok", "This machine and the provider have the same time.", undefined];

test("a clock that is right", async (t) => {
  assert.deepEqual(await said(t, () => ({})), [right]);
});

test("an answer that a cache had is older by its Age, and no clock is wrong", async (t) => {
  assert.deepEqual(await said(t, () => ({ date: dateIn(-3600), age: "3600" })), [right]);
  assert.deepEqual(await said(t, () => ({ date: dateIn(0), age: "soon" })), [right]);
});

test("a clock that is wrong is named, also behind a cache", async (t) => {
  for (const [headers, words] of [
    [() => ({ date: dateIn(7200) }), /^The provider is (?:7200|719\d) seconds ahead/],
    [() => ({ date: dateIn(-7200) }), /^The provider is 720\d seconds behind/],
    [() => ({ date: dateIn(3600), age: "3600" }), /^The provider is (?:7200|719\d) seconds ahead/],
  ]) {
    const [[verdict, evidence, code], ...more] = await said(t, headers);
    assert.deepEqual([verdict, code, more], ["warning", "id_token_issued_at", []]);
    assert.match(evidence, words);
  }
});
