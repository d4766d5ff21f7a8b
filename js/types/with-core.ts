import type { Fail } from "./error.js";
import type { Exchange, Send } from "./exchange.js";
import type { SignInOptions, SignOutOptions, TokenOptions } from "./options.js";
import type { Page } from "./page.js";
import type { UserInfo } from "./session.js";
import type { Steps } from "./steps.js";

/** What a callback has come to. */
export interface Finished {
  readonly isOurs: boolean;
  readonly returnTo: string | null;
}

/** What the core has been opened for. */
export interface Opened {
  readonly page: Page;
  readonly steps: Steps;
}

/** What comes with the core, for the client that a page has loaded first. */
export interface WithCore {
  signIn(opened: Opened, options: SignInOptions, address: string): Promise<void>;
  finishSignIn(opened: Opened, callback: string): Promise<Finished>;
  userInfo(
    opened: Opened,
    accessToken: (options?: TokenOptions) => Promise<string>,
  ): Promise<UserInfo>;
  sendBound(opened: Opened, asError: (fault: unknown) => Error): Send | undefined;
  settleRefusal(exchange: Exchange, fail: Fail): Promise<Response>;
  signOut(opened: Opened, options: SignOutOptions): Promise<void>;
  finishSignOut(opened: Opened): Promise<string | null>;
}

/** Opens the core for a page, and gives what comes with it. */
export type OpenCore = (page: Page) => Promise<readonly [Opened, WithCore]>;

/** A script that brings the core. */
export interface CoreScript<Source extends unknown[]> extends WithCore {
  /** Opens the core, whose module is made ready for use once for all clients of a page. */
  open(page: Page, ...source: Source): Promise<Opened>;
}
