import { element, facts } from "./element.js";

/** The name under which a user knows the account. */
export function accountName(claims) {
  return claims.email ?? claims["cognito:username"] ?? claims.sub;
}

/** "Who am I": the claims of the ID token in words. */
export function sessionView({ claims, scope, sub }) {
  const account = accountName(claims);
  const name = claims.name ?? account;
  return [
    element("p", { class: "eyebrow" }, "Who am I"),
    element(
      "div",
      { class: "holder" },
      element("span", { class: "initials", "aria-hidden": "true" }, initials(name)),
      element(
        "div",
        {},
        element("h1", { id: "ticket-title" }, name),
        element(
          "p",
          {},
          account === name ? null : account,
          claims.email ? verifiedMark(claims.email_verified) : null,
        ),
      ),
    ),
    facts([
      ["Signed in", when(claims.auth_time ?? claims.iat)],
      ["By", provider(claims)],
      ["For", [claims.aud].flat().join(", ")],
      ["Groups", chips(claims["cognito:groups"])],
      ["May read", chips(scope.split(" "))],
      ["Phone", claims.phone_number],
      ["Subject", element("code", {}, sub)],
    ]),
  ];
}

function verifiedMark(verified) {
  return verified
    ? element("span", { class: "mark" }, "✓ verified")
    : element("span", { class: "mark mark-not" }, "not verified");
}

function initials(name) {
  const words = name
    .split("@")[0]
    .split(/[\s._-]+/)
    .filter(Boolean);
  return words
    .slice(0, 2)
    .map((word) => [...word][0].toUpperCase())
    .join("");
}

function when(seconds) {
  if (!seconds) return undefined;
  const time = new Date(seconds * 1000);
  const text = time.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
  return element("time", { datetime: time.toISOString() }, text);
}

/** A federated user came through a provider of their own. */
function provider({ iss, identities }) {
  const names = Array.isArray(identities) ? identities.map((one) => one.providerName) : [];
  const issuer = iss.replace(/^https?:\/\//, "");
  return names.length > 0 ? `${names.join(", ")}, through ${issuer}` : issuer;
}

function chips(values) {
  const filled = (values ?? []).filter(Boolean);
  if (filled.length === 0) return undefined;
  return element("ul", { class: "chips" }, ...filled.map((value) => element("li", {}, value)));
}
