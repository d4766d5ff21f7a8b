import { countdown } from "./countdown.js";
import { element } from "./element.js";
import { jsonView } from "./json-view.js";

/**
 * A token, decoded. Its signature is left out, so that what is on the screen is no credential.
 *
 * @param {{ title: string, purpose: string, token: string, expiresAt: number }} options
 *   expiresAt, in epoch milliseconds, is for a token that does not tell its own expiry
 */
export function tokenView({ title, purpose, token, expiresAt }) {
  const decoded = decode(token);
  const { iat, exp } = decoded?.payload ?? {};
  const until = exp ? exp * 1000 : expiresAt;
  return element(
    "article",
    { class: "panel token", "aria-label": title },
    element(
      "header",
      {},
      element("div", {}, element("h2", {}, title), element("p", {}, purpose)),
      countdown({
        label: `${title} expires in`,
        from: iat ? iat * 1000 : Date.now(),
        until,
      }),
    ),
    ...(decoded ? parts(decoded) : [opaque(token)]),
  );
}

function parts({ header, payload, signature }) {
  return [
    part("Header", "header", jsonView(header)),
    part("Payload", "payload", jsonView(payload, timeNote)),
    part(
      "Signature",
      "signature",
      element(
        "p",
        {},
        element("span", { class: "elided", "aria-hidden": "true" }, "•••• •••• ••••"),
        ` ${header.alg}, ${signature.length} characters, not shown`,
      ),
    ),
  ];
}

function part(name, kind, content) {
  return element("div", { class: `part part-${kind}` }, element("h3", {}, name), content);
}

function opaque(token) {
  return element(
    "p",
    { class: "opaque" },
    `${token.length} characters that only the API can read: this provider's token is no JWT.`,
  );
}

function decode(token) {
  const segments = token.split(".");
  if (segments.length !== 3) return undefined;
  try {
    const [header, payload] = segments.slice(0, 2).map(decodeSegment);
    return { header, payload, signature: segments[2] };
  } catch {
    return undefined;
  }
}

function decodeSegment(segment) {
  const binary = atob(segment.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}

const TIMES = ["iat", "exp", "nbf", "auth_time"];

function timeNote(claim, value) {
  if (!TIMES.includes(claim) || typeof value !== "number") return undefined;
  return new Date(value * 1000).toLocaleTimeString();
}
