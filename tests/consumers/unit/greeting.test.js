// The same tests run in Vitest and in Jest, whose globals they use.
import { createClient } from "pkce-wasm";
import { fakeClient } from "pkce-wasm/testing";
import { greeting } from "./greeting.js";

const ada = { sub: "ada", name: "Ada" };

test("who is signed in is greeted by name", async () => {
  expect(await greeting(fakeClient({ signedInAs: ada }))).toBe("Hello Ada.");
});

test("nobody is asked to sign in", async () => {
  expect(await greeting(fakeClient())).toBe("Please sign in.");
});

test("a failure is told", async () => {
  expect(await greeting(fakeClient({ failing: "network" }))).toBe("Please try again.");
  await expect(greeting(fakeClient({ failing: "id_token_nonce" }))).rejects.toMatchObject({
    code: "id_token_nonce",
    kind: "id_token",
  });
});

test("a session that expires is renewed, and one that ends is told", async () => {
  const client = fakeClient({ signedInAs: ada, expiresInSeconds: 0 });
  await client.start();
  const sessions = [];
  client.subscribe((session) => sessions.push(session));
  await client.accessToken();
  client.failWith({ accessToken: "session_ended" });
  const codes = [];
  client.addEventListener("refresherror", ({ detail }) => codes.push(detail.error.code));
  await expect(client.accessToken()).rejects.toMatchObject({ code: "session_ended" });
  expect(sessions.map((session) => session?.sub)).toEqual(["ada", "ada", undefined]);
  expect(codes).toEqual(["session_ended"]);
});

test("a real client can be made", () => {
  const options = {
    issuer: "https://issuer.test",
    clientId: "app",
    redirectUri: "https://app.test/",
  };
  expect(createClient(options).session).toBe(null);
});
