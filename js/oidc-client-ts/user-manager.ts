import { AuthClient } from "../first-load/client.js";
import { AuthError } from "../first-load/error.js";
import { opened } from "../first-load/load.js";
import type { SignInResult } from "../types/session.js";
import { UserManagerEvents } from "./events.js";
import {
  checkSignOut,
  clientOptions,
  invalid,
  signInOptions,
  windowFeatures,
  type SigninArgs,
  type SigninPopupArgs,
  type SigninRedirectArgs,
  type SigninSilentArgs,
  type SignoutRedirectArgs,
  type UserManagerSettings,
} from "./settings.js";
import { States, type Kept } from "./states.js";
import { User } from "./user.js";

/** When UserInfo is asked for again that could not be had. */
const AGAIN_MILLIS = 60_000;

/** Which tokens to revoke. Whichever are named, none is left. */
export type RevokeTokensTypes = readonly ("access_token" | "refresh_token")[] | undefined;

/** What is known when the user is back from the logout page. */
export interface SignoutResponse {
  readonly userState?: unknown;
  readonly url_state?: string | undefined;
}

/** What was asked about a user beside the ID token, and when that could not be had. */
interface KnownUserInfo {
  readonly sub: string;
  readonly claims: Promise<object | undefined>;
  failedAt?: number;
}

/**
 * Signs users in and out as oidc-client-ts does, with the methods and events that applications use.
 *
 * @throws {AuthError} `invalid_config` for a setting that it would be wrong to pass over in silence.
 */
export class UserManager {
  readonly settings: UserManagerSettings;
  readonly events: UserManagerEvents;
  readonly #client: AuthClient;
  readonly #states: States;
  /** What start() came to, or will: what is asked for more than once is done once. */
  #started: Promise<SignInResult> | undefined;
  #kept: Kept = {};
  /** A refresh does not change it. */
  #userInfo: KnownUserInfo | undefined;
  #user: User | null = null;
  /** Whether a session that comes was there before, which is no news. */
  #isRestoring = false;
  /** Whether the session ends because this page says so. */
  #isLeaving = false;

