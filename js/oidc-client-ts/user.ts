import type { Claims, Session } from "../types/session.js";

/** The claims about a user. */
export type UserProfile = Claims;

/** Who has signed in, as oidc-client-ts has it. There is no `refresh_token`: it is nobody's to see. */
export class User {
  readonly id_token?: string;
  readonly access_token: string;
  readonly token_type: string;
  readonly scope?: string;
  /** The ID token's claims; with `loadUserInfo`, those of the UserInfo endpoint as well. */
  readonly profile: UserProfile;
  /** When the access token expires, in seconds since the epoch. */
  readonly expires_at?: number;
  /** Always null: there is no session monitoring. */
  readonly session_state: string | null = null;
  /** What `signinRedirect({ state })` was given, after the sign-in that it was given to. */
  readonly state: unknown;
  readonly url_state?: string;

  constructor(session: Session, { profile, state, urlState, tokenType }: UserDetails) {
    this.id_token = session.idToken;
    this.access_token = session.accessToken;
    this.token_type = tokenType;
    this.scope = session.scope;
    this.profile = { ...session.claims, ...profile };
    this.expires_at = Math.floor(session.expiresAt / 1000);
    this.state = state;
    if (urlState !== undefined) this.url_state = urlState;
  }

  /** How long the access token is good for, in seconds. */
  get expires_in(): number | undefined {
    return this.expires_at && this.expires_at - Math.floor(Date.now() / 1000);
  }

  /** Whether the access token has expired. */
  get expired(): boolean | undefined {
    return this.expires_in === undefined ? undefined : this.expires_in <= 0;
  }

  /** The granted scopes. */
  get scopes(): string[] {
    return this.scope?.split(" ") ?? [];
  }
}

/** What a user has beside the session. */
export interface UserDetails {
  readonly profile?: object | undefined;
  readonly state?: unknown;
  readonly urlState?: string | undefined;
  readonly tokenType: string;
}
