import { createHash, X509Certificate } from "node:crypto";
import { generate } from "selfsigned";

/** DNS names (RFC 5280 §4.2.1.6), at which the browser finds this machine: `browser.js`. */
const altNames = ["app.test", "provider.test"].map((value) => ({ type: 2, value }));

const pems = await generate([{ name: "commonName", value: "bench" }], {
  keyType: "ec",
  algorithm: "sha256",
  extensions: [{ name: "subjectAltName", altNames }],
});

/** The servers' certificate, made for this run alone. */
export const certificate = { key: pems.private, cert: pems.cert };

const spki = new X509Certificate(pems.cert).publicKey.export({ type: "spki", format: "der" });

/** What Chromium knows a key by: the SHA-256 of its SubjectPublicKeyInfo, in base64. */
export const keyHash = createHash("sha256").update(spki).digest("base64");
