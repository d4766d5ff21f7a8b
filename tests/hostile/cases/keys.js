import { body, headers, keySet, moved, status } from "../answers.js";
import { keyOf, shortKey, signed, weakKey } from "../jws.js";
import { never } from "../provider.js";

const refused = (code) => ({ code: `id_token_${code}` });
const accepted = { signedIn: true };
const withKeys = (keys, more) => ({ keys: keySet(keys), ...more });
const withoutKid = { idToken: { header: { kid: undefined } } };
const RFC7517 = (section) => `RFC 7517 §${section}`;

const other = (index) => keyOf("RS256", `RS256-other-${index % 2}`).jwk;

const elliptic = Array.from({ length: 2600 }, (_, index) => ({
  kty: "EC",
  crv: "P-256",
  kid: `elliptic-${index}`,
  x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
  y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}));

/** A key set that may be kept for an hour, as providers' often are. */
const cached = headers({ "Cache-Control": "public, max-age=3600" });
const next = () => keyOf("RS256", "RS256-next");
const signedByNext = ({ header, claims }) => signed({ ...header, kid: next().kid }, claims, next());

/** The bytes of a member of a key. */
const bytes = (member) => Buffer.from(member, "base64url");
const stripped = (member) => {
  const number = bytes(member);
  return number.subarray(number.findIndex((byte) => byte !== 0)).toString("base64url");
};
const shortened = ({ x, y, ...jwk }) => ({ ...jwk, x: stripped(x), y: stripped(y) });
const withZero = (member) => Buffer.concat([Buffer.alloc(1), bytes(member)]);

