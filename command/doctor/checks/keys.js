import { failed, ok, refused, warning } from "../finding.js";

/** What WebCrypto of all three engines verifies. */
const USABLE = {
  RSA: () => true,
  EC: ({ crv }) => crv === "P-256" || crv === "P-384",
  OKP: ({ crv }) => crv === "Ed25519",
};

/** The key set that ID tokens are verified with. @type {import("../run.js").Check} */
export async function checkKeys(visit) {
  const url = visit.metadata.jwks_uri;
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
  const signing = keys.filter(({ use }) => use === undefined || use === "sig");
  const usable = signing.filter((key) => USABLE[key.kty]?.(key) && !isShort(key));
  if (usable.length === 0) {
    const short = signing.some(isShort) ? " RSA keys of less than 2048 bits are refused." : "";
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
  if (usable.some(({ kty }) => kty === "OKP")) {
    found.push(
      warning(
        "keys",
        "Ed25519 is not known to browsers of before 2025.",
        "Have the provider sign with RS256 or ES256.",
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

function isShort({ kty, n }) {
  return kty === "RSA" && bitsOf(n) < 2048;
}

function bitsOf(n) {
  return Buffer.from(String(n), "base64url").length * 8;
}

function described({ kty, crv, n, alg }) {
  return alg ?? (kty === "RSA" ? `RSA of ${bitsOf(n)} bits` : crv);
}
