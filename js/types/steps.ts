import type { SessionRecord } from "./record.js";
/** Where a sign-in goes, and what its response is known by. */
export interface Authorization {
  readonly url: string;
  readonly state: string;
}

/** How a callback URL was dealt with. */
export type Handled =
  /** It is not ours or not a callback at all. */
  | { readonly handled: "left" }
  /** It was answered before: by another client of this page, which made the record, or in another tab. */
  | ({ readonly handled: "answered"; readonly record?: string } & Leads)
  /** The user is signed in. */
  | ({ readonly handled: "signed_in"; readonly record: string } & Leads);

/** Where a sign-in leads to, and what its application wanted to have back, as JSON. */
interface Leads {
  readonly returnTo?: string;
  readonly appState?: string;
}

/** Where a sign-out has led. */
export interface Returned {
  /** The user has come back from the logout page just now. */
  readonly back?: boolean;
  readonly returnTo?: string;
}

/** The steps of the protocol, for one client. What fails rejects with a `Failure`. */
export interface Steps {
  /** Asks for the provider's metadata ahead of the first sign-in. */
  prepare(): Promise<void>;
  /** Begins a sign-in, with options in JSON. */
  signIn(options: string): Promise<Authorization>;
  /** Finishes the sign-in that a callback URL answers. */
  handleCallback(url: string): Promise<Handled>;
  /** Replaces the tokens of that record of the session, unless another tab has done so. */
  refresh(due: Pick<SessionRecord, "id" | "generation">): Promise<void>;
  /** Lets go of the marks of the last refresh: there is no session any more. */
  letGo(): void;
  /** The claims of the UserInfo endpoint, as JSON. */
  userInfo(): Promise<string>;
  /** Revokes the tokens of that session, whatever the provider says to it. */
  revoke(record: string): void;
  /** Ends the session, and gives the provider's logout page, unless the user is to stay. */
  signOut(options: string, stay: boolean): Promise<string | undefined>;
  /** Whether the user has come back from the logout page just now, and where to go on to. */
  finishSignOut(url: string): Promise<Returned>;
  /** A proof of possession for a request with this token. */
  prove(method: string, url: string, accessToken: string): Promise<string>;
}
