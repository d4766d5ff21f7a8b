import { createHmac } from "node:crypto";
import { compact, keyOf, signature, signed } from "../jws.js";

const refused = (code) => ({ code: `id_token_${code}` });
const accepted = { signedIn: true };
const made = (make) => ({ idToken: { made: make } });
const header = (changes) => ({ idToken: { header: changes } });
const step = (number) => `OpenID Connect Core §3.1.3.7 (${number})`;

/** One whose key nobody published. */
const stranger = (alg = "RS256") => keyOf(alg, `${alg}-stranger`);

const pem = (key) => key.publicKey.export({ type: "spki", format: "pem" });
const hmac = (secret) => (input) => createHmac("sha256", secret).update(input).digest();

/** An HS256 token whose secret is something that everybody knows. */
const keyedWith = (secret) =>
  made(({ header: { kid }, claims, key }) =>
    compact({ alg: "HS256", kid }, claims, hmac(secret(key))),
  );

/** A token of the provider's after its signature was made. */
const changed = (change) =>
  made(({ header: head, claims, key }) => change(signed(head, claims, key).split(".")).join("."));

const announcing = (...algorithms) => ({
  metadata: { id_token_signing_alg_values_supported: algorithms },
});

/** Each algorithm, made by Node.js and verified by the browser. */
const honest = ["RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"];

