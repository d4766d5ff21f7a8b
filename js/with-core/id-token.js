// Verifies ID tokens with the provider's keys, which it fetches.
import { digest, verify } from "./platform.js";

/** The ID tokens of one client, and the keys at hand. */
export class IdTokens {
  #core;
  #requests;
  /** Whether the core has keys: none, where the last key set could not be had or read. */
  #hasKeys = false;

  constructor(core, requests) {
    this.#core = core;
    this.#requests = requests;
  }

  /**
   * The record of the session that these tokens make. Where the ID token and this device's clock are at
   * odds, the server of this page is asked what time it is.
   */
  async verified(unverified) {
    const { hash, hashed } = unverified.signature(this.#core);
    const hashing = digest(hash, hashed);
    const isValid = await this.#isSigned(unverified);
    if (unverified.isUntimely(this.#core)) await this.#requests.learnClock();
    return unverified.verify(isValid, await hashing, this.#core);
  }

  /** Reads the key set that is on its way. */
  async readKeys(sending) {
    this.#hasKeys = false;
    this.#core.answer(...(await sending));
    this.#core.readKeys();
    this.#hasKeys = true;
  }

  /**
   * Tries the keys at hand, and then, once, the provider's present ones: it may have changed them
   * (OpenID Connect Core §10.1.1).
   */
  async #isSigned(unverified) {
    const { keySetRequest } = unverified.signature(this.#core);
    const fetchKeys = (mode) =>
      this.readKeys(this.#requests.send("pkce-wasm:key set", keySetRequest, mode));
    if (!this.#hasKeys) await fetchKeys("cached");
    if (await isSignedBy(unverified.signature(this.#core), unverified)) return true;
    await fetchKeys("reload");
    const signature = unverified.signature(this.#core);
    if (signature.candidates.length === 0) throw unverified.unverifiable(false);
    return await isSignedBy(signature, unverified);
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
