import { AuthError } from "../first-load/error.js";
import type { ClientOptions, Endpoints, SignInOptions } from "../types/options.js";
import { WebStorageStateStore, tokenStore, type StateStore } from "./stores.js";

/** The provider's metadata, by their wire names: RFC 8414 §2. */
export interface OidcMetadata {
  readonly issuer: string;
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
  readonly jwks_uri: string;
  readonly userinfo_endpoint?: string;
  readonly revocation_endpoint?: string;
  readonly end_session_endpoint?: string;
  readonly pushed_authorization_request_endpoint?: string;
  readonly [name: string]: unknown;
}

/** What a sign-in may ask for, by the names of oidc-client-ts. */
export interface SigninArgs {
  /** Anything that JSON can hold; `User.state` has it after the sign-in. */
  readonly state?: unknown;
  /** A text, which `User.url_state` has after the sign-in. It is not in the URL here. */
  readonly url_state?: string | undefined;
  readonly prompt?: string | undefined;
  readonly acr_values?: string | undefined;
  readonly login_hint?: string | undefined;
  readonly max_age?: number | undefined;
  readonly ui_locales?: string | undefined;
  readonly display?: string | undefined;
  readonly resource?: string | readonly string[] | undefined;
  readonly extraQueryParams?: QueryParams | undefined;
  /** Only the `UserManager`'s own. */
  readonly redirect_uri?: string | undefined;
  /** Only the `UserManager`'s own. */
  readonly scope?: string | undefined;
}

/** What `signinRedirect` takes. */
export interface SigninRedirectArgs extends SigninArgs {
  /** Passed over: the login page is always a new entry of the history. */
  readonly redirectMethod?: "replace" | "assign" | undefined;
}

/** What `signinPopup` takes. */
export interface SigninPopupArgs extends SigninArgs {
  readonly popupWindowFeatures?: PopupWindowFeatures | undefined;
  /** Ends the wait; the promise rejects with the signal's reason. */
  readonly popupSignal?: AbortSignal | null | undefined;
}

/** What `signinSilent` takes. */
export interface SigninSilentArgs extends SigninArgs {
  /** Asks in a hidden frame also where there is a refresh token. */
  readonly forceIframeAuth?: boolean | undefined;
}

/** What `signoutRedirect` takes. */
export interface SignoutRedirectArgs {
  /** Anything that JSON can hold; `signoutRedirectCallback` has it when the user is back. */
  readonly state?: unknown;
  /** A text, which `SignoutResponse.url_state` has when the user is back. It is not in the URL here. */
  readonly url_state?: string | undefined;
  /** Only the `UserManager`'s own. */
  readonly post_logout_redirect_uri?: string | undefined;
  /** Passed over: the session's own is sent where the provider takes one. */
  readonly id_token_hint?: string | undefined;
}

/** Libraries name this and the four types below it, for methods that are refused here. */
export type SignoutPopupArgs = SignoutRedirectArgs;
export type SignoutSilentArgs = SignoutRedirectArgs;
export type QuerySessionStatusArgs = SigninArgs;
export interface SessionStatus {
  readonly session_state: string;
  readonly sub?: string;
}
export interface SigninResourceOwnerCredentialsArgs {
  readonly username: string;
  readonly password: string;
}

/** Parameters that a request has beside the protocol's. */
export type QueryParams = Readonly<Record<string, string | number | boolean>>;

/** The settings of a `UserManager`. */
export interface UserManagerSettings extends Omit<
  SigninArgs,
  "state" | "url_state" | "login_hint"
> {
  readonly authority: string;
  readonly client_id: string;
  readonly redirect_uri: string;
  readonly post_logout_redirect_uri?: string | undefined;
  /** Only `"code"`. */
  readonly response_type?: string | undefined;
  /** `"openid"` unless said otherwise. */
  readonly scope?: string | undefined;
  /** All of the endpoints; then nothing is discovered. */
  readonly metadata?: Partial<OidcMetadata> | undefined;
  /** Where the session is kept: `sessionStorage` unless said otherwise. */
  readonly userStore?: StateStore | undefined;
  /** Whether `User.profile` has the claims of the UserInfo endpoint as well. */
  readonly loadUserInfo?: boolean | undefined;
  /** 60 unless said otherwise. */
  readonly accessTokenExpiringNotificationTimeInSeconds?: number | undefined;
  /** How large a popup is, in pixels. */
  readonly popupWindowFeatures?: PopupWindowFeatures | undefined;
  /** Binds the tokens to a key, wherever the object says that it is kept. */
  readonly dpop?: object | undefined;
  /** Whatever else there is: some of it is refused, the rest makes no difference. */
  readonly [name: string]: unknown;
}

/** A popup's size and place. */
export interface PopupWindowFeatures {
  readonly width?: number;
  readonly height?: number;
  readonly left?: number;
  readonly top?: number;
  readonly [name: string]: unknown;
}

