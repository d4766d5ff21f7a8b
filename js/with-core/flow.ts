import { Core } from "../core/core.js";
import type { Fail, Failure } from "../types/error.js";
import type { Exchange, Send } from "../types/exchange.js";
import type { ClientOptions, SignOutOptions, TokenOptions } from "../types/options.js";
import type { Page } from "../types/page.js";
import type { KeptKey, Prove } from "../types/proof-key.js";
import type { UserInfo } from "../types/session.js";
import { newerThan, newestIn } from "./newest.js";
import { settleRefusal } from "./refusal.js";
import { Steps, type Authorization, type Handled } from "./steps.js";

/** The callbacks that are being dealt with on this page. */
const handling = new Map<string, Promise<Handled>>();

/** Makes the core ready for a client. */
export async function openFlow(options: ClientOptions, page: Page): Promise<Flow> {
  return new Flow(options, page, options.dpop ? await openProofKey(page.key) : undefined);
}

/**
 * What a client does with the core. It comes with it, so that a page that finds a session waits for
 * none of this; what fails here rejects with the core's `Failure`, which the client makes an error of.
 *
 * No script that comes later imports one of those that came first: bundlers would make another file
 * of what both of them have, and every page would wait for that.
 */
export class Flow {
  readonly #page: Page;
  readonly #options: ClientOptions;
  readonly #steps: Steps;
  readonly #proofKey: KeptKey | undefined;

  constructor(options: ClientOptions, page: Page, proofKey: KeptKey | undefined) {
    const { store } = options;
    // A store of the application's own stays here; a word that is none of ours is for the core to say.
    const asked = { ...options, store: typeof store === "object" ? undefined : store };
    const core = new Core(JSON.stringify(asked));
    const keys = { session: page.key, logout: page.logoutKey };
    this.#steps = new Steps(core, newestIn(page), keys, proofKey);
    this.#options = options;
    this.#page = page;
    this.#proofKey = proofKey;
    page.onSignedOut = () => this.forgetKey();
  }

  /** Gets what the first sign-in needs to know of the provider. */
  async prepare(): Promise<void> {
    await this.#steps.prepare();
  }

  /** Begins a sign-in: where to send the user to, and the `state` of the response. */
  async begin(options: object): Promise<Authorization> {
    return await this.#steps.signIn(JSON.stringify(options));
  }

  /** Leaves this address for the login page; resolves when the user comes back with the back button. */
  async leave(options: object, address: string): Promise<void> {
    const { pathname, search, hash } = new URL(address);
    const isCallbackPage = new URL(this.#options.redirectUri).pathname === pathname;
    const here = pathname + search + hash;
    const { url } = await this.begin({ ...options, page: isCallbackPage ? undefined : here });
    location.assign(url);
    await new Promise<void>((resolve) => {
      addEventListener("pageshow", function restored({ persisted }) {
        if (!persisted) return;
        removeEventListener("pageshow", restored);
        resolve();
      });
    });
  }

  /** Finishes the sign-in that a callback URL answers, unless it is not ours. */
  async handleCallback(url: string): Promise<{ isOurs: boolean; returnTo: string | null }> {
    // The second client of a page fails as the first one does; else it finds what that has done.
    const name = `${this.#page.key} ${url}`;
    const first = handling.get(name);
    const done: Promise<Handled> = Promise.resolve(first)
      .then(() => this.#steps.handleCallback(url))
      .finally(() => {
        if (handling.get(name) === done) handling.delete(name);
      });
    handling.set(name, done);
    const { handled, record, returnTo = null } = await done;
    if (handled === "answered") await this.#adopt(new URL(url), (await first)?.record);
    if (record !== undefined) this.#page.show(record);
    return { isOurs: handled !== "left", returnTo };
  }

  /** New tokens, unless another tab has got them since that generation. */
  async refresh(generation: number): Promise<void> {
    this.#page.show(await this.#steps.refresh(generation));
  }

  /** Asks once more with a renewed access token where the provider refuses the present one. */
  async userInfo(accessToken: (options?: TokenOptions) => Promise<string>): Promise<UserInfo> {
    const token = await accessToken();
    const ask = async (): Promise<UserInfo> => JSON.parse(await this.#steps.userInfo()) as UserInfo;
    return await ask().catch(async (fault: unknown) => {
      const isRefused = (fault as { code?: unknown } | undefined)?.code === "token_refused";
      if (!isRefused || (await accessToken({ minValiditySeconds: Infinity })) === token) {
        throw fault;
      }
      return await ask();
    });
  }

  /** Ends the session here and in the other tabs, and leaves for the provider's logout page. */
  async signOut({ stay = false, ...options }: SignOutOptions): Promise<void> {
    const page = this.#page;
    await page.restore();
    const id = page.record?.id;
    try {
      const url = await this.#steps.signOut(JSON.stringify(options), stay);
      if (url !== undefined) location.assign(url);
    } finally {
      await page.restore(true);
      await this.forgetKey().catch(() => undefined);
      if (page.record === null) page.tabs().send({ news: "signed_out", id });
    }
  }

  /** Where to go on to, if this page is where the provider's logout page has led. */
  async finishSignOut(): Promise<string | null> {
    const { back, returnTo } = await this.#steps.finishSignOut(location.href);
    const page = this.#options.postLogoutRedirectUri;
    if (back && page !== undefined) history.replaceState(history.state, "", page);
    return returnTo ?? null;
  }

  /** Removes the key: with it, every token that is bound to it is worth nothing. */
  async forgetKey(): Promise<void> {
    await this.#proofKey?.forget();
  }

  /** What becomes of an API's answer that cannot be given as it is. */
  async settleRefusal(exchange: Exchange, fail: Fail): Promise<Response> {
    return await settleRefusal(exchange, fail);
  }

  /** What sends a request with a token that is bound to the key: RFC 9449 §7. */
  async bound(asError: (fault: unknown) => Error): Promise<Send | undefined> {
    const prove: Prove = (...request) =>
      this.#steps.prove(...request).catch((fault: unknown) => {
        throw asError(fault);
      });
    const key = this.#proofKey;
    return key && ((request, token) => key.fetch(prove, request, token));
  }

  /** The sign-in was finished before, here or in another tab, which then has the session. */
  async #adopt(callback: URL, made: string | undefined): Promise<void> {
    const page = this.#page;
    await page.restore(true);
    const id = callback.searchParams.get("state");
    if (page.record !== null || id === null) return;
    const text = made ?? (await newerThan({ id, generation: -1 }, page.tabs()));
    if (text === null) return;
    await this.#steps.keep(text);
    await page.restore(true);
  }
}

/** The key of that name; its script is for those clients alone whose tokens are bound to one. */
async function openProofKey(name: string): Promise<KeptKey> {
  const script = await import("../on-demand/proof-key.js").catch((cause: unknown) => {
    const message = "A script of pkce-wasm was not fetched.";
    throw { code: "network", kind: "network", message, cause } satisfies Failure;
  });
  return script.openProofKey(name);
}
