import type { ApplicationConfig } from "@angular/core";
import { provideHttpClient, withInterceptors } from "@angular/common/http";
import { provideRouter } from "@angular/router";
import type { AuthError, Claims, Client, Session } from "pkce-wasm";
import { createClient } from "pkce-wasm";
import { authGuard, authInterceptor, injectAuth, provideAuth } from "pkce-wasm/angular";
import { fakeClient } from "pkce-wasm/testing";
import { same } from "./expect.js";

interface MyClaims extends Claims {
  readonly email: string;
}

// A real client and a fake one, of whatever claims.
const client = createClient<MyClaims>({ issuer: "", clientId: "", redirectUri: "" });
const allowedOrigins = ["https://api.example.com"];
export const config: ApplicationConfig = {
  providers: [
    provideRouter([{ path: "orders", children: [], canActivate: [authGuard] }]),
    provideHttpClient(withInterceptors([authInterceptor({ allowedOrigins, bearer: "id_token" })])),
    provideAuth(client, { signIn: { prompt: "login" } }),
    provideAuth(fakeClient()),
  ],
};
// @ts-expect-error there is no client
provideAuth();
// @ts-expect-error no such option of a sign-in
provideAuth(client, { signIn: { promt: "login" } });

export class Component {
  readonly auth = injectAuth<MyClaims>();

  email(): string | undefined {
    const { client, session, status, error } = this.auth;
    same<typeof client, Client<MyClaims>>();
    const known = session();
    same<typeof known, Session<MyClaims> | null>();
    const [now, failure] = [status(), error()];
    same<typeof now, "loading" | "signed_out" | "signed_in">();
    same<typeof failure, AuthError | null>();
    return known?.claims.email;
  }
}
