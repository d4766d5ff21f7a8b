import { constants, generateKeyPairSync, sign } from "node:crypto";

/** How keys are made and signatures computed, by JWS `alg`: RFC 7518 §3.1, RFC 8037 §3.1. */
const algorithms = {
  RS256: { make: () => rsa(2048), hash: "sha256" },
  RS384: { make: () => rsa(2048), hash: "sha384" },
  RS512: { make: () => rsa(2048), hash: "sha512" },
  PS256: { make: () => rsa(2048), hash: "sha256", options: pss },
  PS384: { make: () => rsa(2048), hash: "sha384", options: pss },
  PS512: { make: () => rsa(2048), hash: "sha512", options: pss },
  ES256: { make: () => elliptic("P-256"), hash: "sha256", options: concatenated },
  ES384: { make: () => elliptic("P-384"), hash: "sha384", options: concatenated },
  ES512: { make: () => elliptic("P-521"), hash: "sha512", options: concatenated },
  EdDSA: { make: () => generateKeyPairSync("ed25519"), hash: null },
};

function rsa(modulusLength) {
  return generateKeyPairSync("rsa", { modulusLength });
}

function elliptic(namedCurve) {
  return generateKeyPairSync("ec", { namedCurve });
}

function pss(key) {
  const { RSA_PKCS1_PSS_PADDING: padding, RSA_PSS_SALTLEN_DIGEST: saltLength } = constants;
  return { key, padding, saltLength };
}

function concatenated(key) {
  return { key, dsaEncoding: "ieee-p1363" };
}

const keys = new Map();

/**
 * A signing key of this process, made when it is first asked for.
 *
 * @param {string} alg
 * @param {string} [name] which of them; also its `kid`
 * @param {() => { publicKey: any, privateKey: any }} [make] another kind of key than usual
 */
export function keyOf(alg, name = `${alg}-1`, make = algorithms[alg].make) {
  if (!keys.has(name)) {
    const { publicKey, privateKey } = make();
    const jwk = { ...publicKey.export({ format: "jwk" }), kid: name, alg, use: "sig" };
    keys.set(name, { alg, kid: name, publicKey, privateKey, jwk });
  }
  return keys.get(name);
}

/** An RSA key that is shorter than RFC 7518 §3.3 allows. */
export function weakKey() {
  return keyOf("RS256", "weak", () => rsa(1024));
}

/** A key on a curve, of which a coordinate begins with a zero. */
export function shortKey(alg) {
  return keyOf(alg, `${alg}-short`, () => {
    for (;;) {
      const pair = algorithms[alg].make();
      const { x } = pair.publicKey.export({ format: "jwk" });
      if (Buffer.from(x, "base64url")[0] === 0) return pair;
    }
  });
}

/** The signature over some text that this key would make under `alg`. */
export function signature(input, { alg, privateKey }) {
  const { hash, options = (key) => key } = algorithms[alg];
  return sign(hash, Buffer.from(input), options(privateKey));
}

const segment = (part) => {
  const isBytes = typeof part === "string" || part instanceof Uint8Array;
  return Buffer.from(isBytes ? part : JSON.stringify(part)).toString("base64url");
};

/**
 * The compact serialization of whatever it is given: libraries refuse to make most of what is
 * needed here.
 *
 * @param {object | string | Uint8Array} header
 * @param {object | string | Uint8Array} payload
 * @param {(input: string) => string | Uint8Array} sign
 */
export function compact(header, payload, sign) {
  const input = `${segment(header)}.${segment(payload)}`;
  return `${input}.${segment(sign(input))}`;
}

/** A compact JWS that the key really made, whatever its header says. */
export function signed(header, payload, key) {
  return compact(header, payload, (input) => signature(input, key));
}