/** What the key set holds. */
export const keys = [
  {
    name: "publishes one key, and names it nowhere",
    module: "oidcc-client-test-kid-absent-single-jwks",
    does: withKeys((jwk) => [{ ...jwk, kid: undefined }], withoutKid),
    expects: accepted,
    section: "OpenID Connect Core §10.1",
  },
  {
    name: "publishes several keys, and the ID token names none",
    module: "oidcc-client-test-kid-absent-multiple-jwks",
    does: withKeys((jwk) => [other(0), other(1), jwk], withoutKid),
    expects: accepted,
    section: "OpenID Connect Core §10.1",
  },
  {
    name: "publishes keys where discovery says",
    module: "oidcc-client-test-discovery-jwks-uri-keys",
    does: {},
    expects: accepted,
    section: "OpenID Connect Discovery §3",
  },
  {
    name: "changes its key between two sign-ins, and lets the old one be cached",
    module: "oidcc-client-test-signing-key-rotation",
    does: {
      keys: (answer, issuer) => {
        const isLater = issuer.asked("token").length > 1;
        const keysNow = [isLater ? next().jwk : issuer.key.jwk];
        return cached({ ...answer, body: { keys: keysNow } });
      },
      idToken: {
        made: (parts) =>
          parts.issuer.asked("token").length > 1
            ? signedByNext(parts)
            : signed(parts.header, parts.claims, parts.key),
      },
    },
    then: "signInAgain",
    expects: accepted,
    section: "OpenID Connect Core §10.1.1",
  },
  {
    name: "changes its key just before it signs",
    module: "oidcc-client-test-signing-key-rotation-just-before-signing",
    does: {
      keys: (answer, issuer) => {
        const isLater = issuer.asked("keys").length > 1;
        const keysNow = [isLater ? next().jwk : issuer.key.jwk];
        return cached({ ...answer, body: { keys: keysNow } });
      },
      idToken: { made: signedByNext },
    },
    expects: accepted,
    section: "OpenID Connect Core §10.1.1",
  },
  {
    name: "gives its next key the same kid",
    does: {
      keys: (answer, issuer) => {
        const isLater = issuer.asked("keys").length > 1;
        const keysNow = [isLater ? { ...next().jwk, kid: issuer.key.kid } : issuer.key.jwk];
        return cached({ ...answer, body: { keys: keysNow } });
      },
      idToken: { made: ({ header, claims }) => signed(header, claims, next()) },
    },
    expects: accepted,
    section: "OpenID Connect Core §10.1.1",
  },
  {
    name: "publishes 2600 keys, and its own last",
    does: withKeys((jwk) => [...elliptic, jwk]),
    expects: accepted,
    section: RFC7517(5),
  },
  {
    name: "publishes a key set of more than 512 KiB",
    does: withKeys((jwk) => [...elliptic, ...elliptic, jwk]),
    expects: { code: "response_invalid" },
    section: "RFC 8259 §9",
  },
  {
    name: "lets a token without kid be tried on more keys than are tried",
    does: withKeys(
      (jwk) => [...Array.from({ length: 8 }, (_, index) => other(index)), jwk],
      withoutKid,
    ),
    expects: refused("signature"),
    section: "RFC 8725 §3.10",
  },
  {
    name: "gives two keys one kid",
    does: withKeys((jwk) => [{ ...other(0), kid: jwk.kid }, jwk]),
    expects: accepted,
    section: RFC7517("4.5"),
  },
  {
    name: "gives a stranger's key its kid, and leaves its own out",
    does: withKeys((jwk) => [{ ...other(0), kid: jwk.kid }]),
    expects: refused("signature"),
    section: "OpenID Connect Core §3.1.3.7 (6)",
  },
  {
    name: "publishes its private key",
    does: withKeys((jwk, { key }) => [{ ...jwk, ...key.privateKey.export({ format: "jwk" }) }]),
    expects: refused("key"),
    section: RFC7517("9.2"),
  },
  {
    name: "publishes a symmetric key under its kid, and its own",
    does: withKeys((jwk) => [{ kty: "oct", k: "c2VjcmV0", kid: jwk.kid }, jwk]),
    expects: accepted,
    section: RFC7517(5),
  },
  {
    name: "publishes a symmetric key alone",
    does: withKeys((jwk) => [{ kty: "oct", k: "c2VjcmV0", kid: jwk.kid }]),
    expects: refused("key"),
    section: RFC7517("4.1"),
  },
  {
    name: "signs with an RSA key of 1024 bits",
    does: {
      keys: (answer) => ({ ...answer, body: { keys: [weakKey().jwk] } }),
      idToken: {
        made: ({ header, claims }) => signed({ ...header, kid: "weak" }, claims, weakKey()),
      },
    },
    expects: refused("key"),
    section: "RFC 7518 §3.3",
  },
  {
    name: "pads an RSA key of 1024 bits with zeros",
    does: {
      keys: (answer) => {
        const modulus = Buffer.from(weakKey().jwk.n, "base64url");
        const n = Buffer.concat([Buffer.alloc(128), modulus]).toString("base64url");
        return { ...answer, body: { keys: [{ ...weakKey().jwk, n }] } };
      },
      idToken: {
        made: ({ header, claims }) => signed({ ...header, kid: "weak" }, claims, weakKey()),
      },
    },
    expects: refused("key"),
    section: "RFC 7518 §3.3",
  },
  {
    name: "puts a zero in front of its modulus, as PayPal and UAA do",
    does: withKeys((jwk) => [{ ...jwk, n: withZero(jwk.n).toString("base64url") }]),
    expects: accepted,
    section: "RFC 7518 §6.3.1.1",
  },
  {
    name: "writes its modulus in plain base64 with padding, as Battle.net and SAP do",
    does: withKeys((jwk) => [
      { ...jwk, n: bytes(jwk.n).toString("base64"), e: bytes(jwk.e).toString("base64") + "==" },
    ]),
    expects: accepted,
    section: "RFC 7518 §6.3.1.1",
  },
  ...["ES256", "ES384", "ES512"].flatMap((signedBy) => [
    {
      name: `puts a zero in front of its coordinates (${signedBy})`,
      does: {
        signedBy,
        ...withKeys(({ x, y, ...jwk }) => [
          { ...jwk, x: withZero(x).toString("base64url"), y: withZero(y).toString("base64") },
        ]),
      },
      expects: accepted,
      section: "RFC 7518 §6.2.1.2",
    },
    {
      name: `leaves out the zeros in front of its coordinates (${signedBy})`,
      does: {
        signedBy,
        keys: (answer) => ({ ...answer, body: { keys: [shortened(shortKey(signedBy).jwk)] } }),
        idToken: {
          made: ({ header, claims }) => {
            const key = shortKey(signedBy);
            return signed({ ...header, kid: key.kid }, claims, key);
          },
        },
      },
      expects: accepted,
      section: "RFC 7518 §6.2.1.2",
    },
  ]),
  {
    name: "publishes its key for verifying and for more (key_ops)",
    does: withKeys((jwk) => [{ ...jwk, key_ops: ["verify", "sign", "x-audit"] }]),
    expects: accepted,
    section: RFC7517("4.3"),
  },
  {
    name: "publishes an RSA key whose exponent is 1",
    isUpToWebCrypto: true,
    does: withKeys((jwk) => [{ ...jwk, e: "AQ" }]),
    expects: refused("algorithm"),
    section: "RFC 8017 §3.1",
  },
  {
    name: "publishes an elliptic key that is no point of the curve",
    isUpToWebCrypto: true,
    does: { signedBy: "ES256", ...withKeys((jwk) => [{ ...jwk, y: jwk.x }]) },
    expects: refused("algorithm"),
    section: "RFC 8725 §3.4",
  },
  {
    name: "publishes its key for encryption (use enc)",
    does: withKeys((jwk) => [{ ...jwk, use: "enc" }]),
    expects: refused("key"),
    section: RFC7517("4.2"),
  },
  {
    name: "publishes its key for signing, not verifying (key_ops)",
    does: withKeys((jwk) => [{ ...jwk, key_ops: ["sign"] }]),
    expects: refused("key"),
    section: RFC7517("4.3"),
  },
  {
    name: "publishes its key for another algorithm",
    does: withKeys((jwk) => [{ ...jwk, alg: "RS512" }]),
    expects: refused("key"),
    section: RFC7517("4.4"),
  },
  {
    name: "publishes a key without use and alg",
    does: withKeys((jwk) => [{ ...jwk, use: undefined, alg: undefined }]),
    expects: accepted,
    section: RFC7517("4.2"),
  },
  {
    name: "publishes keys of kinds that nobody knows, and its own",
    does: withKeys((jwk) => [null, 1, "key", [], { kty: "ML-DSA" }, { kid: jwk.kid }, jwk]),
    expects: accepted,
    section: RFC7517(5),
  },
  {
    name: "publishes no key at all",
    does: withKeys(() => []),
    expects: refused("key"),
    section: "OpenID Connect Core §10.1.1",
  },
  {
    name: "publishes an object in the place of the keys",
    does: { keys: { keys: {} } },
    expects: { code: "response_invalid" },
    section: RFC7517("5.1"),
  },
  {
    name: "publishes an array in the place of the key set",
    does: { keys: (answer, { key }) => ({ ...answer, body: [key.jwk] }) },
    expects: { code: "response_invalid" },
    section: RFC7517("5.1"),
  },
  {
    name: "redirects from the key set",
    does: { keys: moved(({ url }) => `${url}/elsewhere`) },
    expects: { code: "response_invalid" },
    section: "RFC 9700 §4.12",
  },
  {
    name: "serves an HTML page for the key set",
    does: { keys: body("<!doctype html><title>Proxy</title>", { "Content-Type": "text/html" }) },
    expects: { code: "response_invalid" },
    section: "RFC 7517 §8.5.2",
  },
  {
    name: "answers 404 for the key set",
    does: { keys: status(404) },
    expects: { code: "response_invalid" },
    section: "OpenID Connect Core §10.1.1",
  },
  {
    name: "is in trouble with the key set",
    does: { keys: status(503) },
    expects: { code: "provider_unavailable" },
    section: "RFC 9110 §15.6.4",
  },
  {
    name: "never answers with its keys",
    isSlow: true,
    does: { keys: never },
    expects: { code: "timeout" },
    section: "none: the library waits for 30 seconds",
  },
];
