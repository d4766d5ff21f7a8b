import type { AuthError, Claims, Client, Session } from "pkce-wasm";
import { createClient } from "pkce-wasm";
import { createAuth, type Auth, type SvelteAuth } from "pkce-wasm/svelte";
import { fakeClient } from "pkce-wasm/testing";
import type { Readable } from "svelte/store";
import { same } from "./expect.js";

interface MyClaims extends Claims {
  readonly email: string;
}

// SvelteKit's.
declare function goto(
  url: string | URL,
  options?: { replaceState?: boolean | undefined; noScroll?: boolean | undefined },
): Promise<void>;

// A real client and a fake one, of whatever claims.
const client = createClient<MyClaims>({ issuer: "", clientId: "", redirectUri: "" });
export const auth = createAuth(client, { goto, signIn: { prompt: "login" } });
createAuth(fakeClient());
same<typeof auth, SvelteAuth<MyClaims>>();
same<typeof auth.client, Client<MyClaims>>();
same<typeof auth.error, AuthError | null>();
export const store: Readable<Auth<MyClaims>> = auth;
// @ts-expect-error there is no client
createAuth();
// @ts-expect-error no such option of a sign-in
createAuth(client, { signIn: { promt: "login" } });

export function email(): string {
  // The status tells whether there is a session.
  if (auth.status !== "signed_in") {
    same<typeof auth.session, null>();
    return "";
  }
  same<typeof auth.session, Session<MyClaims>>();
  return auth.session.claims.email;
}

export const enters: Promise<boolean> = auth.enter();
