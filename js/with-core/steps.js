// Carries values between the core's steps and the browser: what happens in which order, and what is
// kept before what is sent. What is right and wrong is the core's to say.
import { caughtUp, digest, lock, measure, send, serverTime, verify } from "./platform.js";

/** The lock that one tab holds while it refreshes a session. */
const REFRESH = "pkce-wasm/refresh/";

/** Behind the key of a sign-in: the mark that its code was sent, which a page keeps for as long as it lives. */
const ANSWERED = "/answered";

/** Behind the key of a sign-in, for who may write over what lies there: another tab has sent its code. */
const SENT = "/sent";

/** In `sessionStorage`: the `state` of the last sign-in that this tab began, until its response is here. */
const BEGUN = "pkce-wasm/begun";

/** So long after its response is here, the tab that began a sign-in may answer it without a lock. */
const FIRST_MILLIS = 500;

/** By then it has to have sent the code. */
const SENT_MILLIS = 700;

/** By then every other tab has seen that it did. */
const NOT_FIRST_MILLIS = 850;

/** By then a page that stood still has seen what others wrote meanwhile. */
const LAG_MILLIS = 100;

/** How often the other tabs are asked for the record that one of them has. */
const TRIES = 20;

/** A page that takes as long from one step to the next stood still, and knows nothing of the others. */
const STOOD_STILL_MILLIS = 5_000;

/** The callbacks that are being dealt with on this page, by whichever client of it. */
const handling = new Map();

/** No answer is waited for so long by a page that runs. */
const LATE_MILLIS = 60_000;

/** Whether trying the same again may work: nothing may be thrown away for such a fault. */
const isPassing = (fault) => fault?.kind === "network";

/** Carries each step of the protocol through the browser: for one client, on a core with its options. */
export class Steps {
  #core;
  #session;
  #proofKey;
  /** The provider's metadata on their way. */
  #discovering;
  #hasKeys = false;
  /** Whether the server of this page could not be asked for the time. */
  #isTimeless = false;
  /** The marks of the sign-ins that this page has answered, for as long as it lives. */
  #answered = [];
  /** What lets go of the marks of the last refresh that this page made. */
  #marks = [];
  /** How many sessions have ended. */
  #ends = 0;
  /**
   * Tokens whose keys could not be fetched, or a record that could not be kept, with the key of their
   * sign-in: the code is spent, so they wait here for the next try.
   */
  #waiting;

  /** The record that is worked on is that of the page's `session`; tokens are bound to `proofKey`, if any. */
  constructor(core, session, proofKey) {
    this.#core = core;
    this.#session = session;
    this.#proofKey = proofKey;
  }

  /** Asks for the provider's metadata ahead of the first sign-in. */
  async prepare() {
    await this.#discover(this.#core.prepareSignIn("{}", location.origin));
  }

  /** Begins a sign-in: where to send the user to, and the `state` of the response. */
  async signIn(options) {
    await this.#discover(this.#core.prepareSignIn(options, location.origin));
    const jwk = await this.#settled(() => this.#proofKey?.publicKey());
    const proofKey = jwk && this.#core.thumbprint(jwk);
    const record = await this.#record();
    const start = performance.now();
    const verifier = this.#core.codeVerifier();
    const hash = await digest("SHA-256", new TextEncoder().encode(verifier));
    const begun = this.#core.beginSignIn(options, proofKey, record, verifier, hash);
    measure("pkce-wasm:authorization request", start, begun.url.split("?")[0]);
    const url = await this.#push(begun);
    keepInTab(BEGUN, begun.state);
    return { url, state: begun.state };
  }

