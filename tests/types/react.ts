import { createElement } from "react";
import type { AuthError, Claims, Client, Session } from "pkce-wasm";
import { createClient } from "pkce-wasm";
import { AuthProvider, requireAuth, RequireAuth, useAuth, type Auth } from "pkce-wasm/react";
import { fakeClient } from "pkce-wasm/testing";
import { same } from "./expect.js";

interface MyClaims extends Claims {
  readonly email: string;
}

// A real client and a fake one, of whatever claims.
const client = createClient<MyClaims>({ issuer: "", clientId: "", redirectUri: "" });
createElement(AuthProvider, { client }, "Hello");
createElement(AuthProvider, { client: fakeClient(), onReturn: (path: string) => void path });
// @ts-expect-error there is no client
createElement(AuthProvider, {});

export function Component(): string {
  const auth = useAuth<MyClaims>();
  same<typeof auth, Auth<MyClaims>>();
  same<typeof auth.client, Client<MyClaims>>();
  same<typeof auth.error, AuthError | null>();

  // The status tells whether there is a session.
  const { status, session } = useAuth<MyClaims>();
  if (status !== "signed_in") {
    same<typeof session, null>();
    same<typeof status, "loading" | "signed_out">();
    return status;
  }
  same<typeof session, Session<MyClaims>>();

  // A part has the type of that part.
  const email = useAuth((all: Auth<MyClaims>) => all.session?.claims.email);
  same<typeof email, string | undefined>();
  const isKnown = useAuth(({ status: now }) => now !== "loading");
  same<typeof isKnown, boolean>();
  // @ts-expect-error no such status
  if (auth.status === "signed in") return "";
  return session.claims.email;
}

createElement(RequireAuth, { fallback: "Please wait" }, "Private");
createElement(RequireAuth, {
  fallback: ({ error, signIn }) => (error ? void signIn() : null) as null,
});
createElement(RequireAuth, { signIn: { prompt: "login" } });
// @ts-expect-error no such option of a sign-in
createElement(RequireAuth, { signIn: { promt: "login" } });

// What React Router 8 and 7 and TanStack Router call their functions with has more in it.
const guard = requireAuth(client, { prompt: "login" });
declare const request: { readonly url: string; readonly method: string };
declare const location: { readonly href: string; readonly publicHref: string };
export const loaded: Promise<void> = guard({ request, url: new URL("https://app.test/orders") });
export const before: Promise<void> = guard({ location, preload: false });
// @ts-expect-error no such option of a sign-in
requireAuth(client, { promt: "login" });
