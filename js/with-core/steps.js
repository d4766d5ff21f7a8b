// Carries values between the core's steps and the browser: what happens in which order, and what is
// kept before what is sent. What is right and wrong is the core's to say.
import { lock, measure, send, serverTime, verify } from "./platform.js";

/** The lock that one tab holds while it refreshes a session. */
const REFRESH = "pkce-wasm/refresh/";

/** The callbacks that are being dealt with on this page, by whichever client of it. */
const handling = new Map();

/** Whether trying the same again may work: nothing may be thrown away for such a fault. */
const isPassing = (fault) => fault?.kind === "network";

/** Carries each step of the protocol through the browser: for one client, on a core with its options. */
export class Steps {
  #core;
  #store;
  #key;
  #logoutKey;
  #proofKey;
  /** The provider's metadata on their way. */
  #discovering;
  #hasKeys = false;
  /** The marks of the sign-ins that this page has answered, for as long as it lives. */
  #answered = [];
  /** Lets go of the mark of the last refresh that this page made. */
  #refreshed;
  /**
   * Tokens whose keys could not be fetched, or a record that could not be kept, with the key of their
   * sign-in: the code is spent, so they wait here for the next try.
   */
  #waiting;

  /**
   * The session's record is kept in `store`, what is waited for at the provider's logout page in this
   * tab, each under its key of `keys`; tokens are bound to `proofKey`, if any.
   */
  constructor(core, store, keys, proofKey) {
    this.#core = core;
    this.#store = store;
    this.#key = keys.session;
    this.#logoutKey = keys.logout;
    this.#proofKey = proofKey;
  }

  /** Asks for the provider's metadata ahead of the first sign-in. */
  async prepare() {
    await this.#discover(this.#core.prepareSignIn("{}"));
  }

