import { createHash } from "node:crypto";
import { coreOf } from "../core.js";

/** One run: the client that is examined, what was asked for, and what is known so far. */
export class Visit {
  /** Answers that later checks look at again, by what they are. @type {Record<string, import("./requests.js").Answer>} */
  answers = {};
  /** The provider's metadata as they were sent, and the client's own endpoints over them. */
  metadata = {};

  /**
   * @param {object} options of `createClient`
   * @param {string} origin of the page
   * @param {import("./requests.js").Requests} requests
   */
  constructor(options, origin, requests) {
    this.options = options;
    this.origin = origin;
    this.requests = requests;
  }

  /** Has the core read the options. @throws the core's refusal */
  begin() {
    this.step = coreOf(this.options);
  }

  /**
   * Begins a sign-in, which nobody finishes.
   * @returns {{ url: string, state: string, push?: { url: string, form: string }, mayPush?: boolean }}
   * @throws the core's refusal
   */
  beginSignIn() {
    return this.step((core) => {
      const verifier = core.codeVerifier();
      const hash = createHash("sha256").update(verifier).digest();
      return core.beginSignIn("{}", undefined, undefined, verifier, hash);
    });
  }

  get issuer() {
    return this.options.issuer ?? this.options.endpoints.issuer;
  }

  get isCognito() {
    return (
      this.options.provider === "cognito" || /\/\/(?:issuer-)?cognito-idp[.-]/.test(this.issuer)
    );
  }

  /**
   * Sends a request as a page of the origin does.
   * @param {string} url
   * @param {Parameters<import("./requests.js").Requests["ask"]>[1]} [init]
   * @throws a fault of the network
   */
  ask(url, { headers = {}, ...init } = {}) {
    return this.requests.ask(url, { ...init, headers: { origin: this.origin, ...headers } });
  }

  /** Whether the page's script may read an answer: Fetch Standard §3.3. */
  mayRead({ headers }) {
    const allowed = headers.get("access-control-allow-origin");
    return allowed === "*" || allowed === this.origin;
  }

  /** Gives the core an answer, and takes the step that reads it. */
  read({ status, headers, bytes }, step) {
    return this.step((core) => {
      core.answer(status, headers.get("content-type") ?? undefined, undefined, bytes);
      return step(core);
    });
  }
}
