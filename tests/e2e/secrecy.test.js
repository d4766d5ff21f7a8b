import assert from "node:assert/strict";
import { test } from "node:test";
import { inEveryEngine } from "./fixtures/scene.js";
import {
  everythingStored,
  leaveForLoginPage,
  logIn,
  signedIn,
  signIn,
  signInBare,
  signInUpToCallback,
} from "./fixtures/steps.js";

/** A JWT, or Cognito's refresh token: an encrypted one. */
const token = /eyJ[\w-]{8,}/;

inEveryEngine((scene) => {
  test("after the sign-out no storage holds a token, a code or a verifier", async (t) => {
    const profile = await scene.newProfile(t);
    const tab = await profile.newTab();
    await leaveForLoginPage(tab, scene.app);
    const other = await profile.newTab();
    await other.goto(`${scene.app.playground.origin}/`);
    const [, verifier] = /"code_verifier\\*":\\*"([\w-]{43,})/.exec(await everythingStored(other));

    await logIn(tab);
    await tab.waitForText({ role: "status" }, signedIn);
    const during = await everythingStored(tab);
    assert.match(during, token);
    assert.ok(!during.includes(verifier), "the verifier is needed no more");

    await tab.click({ role: "button", name: "Sign out" });
    await tab.waitForText({ role: "status" }, "Signed out");
    for (const stored of [await everythingStored(tab), await everythingStored(other)]) {
      assert.doesNotMatch(stored, token);
      assert.ok(!stored.includes(verifier));
    }
  });

  test("a session that is logged or made JSON spills no token", async (t) => {
    const tab = await scene.newTab(t);
    await signInBare(tab, scene.app, scene.app.clientOptions());
    const { json, entries, shown, printed } = await tab.evaluate(() => {
      console.log(client.session, client);
      const { session } = client;
      return {
        json: JSON.stringify([session, client]),
        entries: JSON.stringify(Object.entries(session)),
        // Chromium's console shows what is not enumerable, too, but calls no accessor.
        shown: JSON.stringify(Object.getOwnPropertyDescriptors(session)),
        printed: window.printed.join("\n"),
      };
    });
    for (const text of [json, entries, shown, printed]) assert.doesNotMatch(text, token);
    assert.match(json, /user@example\.com/);
  });

  test("neither errors nor the console show a token, a code, a state or a verifier", async (t) => {
    const options = scene.app.clientOptions();
    for (const responder of [
      (request) => request.socket.destroy(),
      (request, response) => answer(response, 500, JSON.stringify({ error: "server_error" })),
      (request, response) => answer(response, 200, "<p>no JSON"),
      (request, response) => answer(response, 400, JSON.stringify({ error: "invalid_grant" })),
      (request, response) =>
        answer(
          response,
          200,
          JSON.stringify({
            access_token: "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.",
            id_token: "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.",
            token_type: "Bearer",
          }),
        ),
    ]) {
      const profile = await scene.newProfile(t);
      const page = await profile.newTab();
      const callback = await signInUpToCallback(page, scene.app, options);
      const [, verifier] = /"code_verifier\\*":\\*"([\w-]{43,})/.exec(await everythingStored(page));
      const recover = scene.app.ui.fail("/oauth2/token", responder, { times: Infinity });
      const texts = await page.evaluate(async () => {
        const error = await client.start().then(
          () => undefined,
          (reason) => reason,
        );
        console.error(error);
        const causes = [];
        for (let one = error; one instanceof Error; one = one.cause) causes.push(String(one));
        return {
          code: error?.code,
          all: [...causes, JSON.stringify(error), ...printed].join("\n"),
        };
      });
      recover();
      await profile.close();

      assert.ok(texts.code, "the sign-in should have failed");
      assert.doesNotMatch(texts.all, token);
      for (const secret of [...callback.searchParams.values(), verifier]) {
        assert.ok(!texts.all.includes(secret), `${texts.code} shows ${secret}: ${texts.all}`);
      }
    }
  });
});

function answer(response, status, body) {
  response.writeHead(status, {
    "Access-Control-Allow-Origin": "*",
    "Content-Type": "application/json",
  });
  response.end(body);
}
