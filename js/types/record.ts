/** The core's record of a session, as far as a page without the core needs it. */
export interface SessionRecord {
  readonly record: "session/1";
  /** Which sign-in it came from. */
  readonly id: string;
  readonly client_id: string;
  readonly issuer: string;
  readonly subject: string;
  readonly scope: string;
  readonly access_token: string;
  readonly id_token: string;
  readonly refresh_token?: string;
  /** The thumbprint of the key that the tokens are bound to: RFC 9449 §6. */
  readonly proof_key?: string;
  /** What the access token is: RFC 6749 §7.1, RFC 9449 §5. */
  readonly token_type?: "Bearer" | "DPoP";
  /** Of two records with one `id`, the higher is the newer. */
  readonly generation: number;
  /** When the tokens came: this time and those below by this device's clock, in milliseconds. */
  readonly obtained_at?: number;
  readonly expires_at: number;
  readonly id_token_expires_at: number;
  /** When the tokens are due to be replaced. */
  readonly refresh_at: number;
  /** Whether the last refresh brought an ID token. */
  readonly id_token_renewed?: boolean;
}

/** The core's record of a sign-in, as far as a page without the core needs it. */
export interface TransactionRecord {
  readonly client_id: string;
  /** The provider's endpoints, until the sign-in has been answered. */
  readonly metadata?: { readonly token_endpoint: string; readonly jwks_uri: string };
}
