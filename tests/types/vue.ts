import { createApp } from "vue";
import type { AuthError, Claims, Client, Session } from "pkce-wasm";
import { createClient } from "pkce-wasm";
import { fakeClient } from "pkce-wasm/testing";
import { createAuth, useAuth, type AuthRefs, type VueRouter } from "pkce-wasm/vue";
import { same } from "./expect.js";

interface MyClaims extends Claims {
  readonly email: string;
}

// vue-router's own declarations do not pass here: `npm run consumers -- Vue` checks against them.
declare const router: VueRouter;

// A real client and a fake one, of whatever claims, with a router or without.
const client = createClient<MyClaims>({ issuer: "", clientId: "", redirectUri: "" });
const auth = createAuth(client, { router, signIn: { prompt: "login" } });
createApp({}).use(auth);
createApp({}).use(createAuth(fakeClient(), { onReturn: (path: string) => void path }));
same<(typeof auth.session)["value"], Session<MyClaims> | null>();
// @ts-expect-error there is no client
createAuth();
// @ts-expect-error no such option of a sign-in
createAuth(client, { signIn: { promt: "login" } });

export function setup(): string {
  const refs = useAuth<MyClaims>();
  same<typeof refs, AuthRefs<MyClaims>>();
  same<typeof refs.client, Client<MyClaims>>();
  const { status, session, error, signIn } = refs;
  same<typeof status.value, "loading" | "signed_out" | "signed_in">();
  same<typeof error.value, AuthError | null>();
  void signIn({ loginHint: "ada" });
  const email = session.value?.claims.email ?? "";
  // @ts-expect-error it is the client's to say who is signed in
  session.value = null;
  return email;
}