/** What would be wrong to pass over in silence, and why it cannot be. */
const REFUSED: readonly [name: string, isWanted: (value: unknown) => boolean, why: string][] = [
  ["client_secret", isThere, "a browser cannot keep a secret: use a public client"],
  ["client_authentication", isThere, "a public client has nothing to authenticate with"],
  ["response_type", (value) => isThere(value) && value !== "code", "there is the code flow only"],
  ["response_mode", (value) => value === "fragment", "the code comes in the query"],
  ["disablePKCE", Boolean, "PKCE is always on"],
  ["monitorSession", Boolean, "there is no session monitoring: browsers block its cookies"],
  ["signingKeys", isThere, "keys come from the provider's key set"],
  [
    "metadataUrl",
    isThere,
    "metadata are discovered below the authority: OpenID Connect Discovery §4",
  ],
  ["metadataSeed", isThere, "metadata are given in whole, as `metadata`, or discovered"],
  ["extraTokenParams", isThere, "the token request has the specification's parameters only"],
  ["extraHeaders", isThere, "requests have the specifications' headers only"],
];

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** The options of `createClient` that say the same. */
export function clientOptions(settings: UserManagerSettings): ClientOptions {
  for (const [name, isWanted, why] of REFUSED) {
    if (isWanted(settings[name])) throw invalid(`${name} cannot be honoured: ${why}.`);
  }
  const { metadata, userStore } = settings;
  const common = {
    clientId: settings.client_id,
    redirectUri: settings.redirect_uri,
    postLogoutRedirectUri: settings.post_logout_redirect_uri,
    scope: settings.scope ?? "openid",
    dpop: settings.dpop !== undefined,
    store:
      userStore instanceof WebStorageStateStore
        ? userStore.option
        : ((userStore && tokenStore(userStore)) ?? ("session" as const)),
  };
  return metadata === undefined
    ? { ...common, issuer: settings.authority }
    : { ...common, endpoints: endpoints(metadata) };
}

function endpoints(metadata: Partial<OidcMetadata>): Endpoints {
  const { issuer, authorization_endpoint, token_endpoint, jwks_uri } = metadata;
  if (!issuer || !authorization_endpoint || !token_endpoint || !jwks_uri) {
    throw invalid(
      "metadata need issuer, authorization_endpoint, token_endpoint and jwks_uri; without any, they " +
        "are discovered.",
    );
  }
  return {
    issuer,
    authorization: authorization_endpoint,
    token: token_endpoint,
    jwks: jwks_uri,
    userinfo: metadata.userinfo_endpoint,
    revocation: metadata.revocation_endpoint,
    endSession: metadata.end_session_endpoint,
    pushedAuthorization: metadata.pushed_authorization_request_endpoint,
  };
}

/** The arguments of a sign-in that are of another sign-in than this client's. */
const FIXED = ["redirect_uri", "scope", "response_type", "response_mode", "nonce"] as const;

/** Refuses an argument that says something else than the settings, of which it is one. */
function refuseOther(
  settings: UserManagerSettings,
  given: Readonly<Record<string, unknown>>,
  names: readonly string[],
): void {
  for (const name of names) {
    const isOther = isThere(given[name]) && given[name] !== settings[name];
    if (isOther) throw invalid(`${name} is a setting of the UserManager, not of one call.`);
  }
}

/** The options of `signIn` that say the same; what it does not say, the settings do. */
export function signInOptions(settings: UserManagerSettings, args: SigninArgs): SignInOptions {
  const given = args as Readonly<Record<string, unknown>>;
  refuseOther(settings, given, FIXED);
  if (isThere(given["extraTokenParams"])) throw invalid("extraTokenParams cannot be honoured.");
  const asked = { ...settings, ...defined(args) };
  const { ui_locales, display } = asked;
  const extra = { ...settings.extraQueryParams, ...args.extraQueryParams };
  const texts = Object.entries({ ui_locales, display, ...extra })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, String(value)]);
  return {
    prompt: asked.prompt,
    acrValues: asked.acr_values,
    loginHint: args.login_hint,
    maxAge: asked.max_age,
    resource: asked.resource,
    extra: Object.fromEntries(texts) as Record<string, string>,
  };
}

/** Refuses what a sign-out cannot do. */
export function checkSignOut(settings: UserManagerSettings, args: SignoutRedirectArgs): void {
  const given = args as Readonly<Record<string, unknown>>;
  refuseOther(settings, given, ["post_logout_redirect_uri"]);
  if (isThere(given["extraQueryParams"])) {
    throw invalid(
      "extraQueryParams of a sign-out cannot be honoured: leave them out. Cognito's client_id and " +
        "logout_uri are sent anyway.",
    );
  }
}

function defined(args: object): SigninArgs {
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined));
}

/** `popupWindowFeatures` as `window.open` takes them. */
export function windowFeatures(features: PopupWindowFeatures | undefined): string | undefined {
  if (features === undefined) return undefined;
  const sides = ["width", "height", "left", "top"].filter((side) => isThere(features[side]));
  return ["popup", ...sides.map((side) => `${side}=${String(features[side])}`)].join(",");
}

export function invalid(message: string): AuthError {
  return new AuthError({ code: "invalid_config", kind: "config", message });
}