  /** Begins a sign-in: where to send the user to, and the `state` of the response. */
  async signIn(options) {
    await this.#discover(this.#core.prepareSignIn(options));
    const jwk = await this.#settled(() => this.#proofKey?.publicKey());
    const start = performance.now();
    const begun = this.#core.beginSignIn(options, jwk);
    measure("pkce-wasm:authorization request", start, begun.url.split("?")[0]);
    return { url: await this.#push(begun), state: begun.state };
  }

  /** Finishes the sign-in that a callback URL answers. */
  async handleCallback(url) {
    // The second client of a page fails as the first one does; else it finds what that has done.
    const name = `${this.#key} ${url}`;
    const done = Promise.resolve(handling.get(name))
      .then(async (before) => ({ record: before?.record, ...(await this.#handle(url)) }))
      .finally(() => {
        if (handling.get(name) === done) handling.delete(name);
      });
    handling.set(name, done);
    return await done;
  }

  /**
   * Replaces the tokens of the session whose `generation` the caller has, unless another tab has done
   * so, and gives the session's record.
   */
  async refresh(generation) {
    for (let tries = 0; tries < 20; tries += 1) {
      const record = await withLock(REFRESH + this.#key, () => this.#refresh(generation));
      if (record !== undefined) return record;
      // Another tab has refreshed, and its record is on the way: ask for it again.
      await this.#store.hear("changed", this.#key);
    }
    const message = "Another tab has the new tokens and does not answer.";
    throw { code: "timeout", kind: "network", message };
  }

  /** The claims of the UserInfo endpoint, as JSON. */
  async userInfo() {
    const record = await this.#record();
    const request = this.#core.userInfoRequest(record);
    const step = () => this.#core.userInfo(record);
    return await this.#ask("pkce-wasm:userinfo request", request, step);
  }

  /**
   * Revokes the session's tokens and forgets it. Gives the provider's logout page, where it has one. Who
   * is to `stay` on this page is sent to none.
   */
  async signOut(options, stay) {
    const record = await this.#record();
    const { revocation, discovery } = this.#core.prepareSignOut(options, record);
    if (!stay) await this.#discover(discovery);
    if (revocation !== undefined) {
      // It goes on by itself: the user is signed out here, whatever the provider says to it.
      const sending = send("pkce-wasm:revocation", revocation, undefined, "parting");
      sending.catch(() => undefined);
    }
    await this.#settled(() => this.#store.remove(this.#key));
    if (stay) return undefined;
    const signedOut = this.#core.signOut(options, record);
    if (signedOut.url !== undefined) keepInTab(this.#logoutKey, signedOut.record);
    return signedOut.url;
  }

  /** Whether the user has come back from the logout page just now, and where to go on to. */
  async finishSignOut(url) {
    let isOver = true;
    try {
      const returned = this.#core.finishSignOut(sessionStorage.getItem(this.#logoutKey), url);
      isOver = returned.over;
      return returned;
    } finally {
      if (isOver) keepInTab(this.#logoutKey);
    }
  }

  /** A proof of possession for a request with this token. */
  async prove(method, url, accessToken) {
    const jwk = await this.#settled(() => this.#proofKey.publicKey());
    const nonce = this.#proofKey.nonce(new URL(url).origin);
    const input = this.#core.proof(jwk, method, url, accessToken, nonce);
    return `${input}.${await this.#settled(() => this.#proofKey.sign(input))}`;
  }

  /** Keeps the record of a session that another client has made. */
  async keep(record) {
    await this.#settled(() => this.#store.set(this.#key, record));
  }

  async #record() {
    const record = await this.#settled(() => this.#store.get(this.#key));
    return typeof record === "string" ? record : undefined;
  }

  async #discover(request) {
    if (request === undefined) return;
    const step = () => this.#core.discovered();
    const forget = () => (this.#discovering = undefined);
    this.#discovering ??= this.#ask("pkce-wasm:discovery", request, step).finally(forget);
    await this.#discovering;
  }

  /** Takes an authorization request to the provider beforehand, where that is offered. */
  async #push({ url, push, mayPush }) {
    if (push === undefined) return url;
    try {
      const step = () => this.#core.pushed();
      return await this.#ask("pkce-wasm:pushed authorization request", push, step);
    } catch (fault) {
      if (mayPush && isPassing(fault)) return url;
      throw fault;
    }
  }

  /**
   * Sends a request, once more where the provider asks for a nonce, and gives the core the answer and the
   * step that reads it: in one go, so that no answer to another request comes between.
   */
  async #ask(name, request, step) {
    const wantsNonce = this.#core.answer(...(await this.#send(name, request, "cached")));
    if (wantsNonce && request.proof) {
      this.#core.answer(...(await this.#send(name, request, "cached")));
    }
    return step();
  }

  async #send(name, request, mode) {
    const { url, place, form, authorization } = request;
    const isBound = request.proof && this.#proofKey !== undefined;
    const method = form === undefined ? "GET" : "POST";
    const proof = isBound
      ? await this.prove(method, url, authorization?.replace(/^DPoP /, ""))
      : undefined;
    try {
      const answer = await send(name, request, proof, mode);
      if (isBound && answer[2] !== undefined) this.#proofKey.keep(new URL(url).origin, answer[2]);
      return answer;
    } catch (reason) {
      throw this.#core.failure(String(reason?.name), place);
    }
  }

  async #handle(url) {
    const key = this.#core.transactionKey(url);
    if (!key) return await this.#resume(url, "");
    // StrictMode, a duplicated tab, a link opened twice: one of them exchanges the code.
    return await withLock(key, () => this.#resume(url, key));
  }

  async #resume(url, key) {
    if (this.#waiting?.key === key) {
      const waiting = this.#waiting;
      this.#waiting = undefined;
      return await this.#signedIn(waiting);
    }
    const resumed = this.#core.resume(url, key);
    const { handled, exchange, returnTo } = resumed;
    if (handled === "unknown") {
      this.#core.unknown(url, await this.#record());
      return { handled: "left" };
    }
    if (exchange === undefined) return { handled, returnTo };
    const release = await lock(`${key}/answered`, true);
    if (release === null) return { handled: "answered", returnTo };
    let unverified;
    try {
      // Written first, so that no crash between here and the answer lets the code be sent twice.
      this.#core.keepTransaction(key, resumed.answered);
      unverified = await this.#exchange(resumed);
    } catch (fault) {
      if (isPassing(fault)) this.#core.keepTransaction(key, resumed.pending);
      release?.();
      throw fault;
    }
    this.#answered.push(release);
    return await this.#signedIn({ key, unverified, returnTo });
  }

  /** Trades the code for tokens, while the keys to verify them with are on their way. */
  async #exchange({ exchange, request, keySetRequest }) {
    const step = () => exchange.finish(this.#core);
    // First, for the user waits for it: it gets the connection that is there.
    const asking = this.#ask("pkce-wasm:token request", request, step);
    const keys = this.#send("pkce-wasm:key set", keySetRequest, "cached");
    // Where this fails, it is tried again when they are needed.
    keys.catch(() => undefined);
    const unverified = await asking;
    await this.#readKeys(keys).catch(() => undefined);
    return unverified;
  }

  async #signedIn(tokens) {
    const start = performance.now();
    try {
      tokens.record ??= await this.#verified(tokens.unverified);
      measure("pkce-wasm:id token", start);
      await this.keep(tokens.record);
    } catch (fault) {
      if (isPassing(fault) || tokens.record !== undefined) this.#waiting = tokens;
      throw fault;
    }
    return { handled: "signed_in", record: tokens.record, returnTo: tokens.returnTo };
  }

  /**
   * The record of the session that these tokens make. Where the ID token and this device's clock are at
   * odds, the server of this page is asked what time it is.
   */
  async #verified(unverified) {
    const isValid = await this.#isSigned(unverified);
    if (unverified.isUntimely(this.#core)) this.#core.learnClock(await serverTime());
    return unverified.verify(isValid, this.#core);
  }

  /**
   * Tries the keys at hand, and then, once, the provider's present ones: it may have changed them
   * (OpenID Connect Core §10.1.1).
   */
  async #isSigned(unverified) {
    const { keySetRequest } = unverified.signature(this.#core);
    const fetchKeys = (mode) =>
      this.#readKeys(this.#send("pkce-wasm:key set", keySetRequest, mode));
    if (!this.#hasKeys) await fetchKeys("cached");
    if (await isSignedBy(unverified.signature(this.#core), unverified)) return true;
    await fetchKeys("reload");
    const signature = unverified.signature(this.#core);
    if (signature.candidates.length === 0) throw unverified.unverifiable(false);
    return await isSignedBy(signature, unverified);
  }

  async #readKeys(sending) {
    this.#hasKeys = false;
    this.#core.answer(...(await sending));
    this.#core.readKeys();
    this.#hasKeys = true;
  }

  async #refresh(generation) {
    const record = await this.#record();
    const begun = this.#core.refresh(record, generation);
    if (begun === undefined) return record;
    const { refresh, request, version } = begun;
    const release = await lock(REFRESH + version, true);
    if (release === null) return undefined;
    let isDone = false;
    try {
      const step = () => refresh.finish(this.#core);
      const refreshed = await this.#ask("pkce-wasm:refresh request", request, step);
      await this.#replace(version, refreshed.interim);
      const renewed = refreshed.record ?? (await this.#verified(refreshed.unverified));
      await this.#replace(version, renewed);
      isDone = true;
      this.#refreshed?.();
      this.#refreshed = release;
      return renewed;
    } catch (fault) {
      if (fault?.code !== "session_ended") throw fault;
      // The refresh token is no good: because another tab has a newer one, or for good.
      const present = await this.#record();
      const now = this.#core.version(present);
      if (now === version) await this.#settled(() => this.#store.remove(this.#key));
      else if (now !== undefined) return present;
      throw fault;
    } finally {
      if (!isDone) release?.();
    }
  }

  /**
   * Writes the record of a refresh in the place of the one that it began with. The user may have signed
   * out, or in again, meanwhile; then it is for nobody.
   */
  async #replace(version, record) {
    const present = await this.#record();
    if (this.#core.version(present) !== version) throw this.#core.failure("session", "");
    await this.keep(record);
  }

  /** What a storage of the page answers, or the failure that it is blocked. */
  async #settled(work) {
    try {
      return await work();
    } catch (cause) {
      throw Object.assign(this.#core.failure("storage", ""), { cause });
    }
  }
}

function keepInTab(key, text) {
  try {
    if (text === undefined) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, text);
  } catch {
    // The user is signed out all the same, and comes back to `postLogoutRedirectUri`.
  }
}

/** Whether one of the keys made the signature; the failure when the browser can read none of them. */
async function isSignedBy({ candidates, algorithm, signature, signed }, unverified) {
  let isSupported = candidates.length === 0;
  for (const jwk of candidates) {
    const isValid = await verify(algorithm, jwk, signature, signed);
    if (isValid) return true;
    isSupported ||= isValid !== undefined;
  }
  if (!isSupported) throw unverified.unverifiable(true);
  return false;
}

/**
 * Does `work` while no other tab of this origin holds the lock of that name.
 *
 * Browsers without Web Locks do it unlocked: every record is written before it is acted upon, so that
 * the window for a race is the time of one storage access.
 */
async function withLock(name, work) {
  const release = await lock(name, false);
  try {
    return await work();
  } finally {
    release?.();
  }
}
