import type { User } from "./user.js";

type Callback<Given extends unknown[]> = (...given: Given) => Promise<void> | void;

/** The longest that a timer is trusted: it stands still while the device sleeps. */
const LOOK_MILLIS = 60_000;

/** One event, and who hears of it. */
class Event<Given extends unknown[]> {
  readonly #callbacks = new Set<Callback<Given>>();

  add(callback: Callback<Given>): () => void {
    this.#callbacks.add(callback);
    return () => this.remove(callback);
  }

  remove(callback: Callback<Given>): void {
    this.#callbacks.delete(callback);
  }

  raise(...given: Given): void {
    for (const callback of [...this.#callbacks]) void callback(...given);
  }
}

/** What a `UserManager` tells, by the names of oidc-client-ts. */
export class UserManagerEvents {
  readonly #userLoaded = new Event<[User]>();
  readonly #userUnloaded = new Event<[]>();
  readonly #userSignedIn = new Event<[]>();
  readonly #userSignedOut = new Event<[]>();
  readonly #userSessionChanged = new Event<[]>();
  readonly #silentRenewError = new Event<[Error]>();
  readonly #accessTokenExpiring = new Event<[]>();
  readonly #accessTokenExpired = new Event<[]>();
  readonly #expiringSeconds: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What is still to be told of the user's access token, and when. */
  #ahead: [number, Event<[]>][] = [];

  constructor(expiringSeconds: number) {
    this.#expiringSeconds = expiringSeconds;
  }

  /** The user has signed in, or has new tokens. */
  addUserLoaded(callback: Callback<[User]>): () => void {
    return this.#userLoaded.add(callback);
  }

  removeUserLoaded(callback: Callback<[User]>): void {
    this.#userLoaded.remove(callback);
  }

  /** Nobody is signed in any longer. */
  addUserUnloaded(callback: Callback<[]>): () => void {
    return this.#userUnloaded.add(callback);
  }

  removeUserUnloaded(callback: Callback<[]>): void {
    this.#userUnloaded.remove(callback);
  }

  /** Never raised: there is no session monitoring. */
  addUserSignedIn(callback: Callback<[]>): () => void {
    return this.#userSignedIn.add(callback);
  }

  removeUserSignedIn(callback: Callback<[]>): void {
    this.#userSignedIn.remove(callback);
  }

  /** The session has ended elsewhere: in another tab, or at the provider. */
  addUserSignedOut(callback: Callback<[]>): () => void {
    return this.#userSignedOut.add(callback);
  }

  removeUserSignedOut(callback: Callback<[]>): void {
    this.#userSignedOut.remove(callback);
  }

  /** Never raised: there is no session monitoring. */
  addUserSessionChanged(callback: Callback<[]>): () => void {
    return this.#userSessionChanged.add(callback);
  }

  removeUserSessionChanged(callback: Callback<[]>): void {
    this.#userSessionChanged.remove(callback);
  }

  /** A renewal has failed; where that may pass, it is tried again. */
  addSilentRenewError(callback: Callback<[Error]>): () => void {
    return this.#silentRenewError.add(callback);
  }

  removeSilentRenewError(callback: Callback<[Error]>): void {
    this.#silentRenewError.remove(callback);
  }

  /** The access token is about to expire. */
  addAccessTokenExpiring(callback: Callback<[]>): () => void {
    return this.#accessTokenExpiring.add(callback);
  }

  removeAccessTokenExpiring(callback: Callback<[]>): void {
    this.#accessTokenExpiring.remove(callback);
  }

  /** The access token has expired. Where there is no refresh token, `UserUnloaded` follows. */
  addAccessTokenExpired(callback: Callback<[]>): () => void {
    return this.#accessTokenExpired.add(callback);
  }

  removeAccessTokenExpired(callback: Callback<[]>): void {
    this.#accessTokenExpired.remove(callback);
  }

  /** @internal */
  loaded(user: User): void {
    this.#userLoaded.raise(user);
    this.watch(user);
  }

  /** @internal */
  unloaded(isElsewhere: boolean): void {
    this.#userUnloaded.raise();
    if (isElsewhere) this.#userSignedOut.raise();
    this.watch(null);
  }

  /** @internal */
  renewalFailed(error: Error): void {
    this.#silentRenewError.raise(error);
  }

  /** @internal Nothing renews the tokens, and their end has come. */
  expired(): void {
    this.#tell(Infinity);
  }

  /** @internal Says when this user's access token is about to expire, and when it has. */
  watch(user: User | null): void {
    clearTimeout(this.#timer);
    this.#ahead = [];
    if (user?.expires_at === undefined) return;
    const expiresAt = user.expires_at * 1000;
    this.#ahead = [
      [expiresAt - this.#expiringSeconds * 1000, this.#accessTokenExpiring],
      [expiresAt, this.#accessTokenExpired],
    ];
    this.#look();
  }

  #look(): void {
    this.#tell(Date.now());
    const next = this.#ahead[0];
    if (next === undefined) return;
    const after = Math.min(next[0] - Date.now(), LOOK_MILLIS);
    this.#timer = setTimeout(() => this.#look(), after);
  }

  #tell(until: number): void {
    while (this.#ahead[0] !== undefined && until >= this.#ahead[0][0]) {
      this.#ahead.shift()?.[1].raise();
    }
  }
}