  constructor(settings: UserManagerSettings) {
    this.settings = settings;
    this.events = new UserManagerEvents(
      settings.accessTokenExpiringNotificationTimeInSeconds ?? 60,
    );
    this.#states = new States(settings.client_id);
    this.#client = new AuthClient(clientOptions(settings), (page) =>
      opened(page, import("../with-core/core.js")),
    );
    this.#client.addEventListener("sessionchange", ({ detail: { session } }) => {
      if (session !== null) void this.#follow();
    });
    this.#client.addEventListener("signedout", ({ detail: { reason } }) => {
      this.#user = null;
      if (reason === "expired") this.events.expired();
      this.events.unloaded(reason !== "expired" && !this.#isLeaving);
    });
    this.#client.addEventListener("refresherror", ({ detail }) => {
      this.events.renewalFailed(detail.error);
    });
  }

  /** Who is signed in, or null. Where UserInfo cannot be had, the profile is the ID token's alone. */
  async getUser(): Promise<User | null> {
    // What is wrong with a callback, signinCallback() says.
    await this.#start().catch(() => undefined);
    return await this.#present();
  }

  /** Leaves for the login page; resolves when the user comes back with the back button, or never left. */
  async signinRedirect(args: SigninRedirectArgs = {}): Promise<void> {
    const options = signInOptions(this.settings, args);
    const { state, url_state: urlState } = args;
    await this.#client.signIn({ ...options, returnTo: this.#states.keep({ state, urlState }) });
  }

  /** Finishes the sign-in that this page, or the URL, is the callback of. */
  async signinRedirectCallback(url?: string): Promise<User> {
    const result = await (url === undefined || url === location.href
      ? this.#start()
      : this.#client.handleCallback(url));
    this.#keep(result);
    const user = await this.#present();
    if (user === null) {
      const message = "This page is not the callback of a sign-in.";
      throw new AuthError({ code: "state_missing", kind: "callback", message });
    }
    return user;
  }

  /** The same, in whatever window the sign-in is. */
  async signinCallback(url?: string): Promise<User | undefined> {
    return await this.signinRedirectCallback(url);
  }

  /** Signs in with the login page in a popup, which comes back to `redirect_uri`. */
  async signinPopup(args: SigninPopupArgs = {}): Promise<User> {
    const features = windowFeatures(args.popupWindowFeatures ?? this.settings.popupWindowFeatures);
    const signal = args.popupSignal ?? undefined;
    await this.#client.signInPopup({ ...signInOptions(this.settings, args), features, signal });
    return await this.#signedIn(args);
  }

  /** In the popup: hands the answer over to the page that began the sign-in, which closes it. */
  async signinPopupCallback(url?: string): Promise<void> {
    await this.signinRedirectCallback(url);
  }

  /** New tokens, with the refresh token where there is one, otherwise in a hidden frame. */
  async signinSilent(args: SigninSilentArgs = {}): Promise<User | null> {
    await this.#start().catch(() => undefined);
    const before = this.#client.session;
    if (before !== null && !args.forceIframeAuth) {
      await this.#client.accessToken({ minValiditySeconds: Infinity });
      if (this.#client.session !== before) return await this.#present();
    }
    await this.#client.signInSilent({ ...signInOptions(this.settings, args), prompt: "none" });
    return await this.#signedIn(args);
  }

  /** In the frame: hands the answer over to the page that began the sign-in. */
  async signinSilentCallback(url?: string): Promise<void> {
    await this.signinRedirectCallback(url);
  }

  /** Signs out here, revokes the tokens, and leaves for the provider's logout page. */
  async signoutRedirect(args: SignoutRedirectArgs = {}): Promise<void> {
    checkSignOut(this.settings, args);
    const { state, url_state: urlState } = args;
    await this.#start().catch(() => undefined);
    const returnTo = this.#states.keep({ state, urlState });
    await this.#leave(() => this.#client.signOut({ returnTo }));
  }

  /** Back from the logout page: what the sign-out was given. */
  async signoutRedirectCallback(_url?: string): Promise<SignoutResponse> {
    this.#keep(await this.#start());
    return { userState: this.#kept.state, url_state: this.#kept.urlState };
  }

  /** The same. */
  async signoutCallback(_url?: string): Promise<SignoutResponse | undefined> {
    return await this.signoutRedirectCallback();
  }

  /** Signs out in this browser. The tokens are revoked; the provider's own session goes on. */
  async removeUser(): Promise<void> {
    await this.#start().catch(() => undefined);
    await this.#leave(() => this.#client.signOut({ stay: true }));
  }

  /** Revokes the tokens. As none is left that is good for anything, nobody is signed in then. */
  async revokeTokens(_types?: RevokeTokensTypes): Promise<void> {
    await this.removeUser();
  }

  /** `null` removes the user. Another user is for the provider to name. */
  async storeUser(user: User | null): Promise<void> {
    if (user !== null)
      throw invalid("storeUser() takes null only: who signs in, the provider says.");
    await this.removeUser();
  }

  /** Forgets what was kept for users who did not come back from the provider. */
  async clearStaleState(): Promise<void> {
    this.#states.sweep();
  }

  /** The session is renewed anyway, from the first call of any method. */
  startSilentRenew(): void {
    void this.#start().catch(() => undefined);
  }

  /** Ends the renewal, and every event with it: this `UserManager` is of no further use. */
  stopSilentRenew(): void {
    this.#client.close();
  }

  /** There is no session monitoring. */
  async querySessionStatus(): Promise<never> {
    throw invalid("querySessionStatus() is not there: use signinSilent().");
  }

  /** A user's password is for the provider's page alone: RFC 9700 §2.4. */
  async signinResourceOwnerCredentials(): Promise<never> {
    throw invalid("There is no password grant: use signinRedirect().");
  }

  /** The logout page of the provider is gone to with the whole page. */
  async signoutPopup(): Promise<never> {
    throw invalid("signoutPopup() is not there: use signoutRedirect().");
  }

  /** Browsers keep a provider's cookies out of frames. */
  async signoutSilent(): Promise<never> {
    throw invalid("signoutSilent() is not there: use signoutRedirect().");
  }

  #start(): Promise<SignInResult> {
    const isResponse = /[?&#](code|error|state)=/.test(location.search + location.hash);
    if (isResponse || this.#started === undefined) {
      this.#isRestoring = !isResponse;
      this.#started = this.#client
        .start()
        .then((result) => {
          this.#keep(result);
          return result;
        })
        .finally(() => (this.#isRestoring = false));
    }
    return this.#started;
  }

  #keep({ returnTo }: SignInResult): void {
    const kept = this.#states.take(returnTo);
    if (Object.keys(kept).length > 0) {
      this.#kept = kept;
      this.#user = null;
    }
  }

  async #signedIn({ state, url_state: urlState }: SigninArgs): Promise<User> {
    this.#kept = { state, urlState };
    this.#user = null;
    const user = await this.#present();
    if (user === null) {
      const message = "The session has ended already.";
      throw new AuthError({ code: "login_required", kind: "session", message });
    }
    return user;
  }

  async #leave(work: () => Promise<void>): Promise<void> {
    this.#isLeaving = true;
    try {
      await work();
    } finally {
      this.#isLeaving = false;
    }
  }

  /** The client's session as a user: the same one for the same tokens. */
  async #present(): Promise<User | null> {
    const { session } = this.#client;
    if (session === null) return (this.#user = null);
    const profile = this.settings.loadUserInfo ? await this.#askUserInfo(session.sub) : undefined;
    // Meanwhile somebody may have signed out, or another in.
    if (this.#client.session !== session) return await this.#present();
    if (this.#user?.access_token === session.accessToken) return this.#user;
    this.#user = new User(session, {
      ...this.#kept,
      profile,
      tokenType: this.settings.dpop === undefined ? "Bearer" : "DPoP",
    });
    return this.#user;
  }

  /** The ID token says who the user is: what cannot be had beside it is asked for again, later. */
  async #askUserInfo(sub: string): Promise<object | undefined> {
    const { failedAt = Infinity } = this.#userInfo ?? {};
    if (this.#userInfo?.sub !== sub || Date.now() - failedAt >= AGAIN_MILLIS) {
      this.#user = null;
      const claims = this.#client.userInfo().catch(() => {
        asked.failedAt = Date.now();
        return undefined;
      });
      const asked: KnownUserInfo = { sub, claims };
      this.#userInfo = asked;
    }
    return await this.#userInfo.claims;
  }

  async #follow(): Promise<void> {
    const isRestoring = this.#isRestoring;
    const user = await this.#present();
    if (user === null) return;
    if (isRestoring) this.events.watch(user);
    else this.events.loaded(user);
  }
}