  /** Finishes the sign-in that a callback URL answers. */
  async handleCallback(url) {
    // The second client of a page fails as the first one does; else it finds what that has done.
    const name = `${this.#session.key} ${url}`;
    const done = Promise.resolve(handling.get(name))
      .then(async (before) => ({ record: before?.record, ...(await this.#handle(url)) }))
      .finally(() => {
        if (handling.get(name) === done) handling.delete(name);
      });
    handling.set(name, done);
    return await done;
  }

  /** Replaces the tokens of that record of the session, unless another tab has done so. */
  async refresh(due) {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const asked = performance.now();
      const letGo = await lock(REFRESH + this.#session.key, false);
      const hasWaited = performance.now() - asked > STOOD_STILL_MILLIS;
      try {
        // The second time, another tab has the new record, which is on its way.
        const record = await this.#session.newest(tries > 0 || hasWaited);
        const start = performance.now();
        const isCurrent = () => performance.now() - start < STOOD_STILL_MILLIS;
        if (await this.#refresh(record, due, isCurrent)) return;
      } finally {
        letGo?.();
      }
      // One that stands still has sent the refresh token.
      if (letGo === undefined) break;
    }
    const message = "Another tab renews the session, and does not answer: try again.";
    throw { code: "timeout", kind: "network", message };
  }

  /** Lets go of the marks of the last refresh: there is no session any more. */
  letGo() {
    this.#ends += 1;
    for (const letGo of this.#marks.splice(0)) letGo?.();
  }

  /** The claims of the UserInfo endpoint, as JSON. */
  async userInfo() {
    const record = await this.#record();
    const request = this.#core.userInfoRequest(record);
    const step = () => this.#core.userInfo(record);
    return await this.#ask("pkce-wasm:userinfo request", request, step);
  }

  /**
   * Revokes the session's tokens and forgets it, whatever becomes of the rest. Gives the provider's logout
   * page, where it has one. Who is to `stay` on this page is sent to none.
   */
  async signOut(options, stay) {
    const record = await this.#record();
    const { revocation, discovery } = this.#core.prepareSignOut(record);
    if (revocation !== undefined) {
      // It goes on by itself: the user is signed out here, whatever the provider says to it.
      const sending = send("pkce-wasm:revocation", revocation, undefined, "parting");
      sending.catch(() => undefined);
    }
    await this.#settled(() => this.#session.end());
    if (this.#proofKey !== undefined && !this.#core.awaitsProofKey()) {
      await this.#proofKey.forget().catch(() => undefined);
    }
    if (stay) return undefined;
    await this.#discover(discovery);
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
    const jwk = await this.#settled(() => this.#proofKey.publicKey());
    const nonce = this.#proofKey.nonce(new URL(url).origin);
    const input = this.#core.proof(jwk, method, url, accessToken, nonce);
    return `${input}.${await this.#settled(() => this.#proofKey.sign(input))}`;
  }

  async #record() {
    return (await this.#session.latest()) ?? undefined;
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
      if (mayPush) return url;
      throw fault;
    }
  }

  /**
   * Sends a request, once more where its proof was refused for what can be mended, and gives the core the
   * answer and the step that reads it: in one go, so that no answer to another request comes between.
   */
  async #ask(name, request, step) {
    let answer = await this.#send(name, request, "cached");
    const wanted = this.#core.answer(...answer);
    if (
      request.proof &&
      (wanted === "nonce" || (wanted === "clock" && (await this.#learnClock())))
    ) {
      answer = await this.#send(name, request, "cached");
    }
    if (wanted !== undefined) this.#core.answer(...answer);
    return step();
  }

  /** By how much this device's clock is off: whether that could be learned of the server of this page. */
  async #learnClock() {
    const start = Date.now();
    const answer = await serverTime();
    // One that was under way while the device slept is as old as that.
    const time = Date.now() - start > LATE_MILLIS ? undefined : answer;
    this.#isTimeless = time === undefined;
    return this.#core.learnClock(time ?? NaN);
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
      // The cache may have it as another application was answered, whose origin is not this one.
      const isUnderstood = reason?.name === "TypeError" && mode === "cached" && method === "GET";
      if (isUnderstood && authorization === undefined) {
        return await this.#send(name, request, "reload");
      }
      throw this.#core.failure(String(reason?.name), place);
    }
  }

  async #handle(url) {
    const key = this.#core.transactionKey(url);
    if (!key) return await this.#resume(url, "");
    const isFirst = isFirstLook(key);
    const answered = isFirst ? await this.#answerFirst(url, key) : undefined;
    // A duplicated tab, a link opened twice: one of them exchanges the code.
    return answered ?? (await withLock(key, () => this.#resume(url, key, isFirst)));
  }

  /**
   * Answers in the tab that began the sign-in without a lock, for a browser gives a new page its first one
   * late. Nobody else has had the response for as long as they would have to wait.
   */
  async #answerFirst(url, key) {
    const resumed = isWithin(FIRST_MILLIS) ? this.#core.resume(url, key) : {};
    if (resumed.exchange === undefined) return undefined;
    this.#core.keepTransaction(key, resumed.answered);
    if (!isWithin(SENT_MILLIS)) {
      // Who stood still just now does as the others do, unless one of them has sent the code meanwhile.
      await withLock(key, async () => {
        await caughtUp(LAG_MILLIS);
        const isSent = localStorage.getItem(key + SENT) !== null;
        if (!isSent) this.#core.keepTransaction(key, resumed.pending);
      });
      return undefined;
    }
    // Others wait for what comes of it, as this tab would.
    const asked = lock(key, false);
    try {
      return await this.#answer(key, resumed, lock(key + ANSWERED, true));
    } finally {
      void asked.then((letGo) => letGo?.());
    }
  }

  async #resume(url, key, isFirst) {
    if (this.#waiting?.key === key) {
      const waiting = this.#waiting;
      this.#waiting = undefined;
      return await this.#signedIn(waiting);
    }
    const { handled, exchange, ...found } = this.#core.resume(url, key);
    if (handled === "unknown") {
      this.#core.unknown(url, await this.#record());
      return { handled: "left" };
    }
    const leads = leadsOf(found);
    if (exchange === undefined) return { handled, ...leads };
    const release = await lock(key + ANSWERED, true);
    if (release === null) return { handled: "answered", ...leads };
    await caughtUp(isFirst ? LAG_MILLIS : NOT_FIRST_MILLIS);
    let isSending = false;
    let resumed;
    try {
      // Once more: another tab may have answered since, and let go of the mark.
      resumed = this.#core.resume(url, key);
      if (resumed.exchange === undefined) return { handled: resumed.handled, ...leads };
      if (!isFirst) this.#core.keepTransaction(key + SENT, resumed.answered);
      isSending = true;
    } finally {
      if (!isSending) release?.();
    }
    return await this.#answer(key, resumed, release);
  }

  /** Sends the code, once its sign-in is marked as answered; the mark may be on its way. */
  async #answer(key, resumed, mark) {
    const { pending, answered } = resumed;
    const leads = leadsOf(resumed);
    let unverified;
    try {
      // Written first, so that no crash between here and the answer lets the code be sent twice.
      this.#core.keepTransaction(key, answered);
      unverified = await this.#exchange(resumed);
    } catch (fault) {
      if (this.#core.isUnseen(fault?.code, fault?.cause?.status)) {
        this.#core.keepTransaction(key, pending);
      }
      (await mark)?.();
      throw Object.assign(fault, leads);
    }
    this.#answered.push(mark);
    return await this.#signedIn({ key, unverified, leads });
  }

  /** Trades the code for tokens, while the keys to verify them with are on their way. */
  async #exchange({ exchange, request, keySetRequest }) {
    const step = () => exchange.finish(this.#core);
    this.#session.requested(false);
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
      await this.#settled(() => this.#session.keep(tokens.record, true));
    } catch (fault) {
      if (isPassing(fault) || tokens.record !== undefined) this.#waiting = tokens;
      throw Object.assign(fault, tokens.leads);
    }
    return { handled: "signed_in", record: tokens.record, ...tokens.leads };
  }

  /**
   * The record of the session that these tokens make. Where the ID token and this device's clock are at
   * odds, the server of this page is asked what time it is.
   */
  async #verified(unverified) {
    const { hash, hashed } = unverified.signature(this.#core);
    const hashing = digest(hash, hashed);
    const isValid = await this.#isSigned(unverified);
    if (unverified.isUntimely(this.#core)) await this.#learnClock();
    return unverified.verify(isValid, await hashing, this.#core);
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

  /** Whether there is a newer record now than the one that is `due`; if not, another tab has it. */
  async #refresh(record, due, isCurrent) {
    const begun = this.#core.refresh(record ?? undefined, due.id, due.generation);
    if (begun === undefined) return isCurrent();
    const { refresh, request, version } = begun;
    const marks = [await this.#mark(version)];
    if (marks[0] === null) return false;
    const ends = this.#ends;
    let made = version;
    // The user may have signed out, or in again, meanwhile: then it is for nobody.
    const keep = async (text) => {
      const newer = this.#core.version(text);
      if (!(await this.#isUpTo(newer))) return false;
      await this.#session.keep(text, false);
      made = newer;
      return true;
    };
    let isDone = false;
    let sentAt;
    try {
      // Another tab may have let go of the mark since this one looked.
      if (this.#core.version(await this.#record()) !== version) return true;
      if (!isCurrent()) return false;
      this.#session.requested(true);
      sentAt = Date.now();
      const step = () => refresh.finish(this.#core);
      const refreshed = await this.#ask("pkce-wasm:refresh request", request, step);
      // Who sees no more than this record would use the refresh token that the next one has as well.
      marks.push(await this.#mark(this.#core.version(refreshed.interim)));
      if (!(await keep(refreshed.interim))) return true;
      isDone = await keep(refreshed.record ?? (await this.#verified(refreshed.unverified)));
      return true;
    } catch (fault) {
      if (!this.#core.endsSession(fault?.code)) {
        // What is none of the provider's answers, be it for the keys, comes from a gate on the way.
        const isGate = fault?.kind === "provider";
        throw isGate ? { ...fault, code: "provider_unavailable", kind: "network" } : fault;
      }
      // A wrong clock is no one's end, as long as nobody could be asked for the time; nor is an answer that
      // came while the device slept or the page stood still, or its clock was set.
      const isLate = Math.abs(Date.now() - sentAt) > LATE_MILLIS;
      if (/_(expired|issued_at)$/.test(fault.code) && (this.#isTimeless || isLate)) {
        throw this.#core.failure("", location.origin);
      }
      // Or the refresh token is no good because another tab has a newer one.
      await this.#session.newest(true);
      if (!(await this.#isUpTo(made))) return true;
      throw Object.assign(fault, { ends: true });
    } finally {
      // As long as the refresh token that came is kept with the former tokens only, all may use it.
      const over = made === version ? marks : this.#marks.concat(isDone ? [] : marks.splice(1));
      if (made !== version) this.#marks = marks;
      for (const letGo of over) letGo?.();
      if (ends !== this.#ends) this.letGo();
    }
  }

  /** The mark on the refresh of a record, which says to all tabs that it was made. */
  async #mark(version) {
    return await lock(REFRESH + version, true);
  }

  /** Whether the page's session is of that version's sign-in, and no newer. */
  async #isUpTo(version) {
    const [present, most] = [this.#core.version(await this.#record()), version].map(partsOf);
    return present?.id === most.id && present.generation <= most.generation;
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

/** Where a sign-in leads to, and what the application gets back with it. */
const leadsOf = ({ returnTo, appState }) => ({ returnTo, appState });

/** Of which sign-in a record is, and the how manieth of it. */
function partsOf(version) {
  const [id, generation] = version?.split("/") ?? [];
  return version && { id, generation: Number(generation) };
}

function keepInTab(key, text) {
  try {
    if (text === undefined) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, text);
  } catch {
    // The user is signed out all the same, and comes back to `postLogoutRedirectUri`.
  }
}

/**
 * Whether this tab began that sign-in, and sees the response for the first time. A duplicated tab has what
 * the first one had: the browser comes to its page by the history.
 */
function isFirstLook(key) {
  try {
    const isBegun = key.endsWith(`/${sessionStorage.getItem(BEGUN)}`);
    if (isBegun) sessionStorage.removeItem(BEGUN);
    return isBegun && ofNavigation().type === "navigate";
  } catch {
    return false;
  }
}

/** Whether this page came no longer ago: one that stood still since knows nothing of the others. */
function isWithin(millis) {
  return performance.now() - ofNavigation().responseStart < millis;
}

const ofNavigation = () => performance.getEntriesByType("navigation")[0];

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
 * In a browser without Web Locks, and where a tab that stands still does not let go, it is done all the
 * same: what must not be done twice has a mark of its own, and every record is written before it is
 * acted upon.
 */
async function withLock(name, work) {
  const release = await lock(name, false);
  try {
    return await work();
  } finally {
    release?.();
  }
}
