/**
 * Why a request was refused, for the developer: what was sent, and what the pool knows instead.
 * Cognito's own answers say little of that, so they stay as they are, and this is told beside them.
 *
 * @typedef {object} Refusal
 * @property {string} error as the error page's address, or the callback, has it
 * @property {string} message a sentence
 * @property {string[]} sent without the values of a query or a fragment
 * @property {string[]} [registered]
 */

const keptAddresses = 100;
const longest = 200;

/** @param {(refusal: Refusal) => void} tell */
export function createRefusals(tell) {
  const latest = new Map();
  return {
    /** Tells of a refusal. The error page at `address`, where there is one, shows it. */
    note(refusal, address) {
      if (address !== undefined) {
        latest.delete(address);
        latest.set(address, refusal);
        if (latest.size > keptAddresses) latest.delete(latest.keys().next().value);
      }
      tell(refusal);
    },
    latestAt: (address) => latest.get(address),
  };
}

/** The refusal as one line. */
export function lineOfRefusal({ error, message, sent, registered }) {
  const list = (values) => values.map((value) => `"${value}"`).join(", ") || "nothing";
  const known = registered ? ` Registered: ${list(registered)}.` : "";
  return `Refused, ${error}: ${message} Sent: ${list(sent)}.${known}`;
}

export function unknownClient(clientId, { clients }) {
  return {
    message: "No app client has this client_id: correct clientId in the app.",
    sent: shown(clientId),
    registered: [...clients.keys()],
  };
}

export function wrongCallback(client, redirectUri) {
  return {
    message: `This redirect_uri is no callback URL of the client ${client.clientId}. They are compared exactly: register it, or correct redirectUri in the app.`,
    sent: shown(redirectUri),
    registered: client.callbackUrls,
  };
}

export function wrongSignOutUrl(client, logoutUri) {
  return {
    message: `This logout_uri is no sign-out URL of the client ${client.clientId}. They are compared exactly: register it, or correct postLogoutRedirectUri in the app.`,
    sent: shown(logoutUri),
    registered: client.logoutUrls,
  };
}

export function wrongScope(client, scopes, message) {
  return { message, sent: scopes.flatMap(shown), registered: client.scopes };
}

export function wrongProvider(client, chosen) {
  return {
    message: `This identity provider is not enabled for the client ${client.clientId}.`,
    sent: shown(chosen),
    registered: client.identityProviders,
  };
}

/** Of what was sent, only the names: what is wrong is that one is not among them. */
export function missingParameters(query, message) {
  return { message, sent: Object.keys(query).flatMap(shown) };
}

/**
 * What came from outside, fit to be shown. A callback URL is often a copy of the page's address, so
 * the values in its query and fragment may be codes and tokens: only their names stay. Control
 * characters would write into the terminal.
 */
function shown(value) {
  return [value]
    .flat()
    .filter((text) => text !== undefined)
    .map((text) => shorten(withoutControls(withoutValues(text))));
}

// A redirect_uri that was encoded twice arrives encoded once, and hides its values no worse.
const encoded = (codes) => `%(?:25)*(?:${codes})`;
const separator = new RegExp(`([?#&;]|${encoded("3F|23|26|3B")})`, "i");
const equals = new RegExp(`(?:=|${encoded("3D")}).*$`, "is");
const userinfo = new RegExp(`((?:/|${encoded("2F")}){2}).*(@|${encoded("40")})`, "is");
const token = /eyJ[\w-]*\.[\w.-]*/g;

function withoutValues(text) {
  const [base, ...rest] = text.replace(token, "…").split(separator);
  return base.replace(userinfo, "$1…$2") + rest.map(nameOnly).join("");
}

/** Also what has no name is a value, unless it is as short as names are. */
function nameOnly(part) {
  const named = part.replace(equals, "=…");
  return named === part && part.length > 24 ? "…" : named;
}

function withoutControls(text) {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0).toString(16)}}`,
  );
}

function shorten(text) {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
