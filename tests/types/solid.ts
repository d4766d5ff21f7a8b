import { createComponent, type Resource } from "solid-js";
import type { AuthError, Claims, Client, Session } from "pkce-wasm";
import { createClient } from "pkce-wasm";
import { AuthProvider, RequireAuth, useAuth, useSession, type Auth } from "pkce-wasm/solid";
import { fakeClient } from "pkce-wasm/testing";
import { same } from "./expect.js";

interface MyClaims extends Claims {
  readonly email: string;
}

// A real client and a fake one, of whatever claims.
const client = createClient<MyClaims>({ issuer: "", clientId: "", redirectUri: "" });
createComponent(AuthProvider, { client, children: "Hello" });
createComponent(AuthProvider, { client: fakeClient(), onReturn: (path: string) => void path });
// @ts-expect-error there is no client
createComponent(AuthProvider, {});

export function Component(): string {
  const auth = useAuth<MyClaims>();
  same<typeof auth, Auth<MyClaims>>();
  same<typeof auth.client, Client<MyClaims>>();
  same<typeof auth.error, AuthError | null>();
  const session = useSession<MyClaims>();
  same<typeof session, Resource<Session<MyClaims> | null>>();
  return auth.session?.claims.email ?? "";
}

createComponent(RequireAuth, { fallback: "Please wait", children: "Private" });
createComponent(RequireAuth, { signIn: { prompt: "login" } });
// @ts-expect-error no such option of a sign-in
createComponent(RequireAuth, { signIn: { promt: "login" } });