/** Who signed the ID token, and what its header says of that. */
export const signatures = [
  {
    name: "signs with RS256",
    module: "oidcc-client-test-idtoken-sig-rs256",
    does: {},
    expects: accepted,
    section: step(7),
  },
  ...honest.map((alg) => ({
    name: `signs with ${alg}, and announces it`,
    does: { signedBy: alg },
    expects: accepted,
    section: step(7),
  })),
  {
    name: "does not sign the ID token (alg none)",
    isOfTheTen: true,
    module:
      "oidcc-client-test-idtoken-sig-none, fapi2-security-profile-final-client-test-invalid-null-alg",
    does: made(({ claims }) => compact({ alg: "none" }, claims, () => "")),
    expects: refused("algorithm"),
    section: step(7),
  },
  ...["None", "NONE", "nOnE"].map((alg) => ({
    name: `does not sign the ID token, and calls that ${alg}`,
    does: made(({ claims }) => compact({ alg }, claims, () => "")),
    expects: refused("algorithm"),
    section: "RFC 8725 §2.1",
  })),
  {
    name: "announces alg none, and does not sign",
    does: {
      ...announcing("RS256", "none"),
      ...made(({ claims }) => compact({ alg: "none" }, claims, () => "")),
    },
    expects: refused("algorithm"),
    section: "RFC 8725 §3.2",
  },
  {
    name: "says RS256, and leaves the signature empty",
    does: changed(([head, claims]) => [head, claims, ""]),
    expects: refused("signature"),
    section: step(6),
  },
  {
    name: "changes the ID token after it was signed with RS256",
    isOfTheTen: true,
    module: "oidcc-client-test-invalid-sig-rs256",
    does: made(({ header: head, claims, key }) => {
      const [first, , last] = signed(head, { ...claims, sub: "mallory" }, key).split(".");
      return [first, signed(head, claims, key).split(".")[1], last].join(".");
    }),
    expects: refused("signature"),
    section: step(6),
  },
  {
    name: "changes the ID token after it was signed with ES256",
    module: "oidcc-client-test-invalid-sig-es256",
    does: {
      signedBy: "ES256",
      ...made(({ header: head, claims, key }) => {
        const other = signature("something else", key);
        return compact(head, claims, () => other);
      }),
    },
    expects: refused("signature"),
    section: step(6),
  },
  {
    name: "has the ID token signed by a stranger under the provider's kid",
    does: made(({ header: head, claims }) => signed(head, claims, stranger())),
    expects: refused("signature"),
    section: step(6),
  },
  {
    name: "has the ID token signed by a stranger under the stranger's kid",
    does: made(({ claims }) => signed({ alg: "RS256", kid: "stranger" }, claims, stranger())),
    expects: refused("key"),
    section: "OpenID Connect Core §10.1.1",
  },
  {
    name: "signs with ES256, and the signature is all zeros",
    does: {
      signedBy: "ES256",
      ...made(({ header: head, claims }) => compact(head, claims, () => new Uint8Array(64))),
    },
    expects: refused("signature"),
    section: "FIPS 186-5 §6.4.2",
  },
  {
    name: "signs with ES256, and encodes the signature as DER",
    does: {
      signedBy: "ES256",
      ...made(({ header: head, claims, key }) =>
        compact(head, claims, (input) => {
          const bytes = Buffer.from(signature(input, key));
          const integer = (half) => Buffer.concat([Buffer.from([2, 33, 0]), half]);
          const [r, s] = [bytes.subarray(0, 32), bytes.subarray(32)].map(integer);
          return Buffer.concat([Buffer.from([0x30, r.length + s.length]), r, s]);
        }),
      ),
    },
    expects: refused("signature"),
    section: "RFC 7518 §3.4",
  },
  {
    name: "signs with HS256, keyed with the client's ID",
    module: "oidcc-client-test-invalid-sig-hs256",
    does: keyedWith(() => "single-page-app"),
    expects: refused("algorithm"),
    section: step(8),
  },
  {
    name: "signs with HS256, keyed with its public RSA key as PEM",
    does: keyedWith(pem),
    expects: refused("algorithm"),
    section: "RFC 8725 §2.1",
  },
  {
    name: "signs with HS256, keyed with its public RSA key as JWK",
    does: keyedWith((key) => JSON.stringify(key.jwk)),
    expects: refused("algorithm"),
    section: "RFC 8725 §2.1",
  },
  {
    name: "announces HS256, signs with it, and publishes the secret",
    does: {
      ...announcing("HS256"),
      ...keyedWith(() => "secret"),
      keys: {
        keys: [{ kty: "oct", k: Buffer.from("secret").toString("base64url"), kid: "RS256-1" }],
      },
    },
    expects: refused("algorithm"),
    section: step(8),
  },
  {
    name: "signs with an algorithm that it did not announce",
    module: "fapi2-security-profile-final-client-test-invalid-alternate-alg",
    does: { signedBy: "ES256", ...announcing("RS256") },
    expects: refused("algorithm"),
    section: step(7),
  },
  {
    name: "announces PS256 alone, and signs with RS256",
    does: announcing("PS256"),
    expects: refused("algorithm"),
    section: step(7),
  },
  {
    name: "says PS256 over an RS256 signature",
    does: {
      ...announcing("RS256", "PS256"),
      ...header({ alg: "PS256" }),
      keys: (answer, { key }) => {
        const { alg: _, ...jwk } = key.jwk;
        return { ...answer, body: { keys: [jwk] } };
      },
    },
    expects: refused("signature"),
    section: step(6),
  },
  {
    name: "says PS256 of a key that is for RS256",
    does: { ...announcing("RS256", "PS256"), ...header({ alg: "PS256" }) },
    expects: refused("key"),
    section: "RFC 7517 §4.4",
  },
  {
    name: "says ES256 of its RSA key",
    does: { ...announcing("RS256", "ES256"), ...header({ alg: "ES256" }) },
    expects: refused("key"),
    section: "RFC 7517 §4.1",
  },
  {
    name: "says RS256 of its elliptic key",
    does: { signedBy: "ES256", ...announcing("RS256", "ES256"), ...header({ alg: "RS256" }) },
    expects: refused("key"),
    section: "RFC 7517 §4.1",
  },
  {
    name: "says ES384 of a key on P-256",
    does: { signedBy: "ES256", ...announcing("ES256", "ES384"), ...header({ alg: "ES384" }) },
    expects: refused("key"),
    section: "RFC 7518 §3.4",
  },
  {
    name: "names an algorithm that nobody knows",
    does: header({ alg: "RS1" }),
    expects: refused("algorithm"),
    section: step(7),
  },
  {
    name: "writes the algorithm in small letters",
    does: header({ alg: "rs256" }),
    expects: refused("algorithm"),
    section: "RFC 7515 §4.1.1",
  },
  {
    name: "leaves alg out of the header",
    does: header({ alg: undefined }),
    expects: refused("algorithm"),
    section: "RFC 7515 §4.1.1",
  },
  {
    name: "names alg twice, none and RS256",
    does: made(({ claims, key }) =>
      signed('{"alg":"none","alg":"RS256","kid":"RS256-1"}', claims, key),
    ),
    expects: refused("malformed"),
    section: "RFC 7515 §4",
  },
  {
    name: "carries a stranger's key in the header (jwk)",
    does: made(({ claims }) => signed({ alg: "RS256", jwk: stranger().jwk }, claims, stranger())),
    expects: refused("signature"),
    section: "RFC 8725 §3.10",
  },
  {
    name: "points at a stranger's keys in the header (jku)",
    does: made(({ claims, issuer }) => {
      const { kid } = stranger();
      return signed({ alg: "RS256", kid, jku: `${issuer.url}/strangers-keys` }, claims, stranger());
    }),
    expects: refused("key"),
    section: "RFC 8725 §3.10",
  },
  {
    name: "points at a stranger's certificate in the header (x5u)",
    does: made(({ claims, issuer }) => {
      const { kid } = stranger();
      return signed({ alg: "RS256", kid, x5u: `${issuer.url}/certificate` }, claims, stranger());
    }),
    expects: refused("key"),
    section: "RFC 8725 §3.10",
  },
  {
    name: "carries a stranger's certificate in the header (x5c)",
    does: made(({ header: head, claims }) =>
      signed({ ...head, x5c: ["MIIB"] }, claims, stranger()),
    ),
    expects: refused("signature"),
    section: "RFC 8725 §3.10",
  },
  {
    name: "marks an extension as critical (crit)",
    does: header({ crit: ["exp"], exp: 1 }),
    expects: refused("malformed"),
    section: "RFC 7515 §4.1.11",
  },
  {
    name: "marks nothing as critical (an empty crit)",
    does: header({ crit: [] }),
    expects: refused("malformed"),
    section: "RFC 7515 §4.1.11",
  },
  {
    name: "signs the claims without encoding them (b64, critical)",
    does: made(({ header: head, claims, key }) => {
      const [first] = compact({ ...head, b64: false, crit: ["b64"] }, "", () => "").split(".");
      const payload = JSON.stringify(claims);
      const bytes = Buffer.from(signature(`${first}.${payload}`, key)).toString("base64url");
      return `${first}.${payload}.${bytes}`;
    }),
    expects: refused("malformed"),
    section: "RFC 7797 §6",
  },
  {
    name: "sends an access token's type (at+jwt)",
    does: header({ typ: "at+jwt" }),
    expects: refused("malformed"),
    section: "RFC 8725 §3.11",
  },
  {
    name: "sends a logout token's type (logout+jwt)",
    does: header({ typ: "logout+jwt" }),
    expects: refused("malformed"),
    section: "RFC 8725 §3.11",
  },
  {
    name: "leaves typ out",
    does: header({ typ: undefined }),
    expects: accepted,
    section: "RFC 7519 §5.1",
  },
  {
    name: "writes a kid that is a number",
    does: header({ kid: 1 }),
    expects: refused("malformed"),
    section: "RFC 7515 §4.1.4",
  },
  {
    name: "writes a kid that is a path on somebody's disk",
    does: header({ kid: "../../../../dev/null" }),
    expects: refused("key"),
    section: "RFC 8725 §3.10",
  },
  {
    name: "encrypts the ID token (five parts)",
    does: changed(([head, claims, last]) => [head, claims, last, claims, last]),
    expects: refused("malformed"),
    section: "RFC 7516 §3.1",
  },
  {
    name: "leaves the signature's part out (two parts)",
    does: changed(([head, claims]) => [head, claims]),
    expects: refused("malformed"),
    section: "RFC 7515 §5.2",
  },
  {
    name: "pads the encoding with =",
    does: changed(([head, claims, last]) => [head, claims, `${last}==`]),
    expects: refused("malformed"),
    section: "RFC 7515 §2",
  },
  {
    name: "encodes the signature in plain base64",
    does: changed(([head, claims]) => [head, claims, "+/+/"]),
    expects: refused("malformed"),
    section: "RFC 7515 §2",
  },
];
