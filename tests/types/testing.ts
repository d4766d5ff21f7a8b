import { createClient, type AuthErrorCode, type Claims, type Client } from "pkce-wasm";
import { fakeClient, type FakeClient } from "pkce-wasm/testing";
import { same } from "./expect.js";

interface MyClaims extends Claims {
  readonly plan: "free" | "paid";
}

/** An application's function that takes a client. */
async function planOf(client: Client<MyClaims>): Promise<string> {
  const { session } = await client.start();
  return session?.claims.plan ?? "none";
}

const fake = fakeClient<MyClaims>({ signedInAs: { plan: "paid" }, expiresInSeconds: 0 });
same<typeof fake, FakeClient<MyClaims>>();
void planOf(fake);
void planOf(createClient<MyClaims>({ issuer: "", clientId: "", redirectUri: "" }));
fake.addEventListener("refresherror", ({ detail: { error } }) => {
  same<typeof error.code, AuthErrorCode>();
});

fakeClient({ failing: "network" });
fakeClient({ failing: { accessToken: "session_ended", userInfo: undefined! } });
// @ts-expect-error no such code
fakeClient({ failing: "offline" });
// @ts-expect-error no such step
fakeClient({ failing: { renewal: "network" } });
// @ts-expect-error not a claim's type
fakeClient<MyClaims>({ signedInAs: { plan: "gratis" } });
