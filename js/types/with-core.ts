import type { Fail } from "./error.js";
import type { ApiAnswer, Send } from "./api-answer.js";
import type { Answer, Fault, Wanted } from "./life.js";
import type { SignInOptions, SignOutOptions } from "./options.js";
import type { Page, SessionOfPage } from "./page.js";
import type { UserInfo } from "./session.js";
import type { Steps } from "./steps.js";

/** What a sign-in has led to. */
export interface Finished {
  readonly returnTo: string | null;
  readonly appState?: unknown;
}

/**
 * The responses that a page has taken out of its address bar, by the names of their sessions. Once one has
 * been dealt with, its `state` alone is left, or nothing.
 */
export type Responses = { [session: string]: string | undefined };

/** What the core has been opened for. */
export interface Opened {
  readonly page: Page;
  readonly session: SessionOfPage;
  readonly steps: Steps;
  /** Where the last sign-in was to lead to, when it has failed on this page. */
  before?: string | undefined;
}

/** What comes with the core, for the client that a page has loaded first. */
export interface WithCore {
  signIn(opened: Opened, options: SignInOptions, address: string): Promise<void>;
  finishSignIn(
    opened: Opened,
    callback: string,
    responses: Responses,
  ): Promise<Finished | undefined>;
  /** Takes over the session of the sign-in with the page's `state`, if another client of this page has it. */
  adopt(opened: Opened, responses: Responses, state: string): Promise<void>;
  /** What becomes of the wish for a token, after a refresh where one is due; by the `first` answer to it. */
  waitForToken(opened: Opened, wanted: Wanted, first?: Answer): Promise<Answer>;
  /** Makes the refresh that a session's life asks for, and tells it what came of that; gives the fault, if any. */
  renew(opened: Opened): Promise<Fault | undefined>;
  userInfo(opened: Opened): Promise<UserInfo>;
  sendBound(opened: Opened, asError: (fault: unknown) => Error): Send;
  settleRefusal(answer: ApiAnswer, fail: Fail): Promise<Response>;
  signOut(opened: Opened, options: SignOutOptions): Promise<void>;
  finishSignOut(opened: Opened): Promise<string | null>;
  /** Tells the provider that a session which is over in this browser needs its tokens no more. */
  revoke(opened: Opened, record: string): Promise<void>;
}

/** Opens the core for a page, and gives what comes with it. */
export type OpenCore = (page: Page) => Promise<readonly [Opened, WithCore]>;

/** A script that brings the core. */
export interface CoreScript<Source extends unknown[]> extends WithCore {
  /** Opens the core, whose module is made ready for use once for all clients of a page. */
  open(page: Page, ...source: Source): Promise<Opened>;
}

/** Takes a step of the protocol, for which the core is loaded first; what fails is an `AuthError`. */
export type Step = <T>(work: (opened: Opened, core: WithCore) => T | Promise<T>) => Promise<T>;
