import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { signatureOf } from "./provider.js";

/**
 * `crypto` of a page. Randomness is the history's; signatures are the simulated provider's, and come
 * from another thread, as in browsers: the page may be gone by then.
 */
export function cryptoOf(page) {
  const { random, clock } = page.world;
  const later = (value) =>
    new Promise((resolve) => {
      page.step();
      clock.after(random.between(0, 1), page, "crypto", () => resolve(value));
    });
  return {
    getRandomValues(bytes) {
      for (let i = 0; i < bytes.length; i += 1) bytes[i] = random.below(256);
      return bytes;
    },
    subtle: {
      digest: (hash, bytes) => later(createHash(hash.replace("-", "")).update(bytes).digest()),
      importKey: async (_format, jwk) => jwk,
      verify: (_algorithm, _key, signature, signed) =>
        later(Buffer.from(signature).toString() === signatureOf(Buffer.from(signed).toString())),
    },
  };
}
