import {
  AuthClient,
  createClient,
  type Claims,
  type Client,
  type ClientOptions,
  type Session,
  type SignInOptions,
  type SignInResult,
  type TokenStore,
} from "pkce-wasm";
import { cognito, fromOpenMetadata } from "pkce-wasm/presets";
import { createClient as createSlimClient, type CoreSource } from "pkce-wasm/slim";
import { same } from "./expect.js";

interface MyClaims extends Claims {
  readonly email: string;
  readonly "cognito:groups"?: readonly string[];
}

declare const common: { clientId: string; redirectUri: string };
const endpoints = { issuer: "", authorization: "", token: "", jwks: "" };

// An issuer to discover the endpoints of, or the endpoints: one of them.
createClient({ ...common, issuer: "" });
createClient({ ...common, endpoints });
// @ts-expect-error neither
createClient({ ...common });
// @ts-expect-error both
createClient({ ...common, issuer: "", endpoints });
// @ts-expect-error there is no such option
createClient({ ...common, issuer: "", clientSecret: "" });
// @ts-expect-error no such store
createClient({ ...common, issuer: "", store: "cookie" });
// @ts-expect-error no such bearer
createClient({ ...common, issuer: "", bearer: "refresh_token" });

// What may be missing may be undefined, as from `import.meta.env`.
declare const maybe: string | undefined;
createClient({ ...common, issuer: "", postLogoutRedirectUri: maybe, scope: ["openid"] as const });

createClient({ ...common, issuer: "", idleSeconds: 900 });
// @ts-expect-error a number
createClient({ ...common, issuer: "", idleSeconds: "900" });

const store: TokenStore = {
  get: async (key) => key,
  set: () => undefined,
  remove: () => Promise.resolve(),
};
createClient({ ...common, issuer: "", store });

// Presets make options.
declare const settings: Parameters<typeof cognito>[0];
const options: ClientOptions = cognito(settings);
createClient(options);
createClient(fromOpenMetadata({} as Parameters<typeof fromOpenMetadata>[0], {} as never));

// The claims are the application's, everywhere.
const client = createClient<MyClaims>({ ...common, issuer: "" });
same<typeof client, AuthClient<MyClaims>>();
same<typeof client.session, Session<MyClaims> | null>();
same<Awaited<ReturnType<typeof client.start>>, SignInResult<MyClaims>>();
client.subscribe((session) => same<typeof session, Session<MyClaims> | null>());
if (client.session !== null) {
  const { claims, sub, expiresAt } = client.session;
  same<typeof claims.email, string>();
  same<(typeof claims)["cognito:groups"], readonly string[] | undefined>();
  same<(typeof claims)["custom:plan"], unknown>();
  same<[typeof sub, typeof expiresAt], [string, number]>();
  // @ts-expect-error a snapshot does not change
  client.session.sub = "another";
  // @ts-expect-error there are no claims of another kind
  claims.email = 1;
}
// @ts-expect-error claims are those of an ID token
createClient<{ email: string }>({ ...common, issuer: "" });

// The events have types, and others than the client's are still events.
client.addEventListener("sessionchange", ({ detail: { session } }) => {
  same<typeof session, Session<MyClaims> | null>();
});
client.addEventListener("signedout", ({ detail: { reason } }) =>
  same<typeof reason, "signed_out" | "idle" | "expired" | "ended">(),
);
for (const name of ["expiring", "idle"] as const) {
  client.addEventListener(name, ({ detail: { expiresAt } }) => same<typeof expiresAt, number>());
}
client.addEventListener("active", ({ detail }) => same<typeof detail, null>());
client.addEventListener("userchange", ({ detail: { formerSub } }) => {
  same<typeof formerSub, string>();
});
client.addEventListener("refresherror", ({ detail }) => same<typeof detail.error.kind, Kind>());
client.addEventListener("other", (event) => same<typeof event, Event>());
const listener = ({ detail }: CustomEvent<{ readonly session: Session | null }>) => void detail;
client.addEventListener("sessionchange", listener, { once: true });
client.removeEventListener("sessionchange", listener);
type Kind = import("pkce-wasm").AuthErrorKind;

// A client of particular claims is one of any.
const any: Client = client;
const particular: Client<MyClaims> = client;
void [any, particular];

// A sign-in.
const signIn: SignInOptions = { returnTo: "/", prompt: maybe, extra: { lang: maybe } };
void client.signIn(signIn);
// @ts-expect-error `state` is the protocol's
void client.signIn({ state: "" });
void client.accessToken({ minValiditySeconds: Infinity, signal: new AbortController().signal });
same<ReturnType<typeof client.accessToken>, Promise<string>>();
same<ReturnType<typeof client.fetch>, Promise<Response>>();

// The slim entry makes the same clients, from anything that is the core.
const sources: CoreSource[] = [
  "/core.wasm",
  new URL("https://app.test/core.wasm"),
  new Uint8Array(),
  () => fetch("/core.wasm"),
  () => new ArrayBuffer(8),
  {} as WebAssembly.Module,
];
for (const source of sources) {
  const slim: AuthClient<MyClaims> = createSlimClient<MyClaims>({ ...common, issuer: "" }, source);
  void slim;
}
// @ts-expect-error the core is missing
createSlimClient({ ...common, issuer: "" });
