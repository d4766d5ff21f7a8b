import { failed, ok, refused, warning } from "../finding.js";

/** What each kind of key verifies: RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2. */
const KINDS = [
  { kty: "RSA", algorithms: ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"] },
  { kty: "EC", crv: "P-256", algorithms: ["ES256"] },
  { kty: "EC", crv: "P-384", algorithms: ["ES384"] },
  { kty: "EC", crv: "P-521", algorithms: ["ES512"] },
  { kty: "OKP", crv: "Ed25519", algorithms: ["EdDSA", "Ed25519"] },
];

/** What browsers verify; others would be refused. */
export const ALGORITHMS = KINDS.flatMap(({ algorithms }) => algorithms);

/** The key set that ID tokens are verified with. @type {import("../run.js").Check} */
export async function checkKeys(visit) {
  const { jwks_uri: url, id_token_signing_alg_values_supported: announced } = visit.metadata;
  let answer;
  try {
    answer = await visit.ask(url);
  } catch (fault) {
    return [refused("keys", fault)];
  }
  visit.answers.keys = answer;
  const keys = keysIn(answer);
  if (keys === undefined) {
    return [
      failed(
        "keys",
        `${url} answers ${answer.status}, and no key set.`,
        "Correct jwks_uri, or endpoints.jwks.",
        "response_invalid",
      ),
    ];
  }
  const taken = Array.isArray(announced) ? announced : ALGORITHMS;
  const usable = keys.filter((key) => verifies(key, taken) && !isShort(key));
  if (usable.length === 0) {
    const short = keys.some((key) => verifies(key, taken) && isShort(key))
      ? " RSA keys of less than 2048 bits are refused."
      : "";
    return [
      failed(
        "keys",
        `Of ${keys.length} keys none can verify an ID token.${short}`,
        "Have the provider sign with RS256 (2048 bits or more) or ES256.",
        "id_token_key",
      ),
    ];
  }
  const found = [
    ok(
      "keys",
      `${usable.length} of ${keys.length} keys can verify ID tokens: ${usable.map(described).join(", ")}.`,
    ),
  ];
  // Beside another key nobody but the provider's settings can tell which one signs for this client.
  if (usable.every(({ kty }) => kty === "OKP")) {
    found.push(
      warning(
        "keys",
        "Chrome and Edge verify Ed25519 from version 137 of May 2025, Firefox from 129, Safari from 17.",
        "Have the provider sign with RS256 or ES256, if older browsers are to be served.",
        "id_token_algorithm",
      ),
    );
  }
  return found;
}

function keysIn({ status, text }) {
  try {
    const { keys } = JSON.parse(text);
    return status === 200 && Array.isArray(keys)
      ? keys.filter((key) => key !== null && typeof key === "object")
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether the core would try the key on a signature by one of the algorithms: RFC 7517 §4.2 to §4.4. A key
 * that gives its private part away is none.
 */
function verifies(key, taken) {
  const { kty, crv, use = "sig", key_ops: operations = ["verify"], alg, d } = key;
  const kind = KINDS.find((each) => each.kty === kty && (each.crv ?? crv) === crv);
  if (kind === undefined || use !== "sig" || d !== undefined) return false;
  if (!Array.isArray(operations) || !operations.includes("verify")) return false;
  if (alg !== undefined && !kind.algorithms.includes(alg)) return false;
  // EdDSA and Ed25519 are two names of one algorithm.
  const isTaken = (algorithm) => taken.includes(algorithm);
  return alg === undefined || kty === "OKP" ? kind.algorithms.some(isTaken) : isTaken(alg);
}

function isShort({ kty, n }) {
  return kty === "RSA" && bitsOf(n) < 2048;
}

function bitsOf(n) {
  const modulus = Buffer.from(String(n), "base64url");
  const first = modulus.findIndex((byte) => byte !== 0);
  return first < 0 ? 0 : (modulus.length - first) * 8 - (Math.clz32(modulus[first]) - 24);
}

function described({ kty, crv, n, alg }) {
  return alg ?? (kty === "RSA" ? `RSA of ${bitsOf(n)} bits` : crv);
}
