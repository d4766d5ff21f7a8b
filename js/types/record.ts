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
  readonly generation: number;
  readonly expires_at: number;
  readonly id_token_expires_at: number;
  readonly refresh_at: number;
}
