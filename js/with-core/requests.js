// Sends the core's requests, each with a proof of possession where its tokens are bound to a key.
import { send, serverTime } from "./platform.js";
import { settled } from "./storage-blocked.js";

/** No answer is waited for so long by a page that runs. */
export const LATE_MILLIS = 60_000;

/** The requests of one client, to whichever endpoint. */
export class Requests {
  /** Whether the server of this page could not be asked for the time. */
  isTimeless = false;
  #core;
  #proofKey;
  #tokenWorker;
  /** The provider's metadata on their way. */
  #discovering;

  constructor(core, proofKey, tokenWorker) {
    this.#core = core;
    this.#proofKey = proofKey;
    this.#tokenWorker = tokenWorker;
  }

  /** Has the provider's metadata, if the core asks for them. */
  async discover(request) {
    if (request === undefined) return;
    const step = () => this.#core.discovered();
    const forget = () => (this.#discovering = undefined);
    this.#discovering ??= this.ask("pkce-wasm:discovery", request, step).finally(forget);
    await this.#discovering;
  }

  /** Takes an authorization request to the provider beforehand, where that is offered. */
  async push({ url, push, mayPush }) {
    if (push === undefined) return url;
    try {
      const step = () => this.#core.pushed();
      return await this.ask("pkce-wasm:pushed authorization request", push, step);
    } catch (fault) {
      if (mayPush) return url;
      throw fault;
    }
  }

  /**
   * Sends a request, once more where its proof was refused for what can be mended, and gives the core the
   * answer and the step that reads it: in one go, so that no answer to another request comes between.
   */
  async ask(name, request, step, by) {
    let answer = await this.send(name, request, "cached", by);
    const wanted = this.#core.answer(...answer);
    if (
      request.proof &&
      (wanted === "nonce" || (wanted === "clock" && (await this.learnClock())))
    ) {
      answer = await this.send(name, request, "cached", by);
    }
    if (wanted !== undefined) this.#core.answer(...answer);
    return step();
  }

  /** The same for tokens: where a worker keeps the refresh token, it is the one that asks. */
  async askForTokens(name, request, step) {
    return await this.ask(name, request, step, this.#tokenWorker?.answerTo);
  }

  /** By how much this device's clock is off: whether that could be learned of the server of this page. */
  async learnClock() {
    const start = Date.now();
    const answer = await serverTime();
    // One that was under way while the device slept is as old as that.
    const time = Date.now() - start > LATE_MILLIS ? undefined : answer;
    this.isTimeless = time === undefined;
    return this.#core.learnClock(time ?? NaN);
  }

  /** Sends a request: what `Core.answer` takes, or the failure that there was no answer. */
  async send(name, request, mode, by) {
    const { url, place, form, authorization } = request;
    const isBound = request.proof && this.#proofKey !== undefined;
    const method = form === undefined ? "GET" : "POST";
    const proof = isBound
      ? await this.prove(method, url, authorization?.replace(/^DPoP /, ""))
      : undefined;
    try {
      const answer = await send(name, request, proof, mode, by);
      if (isBound && answer[2] !== undefined) this.#proofKey.keep(new URL(url).origin, answer[2]);
      return answer;
    } catch (reason) {
      // The cache may have it as another application was answered, whose origin is not this one.
      const isUnderstood = reason?.name === "TypeError" && mode === "cached" && method === "GET";
      if (isUnderstood && authorization === undefined) {
        return await this.send(name, request, "reload");
      }
      throw this.#core.failure(String(reason?.name), place);
    }
  }

  /** A proof of possession for a request with this token. */
  async prove(method, url, accessToken) {
    const jwk = await settled(this.#core, () => this.#proofKey.publicKey());
    const nonce = this.#proofKey.nonce(new URL(url).origin);
    const input = this.#core.proof(jwk, method, url, accessToken, nonce);
    return `${input}.${await settled(this.#core, () => this.#proofKey.sign(input))}`;
  }
}
