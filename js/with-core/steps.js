// Carries values between the core's steps and the browser: what happens in which order, and what is
// kept before what is sent. What is right and wrong is the core's to say.
import { BEGUN, Callbacks } from "./callback.js";
import { IdTokens } from "./id-token.js";
import { digest, measure, send } from "./platform.js";
import { Refreshes } from "./refresh.js";
import { Requests } from "./requests.js";
import { settled } from "./storage-blocked.js";

/** Carries each step of the protocol through the browser: for one client, on a core with its options. */
export class Steps {
  #core;
  #session;
  #proofKey;
  #tokenWorker;
  #requests;
  #callbacks;
  #refreshes;

  /**
   * The record that is worked on is that of the page's `session`; tokens are bound to `proofKey`, and refresh
   * tokens kept by `tokenWorker`, if any.
   */
  constructor(core, session, proofKey, tokenWorker) {
    const requests = new Requests(core, proofKey, tokenWorker);
    const idTokens = new IdTokens(core, requests);
    this.#core = core;
    this.#session = session;
    this.#proofKey = proofKey;
    this.#tokenWorker = tokenWorker;
    this.#requests = requests;
    this.#callbacks = new Callbacks(core, session, requests, idTokens);
    this.#refreshes = new Refreshes(core, session, requests, idTokens);
  }

  /** Asks for the provider's metadata ahead of the first sign-in. */
  async prepare() {
    await this.#requests.discover(this.#core.prepareSignIn("{}", location.origin));
  }

  /** Begins a sign-in: where to send the user to, and the `state` of the response. */
  async signIn(options) {
    await this.#requests.discover(this.#core.prepareSignIn(options, location.origin));
    const jwk = await settled(this.#core, () => this.#proofKey?.publicKey());
    const proofKey = jwk && this.#core.thumbprint(jwk);
    const record = await this.#session.latest();
    const start = performance.now();
    const verifier = this.#core.codeVerifier();
    const hash = await digest("SHA-256", new TextEncoder().encode(verifier));
    const begun = this.#core.beginSignIn(options, proofKey, record, verifier, hash);
    measure("pkce-wasm:authorization request", start, begun.url.split("?")[0]);
    const url = await this.#requests.push(begun);
    keepInTab(BEGUN, begun.state);
    return { url, state: begun.state };
  }

  /** Finishes the sign-in that a callback URL answers. */
  async handleCallback(url) {
    return await this.#callbacks.finish(url);
  }

  /** Replaces the tokens of that record of the session, unless another tab has done so. */
  async refresh(due) {
    await this.#refreshes.refresh(due);
  }

  /** Lets go of the marks of the last refresh: there is no session any more. */
  letGo() {
    this.#refreshes.letGo();
  }

  /** The claims of the UserInfo endpoint, as JSON. */
  async userInfo() {
    const record = await this.#session.latest();
    const request = this.#core.userInfoRequest(record);
    const step = () => this.#core.userInfo(record);
    return await this.#requests.ask("pkce-wasm:userinfo request", request, step);
  }

  /** Revokes the tokens of that session; gives what comes of it, and has to be known before it can be signed out of. */
  revoke(record) {
    const { revocation, discovery } = this.#core.prepareSignOut(record);
    // It goes on by itself: the user is signed out here, whatever the provider says to it.
    const by = this.#tokenWorker?.answerTo;
    const revoking =
      revocation && send("pkce-wasm:revocation", revocation, undefined, "parting", by);
    return { revoking: revoking?.catch(() => undefined), discovery };
  }

  /**
   * Revokes the session's tokens and forgets it, whatever becomes of the rest. Gives the provider's logout
   * page, where it has one. Who is to `stay` on this page is sent to none.
   */
  async signOut(options, stay) {
    const record = await this.#session.latest();
    const { revoking, discovery } = this.revoke(record);
    await settled(this.#core, () => this.#session.end());
    if (this.#proofKey !== undefined && !this.#core.awaitsProofKey()) {
      await this.#proofKey.forget().catch(() => undefined);
    }
    if (stay) return undefined;
    // With its page a worker is gone, and what it was sending.
    if (this.#tokenWorker !== undefined) await revoking;
    await this.#requests.discover(discovery);
    const signedOut = this.#core.signOut(options, record);
    if (signedOut.url !== undefined) keepInTab(this.#session.logoutKey, signedOut.record);
    return signedOut.url;
  }

  /** Whether the user has come back from the logout page just now, and where to go on to. */
  async finishSignOut(url) {
    let isOver = true;
    try {
      const returned = this.#core.finishSignOut(
        sessionStorage.getItem(this.#session.logoutKey),
        url,
      );
      isOver = returned.over;
      return returned;
    } finally {
      if (isOver) keepInTab(this.#session.logoutKey);
    }
  }

  /** A proof of possession for a request with this token. */
  async prove(method, url, accessToken) {
    return await this.#requests.prove(method, url, accessToken);
  }
}

/** Keeps a text for as long as there is this tab, or forgets it. */
function keepInTab(key, text) {
  try {
    if (text === undefined) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, text);
  } catch {
    // The user is signed out all the same, and comes back to `postLogoutRedirectUri`; a sign-in is answered
    // as by a tab that did not begin it.
  }
}
