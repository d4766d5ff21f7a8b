// The logout page, which the doctor sees without a session.
import assert from "node:assert/strict";
import { test } from "node:test";
import { examine } from "../../command/doctor/run.js";
import { html, leadsTo, saidBy, silence, startProvider } from "./provider.js";
import { complains, isWell } from "./world.js";

async function startSignOut(t) {
  const provider = await startProvider(t);
  const postLogoutRedirectUri = `${provider.app}/`;
  const options = { ...provider.options, postLogoutRedirectUri };
  const answer = (by) => (provider.answers["/logout"] = by);
  return { options, answer, postLogoutRedirectUri };
}

test("a provider that wants an id_token_hint, or says nothing of the address, is not said to refuse it", async (t) => {
  const { options, answer, postLogoutRedirectUri } = await startSignOut(t);
  const request = `/logout?post_logout_redirect_uri=${encodeURIComponent(postLogoutRedirectUri)}`;
  for (const [its, words] of [
    [html("<p>Missing parameters: id_token_hint", 400), /wants an id_token_hint/],
    [
      html("The 'id_token_hint' is required when 'post_logout_redirect_uri' is used.", 400),
      /wants an id_token_hint/,
    ],
    [html("The ID Token hint is required with post_logout_redirect_uri", 400), /id_token_hint/],
    [html('{"error":"no session","params":{"post_logout_redirect_uri":"x"}}', 400), /answers 400/],
    [leadsTo("/error?error=invalid_request&error_description=No+id_token_hint"), /id_token_hint/],
    [leadsTo("/logout/error"), /says an error/],
    [leadsTo("/error?error=login_required"), /says login_required/],
    [html(`<p>Bad request: <a href="${request}">again</a>`, 400), /answers 400/],
    [html("", 401), /answers 401/],
    [html("redirect_uri", 429), /answers 429/],
    [html("redirect_uri", 503), /answers 503/],
  ]) {
    answer(() => its);
    const { findings } = await isWell(options);
    const [said, ...rest] = saidBy(findings, "sign-out");
    assert.match(said, /^skipped: .*shows when a user signs out\.$/);
    assert.match(said, words);
    assert.deepEqual(rest, []);
  }
});

test("an answer that names the address, or its mismatch, is evidence that it is not registered", async (t) => {
  const { options, answer } = await startSignOut(t);
  for (const its of [
    html("invalid_request: post_logout_redirect_uri not registered", 400),
    html("<p>Invalid redirect uri", 400),
    html("post_logout_redirect_uri unknown", 404),
    html("This client does not have this redirect uri registered.", 400),
    leadsTo("/error?error=redirect_mismatch&client_id=orders"),
    leadsTo("/oops?error=invalid_request&error_description=The+logout_uri+is+unknown"),
  ]) {
    answer(() => its);
    await complains(options, "sign-out", undefined, /Register http/);
  }
});

test("a logout page that is not there is something to correct, and no address to register", async (t) => {
  const { options, answer } = await startSignOut(t);
  for (const status of [404, 405]) {
    answer(() => html("Cannot GET /logout?post_logout_redirect_uri=x", status));
    const { findings } = await examine(options);
    assert.match(saidBy(findings, "sign-out").join(), /^warning: .*answers 40\d/);
  }
});

test("an address is known where a made-up one alone is refused", async (t) => {
  const { options, answer, postLogoutRedirectUri } = await startSignOut(t);
  const made = (its) =>
    answer(({ searchParams }) =>
      searchParams.get("post_logout_redirect_uri") === postLogoutRedirectUri
        ? html("<form>Sign out?")
        : its,
    );
  for (const [its, words] of [
    [html("No.", 400), /^ok: .*and knows/],
    [leadsTo("/error?error=redirect_mismatch"), /^ok: .*and knows/],
    [html("<form>Sign out?"), /^skipped: .*made-up address as well/],
    [html("", 429), /^skipped: .*no answer to one with a made-up/],
    [html("", 503), /^skipped: .*no answer to one with a made-up/],
    [silence, /^skipped: .*no answer to one with a made-up/],
  ]) {
    made(its);
    const { findings } = await isWell(options);
    assert.match(saidBy(findings, "sign-out").join(), words);
  }
  answer(() => leadsTo(`${postLogoutRedirectUri}?state=x`));
  assert.match(saidBy((await isWell(options)).findings, "sign-out").join(), /^ok: .*leads back/);
  answer(() => leadsTo(`${postLogoutRedirectUri}elsewhere`));
  assert.match(saidBy((await isWell(options)).findings, "sign-out").join(), /^skipped/);
});
