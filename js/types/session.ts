/** The claims of a verified ID token, by their wire names: OpenID Connect Core §2 and §5.1. */
export interface Claims {
  /** The issuer. */
  readonly iss: string;
  /** Whom the token is about, unique at its issuer. */
  readonly sub: string;
  /** Whom the token is for: this client, and perhaps others. */
  readonly aud: string | readonly string[];
  /** When the token expires, in seconds since the epoch. */
  readonly exp: number;
  /** When the token was issued, in seconds since the epoch. */
  readonly iat: number;
  /** When the user authenticated, in seconds since the epoch. */
  readonly auth_time?: number;
  readonly nonce?: string;
  /** The class of the authentication: what `acrValues` ask for. */
  readonly acr?: string;
  /** How the user authenticated. */
  readonly amr?: readonly string[];
  /** The client that the token was issued to. */
  readonly azp?: string;
  readonly name?: string;
  readonly preferred_username?: string;
  readonly picture?: string;
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly [claim: string]: unknown;
}

/** The claims of the UserInfo endpoint, by their wire names: OpenID Connect Core §5.1. */
export interface UserInfo {
  readonly sub: string;
  readonly [claim: string]: unknown;
}

/**
 * Who is signed in. A frozen snapshot: a refresh makes a new one.
 *
 * `accessToken` and `idToken` are there but not enumerable, so that logging or serializing a
 * session does not spill them. Ask {@link AuthClient.accessToken} for one that is fresh.
 */
export interface Session<C extends Claims = Claims> {
  /** The ID token's claims. */
  readonly claims: C;
  /** Whom the ID token is about, unique at its issuer. */
  readonly sub: string;
  /** When the access token expires, in milliseconds since the epoch. */
  readonly expiresAt: number;
  /** The granted scopes, with spaces between them. */
  readonly scope: string;
  /** The access token. Not enumerable. */
  readonly accessToken: string;
  /** The ID token. Not enumerable. */
  readonly idToken: string;
}

/** What `start` and `handleCallback` resolve to. */
export interface SignInResult<C extends Claims = Claims> {
  /** Who is signed in now. */
  readonly session: Session<C> | null;
  /** After a sign-in, the path that it began on; after a sign-out, the one that it asked for. */
  readonly returnTo: string | null;
  /** After a sign-in, what `signIn({ appState })` was given; of JSON's types, whoever reads it tells. */
  readonly appState?: unknown;
}
