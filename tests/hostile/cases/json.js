import { rewritten } from "../answers.js";
import { compact, signature } from "../jws.js";

const nested = (depth) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
const insert = (member) => (text) => text.replace("{", `{${member},`);

/** What is done to a JSON text, and whether it is still one that has to be read. */
const spoilings = [
  { what: "nests 10 arrays in", change: insert(`"x":${nested(10)}`), isRead: true },
  { what: "nests 17 arrays in", change: insert(`"x":${nested(17)}`), section: "RFC 8259 §9" },
  {
    what: "nests 100000 arrays in",
    change: insert(`"x":${nested(100_000)}`),
    section: "RFC 8259 §9",
  },
  {
    what: "puts 600 KiB into",
    change: insert(`"x":"${"a".repeat(600 * 1024)}"`),
    section: "RFC 8259 §9",
  },
  { what: "cuts short", change: (text) => text.slice(0, -1), section: "RFC 8259 §2" },
  { what: "adds something behind", change: (text) => `${text}{}`, section: "RFC 8259 §2" },
  {
    what: "repeats the first name in",
    change: (text) => text.replace(/^\{("\w+"):/, "{$1:null,$1:"),
    section: "RFC 8259 §4",
  },
  {
    what: "repeats a name, once escaped, in",
    change: insert('"x":1,"\\u0078":2'),
    section: "RFC 8259 §4",
  },
  {
    what: "puts bytes that are not UTF-8 into",
    change: (text) => spliced(text, '"x":"', Buffer.from([0xff, 0xfe]), '",'),
    section: "RFC 8259 §8.1",
  },
  {
    what: "puts an overlong slash into",
    change: (text) => spliced(text, '"x":"', Buffer.from([0xc0, 0xaf]), '",'),
    section: "RFC 8259 §8.1",
  },
  {
    what: "puts half of a surrogate pair into",
    change: insert('"x":"\\ud800"'),
    section: "RFC 8259 §8.2",
  },
  {
    what: "encodes as UTF-16",
    change: (text) => Buffer.from(`\ufeff${text}`, "utf16le"),
    section: "RFC 8259 §8.1",
  },
  {
    what: "puts a byte order mark before",
    change: (text) => `\ufeff${text}`,
    section: "RFC 8259 §8.1",
  },
  {
    what: "puts a comment into",
    change: (text) => text.replace("{", "{/**/"),
    section: "RFC 8259 §2",
  },
  {
    what: "leaves a comma at the end of",
    change: (text) => text.replace(/\}$/, ",}"),
    section: "RFC 8259 §4",
  },
  { what: "puts NaN into", change: insert('"x":NaN'), section: "RFC 8259 §6" },
  {
    what: "puts a raw line break into a text of",
    change: insert('"x":"a\nb"'),
    section: "RFC 8259 §7",
  },
  { what: "sends null in the place of", change: () => "null", section: "RFC 8259 §2" },
  { what: "sends a text in the place of", change: () => '"text"', section: "RFC 8259 §2" },
];

function spliced(text, before, bytes, after) {
  const parts = [`{${before}`, bytes, after, text.slice(1)];
  return Buffer.concat(parts.map((part) => Buffer.from(part)));
}

/** A token whose claims are this text, really signed. */
const claimsOf = (change) => ({
  idToken: {
    made: ({ header, claims, key }) =>
      compact(header, change(JSON.stringify(claims)), (input) => signature(input, key)),
  },
});

/** The JSON texts that a sign-in reads, and what it says when one is none. */
const texts = [
  {
    where: "its metadata",
    does: (change) => ({ metadata: rewritten(change) }),
    // null and a text are JSON, but name no issuer.
    code: (what) => (what.startsWith("sends ") ? "issuer_mismatch" : "response_invalid"),
    at: "signIn",
  },
  {
    where: "the token response",
    does: (change) => ({ token: rewritten(change) }),
    code: () => "response_invalid",
  },
  {
    where: "the key set",
    does: (change) => ({ keys: rewritten(change) }),
    code: () => "response_invalid",
  },
  {
    where: "the ID token's claims",
    does: claimsOf,
    // Too long an ID token makes the token response too long.
    code: (what) => (what.includes("600 KiB") ? "response_invalid" : "id_token_malformed"),
  },
];

/** Texts that are not the JSON that they should be. */
export const json = texts.flatMap(({ where, does, code, at }) =>
  spoilings.map(({ what, change, isRead, section = "RFC 8259 §9" }) => ({
    name: `${what} ${where}`,
    does: does(change),
    expects: isRead ? { signedIn: true } : { code: code(what), ...(at && { at }) },
    section,
  })),
);
