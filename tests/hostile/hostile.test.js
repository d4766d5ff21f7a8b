import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { engines, launch } from "../e2e/browsers/index.js";
import { startPagesServer } from "../e2e/fixtures/pages-server.js";
import { cases } from "./cases/index.js";
import { clientId, startProvider, subject } from "./provider.js";
import { optionsOf, visit } from "./visit.js";

const [chromium] = engines.filter(({ name }) => name === "chromium");
let browser;
let pages;
let provider;

before(async () => {
  [browser, pages, provider] = await Promise.all([
    launch(chromium),
    startPagesServer(),
    startProvider(),
  ]);
});
after(() => Promise.all([browser?.close(), pages?.close(), provider?.close()]));

for (const [area, list] of Object.entries(cases)) {
  describe(area, () => {
    for (const one of list) {
      test(`a provider that ${one.name}`, (t) => run(t, one));
    }
  });
}

async function run(t, { does, client, signIn, steps = ["start", "userInfo"], expects }) {
  const profile = await browser.newProfile();
  t.after(() => profile.close());
  const tab = await profile.newTab();
  const issuer = provider.open(does);
  const options = optionsOf(pages, issuer, client);
  const outcome = await visit(tab, pages, { options, signIn, steps });

  assert.equal(outcome.polluted, false);
  if (expects.signedIn) assertSignedIn(outcome, issuer);
  else assertRefused(outcome, issuer, expects);
}

function assertSignedIn({ code, session, userInfo }, issuer) {
  assert.equal(code, undefined);
  assert.equal(session.sub, subject);
  assert.equal(session.claims.iss, issuer.url);
  assert.ok([session.claims.aud].flat().includes(clientId));
  assert.equal(userInfo.sub, subject);
  const [asked] = issuer.asked("userinfo");
  assert.equal(asked.authorization, `Bearer ${session.accessToken}`);
}

function assertRefused({ code, at, session, stored }, issuer, expects) {
  assert.deepEqual({ code, at }, { at: "start", ...expects });
  assert.equal(session, null);
  const records = Object.values(stored);
  assert.deepEqual(
    records.filter((record) => record.includes("token\":") || record.includes("session/")),
    [],
  );
  assert.deepEqual(issuer.asked("userinfo"), []);
}
