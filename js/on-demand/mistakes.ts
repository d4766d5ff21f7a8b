import type { Failure } from "../types/error.js";

// The usual mistakes in a client's options, and what to do about each. It is here that an option is held
// against what people paste; what is right and wrong by the protocol is the core's to say.

/** The options of `createClient`, whatever is in them. */
type Given = object;

/** What is wrong with a value of an option of that name; undefined where it looks right. */
type Look = (value: string, name: string) => string | undefined;

const isOf =
  (form: RegExp, flaw: string): Look =>
  (value) =>
    form.test(value) ? flaw : undefined;

/** Of any option: nobody wrote this, or more was taken along than the value. */
const OF_ANY: readonly Look[] = [
  isOf(
    /^null$|undefined/,
    "That is what becomes of a variable that is not set: set it where the app is built.",
  ),
  isOf(
    /[{<]|(?:^|[^a-z\d])your[-_]|(?:replace|change)[-_]?me\b|(?:^|[^a-z\d])x{4,}(?![a-z\d])/i,
    "It is still a placeholder: put in your own.",
  ),
  isOf(/^["']|["']$/, "Leave out the quotation marks around it."),
  isOf(/\s#/, "Leave out the comment behind it."),
];

/** A host with a name of another alphabet: which of them are any, browsers and the core know. */
const ENCODED = /^[^/]*\/\/[^/]*\bxn--/i;
const NO_SUCH_HOST = "There is no such host: copy it from the address bar of a page there.";

/** Of a URL: the core takes what all parsers of URLs read alike. */
const OF_URL: readonly Look[] = [
  (value) => {
    if (!/^[\w.-]+(?::\d+)?(?:\/|$)/.test(value)) return undefined;
    const scheme = /^(?:localhost|127\.)/.test(value) ? "http" : "https";
    return `Put the scheme before it: ${scheme}://${value}`;
  },
  (value) => {
    const scheme = /^(?!https?:)[a-z][a-z\d+.-]*:/i.exec(value)?.[0];
    if (scheme === undefined) return undefined;
    return `Pages of ${scheme} cannot be signed in: serve them from https: or http://localhost.`;
  },
  (value) => {
    if (!URL.canParse(value)) return ENCODED.test(value) ? NO_SUCH_HOST : undefined;
    const { origin, hostname, username } = new URL(value);
    if (username !== "") return "Leave out the user name.";
    if (/^\[(?!::1\])/.test(hostname)) return "Give the host a name: it is an IPv6 address.";
    if (value.startsWith(origin) || hostname === "") return undefined;
    const host = /^[^/]*\/\/([^/?#:]*)/.exec(value)?.[1];
    if (host === undefined || host === hostname) return undefined;
    return `Write it as browsers do: ${origin}${value.replace(/^[^/]*\/\/[^/?#]*/, "")}`;
  },
];

const COGNITO = "Cognito's is https://cognito-idp.{region}.amazonaws.com/{user pool ID}.";

const OF_ISSUER: readonly Look[] = [
  isOf(
    /\/\.well-known\/openid-configuration\/?$/,
    "That is where its metadata are: leave out /.well-known/openid-configuration.",
  ),
  isOf(
    /^https:\/\/[^/]*\.amazoncognito\.com(?:\.cn)?\/?$/,
    `That is the user pool's domain, and no issuer. ${COGNITO}`,
  ),
  isOf(
    /^https:\/\/(?:issuer-)?cognito-idp\.[^/]*\.amazonaws\.com(?:\.cn)?\/?$/,
    `The user pool is missing at its end. ${COGNITO}`,
  ),
];

/** The mistake in one of the options; undefined where each looks right. */
export function mistakeIn(options: Given): Failure | undefined {
  for (const [name, value] of textsOf(options)) {
    const flaw = flawOf(name, value);
    if (flaw !== undefined) return mistake(name, value, flaw);
  }
  return undefined;
}

/** A failure whose cause is in the options, in words that have the value and what to do about it. */
export function explained(failure: Failure, options: Given): Failure {
  const { code, message, cause } = failure;
  const { option, expected, found } = (cause ?? {}) as Record<string, string | undefined>;
  if (code === "issuer_mismatch" && expected && found && bare(expected) === bare(found)) {
    const more = "They differ by the final slash alone: write the issuer as the provider does.";
    return { ...failure, message: `${message} ${more}` };
  }
  const value = textsOf(options).find(([name]) => name === option)?.[1];
  if (code !== "invalid_config" || option === undefined || !value) return failure;
  const rule = ENCODED.test(value) ? NO_SUCH_HOST : message.replace(/^The option \S+ m/, "It m");
  return mistake(option, value, flawOf(option, value) ?? rule);
}

/** A request to that address went without a token; the API's 401 alone would not say why. */
export function tellOfFetch(url: string): void {
  const { origin } = new URL(url);
  console.warn(
    `client.fetch sent no token to ${origin}, which is not among allowedOrigins. ` +
      "If that is your API, name it there: pkce-wasm/docs/options.md",
  );
}

function flawOf(name: string, value: string): string | undefined {
  const isIssuer = /(?:^|\.)issuer$/.test(name);
  const isUrl = isIssuer || /Uri$|^endpoints\./.test(name);
  const looks = [...OF_ANY, ...(isUrl ? OF_URL : []), ...(isIssuer ? OF_ISSUER : [])];
  for (const look of looks) {
    const flaw = look(value, name);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}

function mistake(option: string, value: string, flaw: string): Failure {
  // An address may have been pasted with a code in it, or with a password.
  const shown = value.replace(/[?#]\S.*$/, "").replace(/\/\/[^/\s]*@/, "//…@");
  const message = `The option ${option} is "${shown}". ${flaw}`;
  return { code: "invalid_config", kind: "config", message, cause: { option } };
}

/** The options that are texts, with those of the endpoints, by their names; what may be a secret is shown to nobody. */
function textsOf(options: Given, prefix = ""): (readonly [string, string])[] {
  return Object.entries(options).flatMap(([name, value]: [string, unknown]) => {
    if (/secret/i.test(name)) return [];
    if (typeof value === "string") return [[prefix + name, value] as const];
    return name === "endpoints" && value instanceof Object ? textsOf(value, "endpoints.") : [];
  });
}

function bare(issuer: string): string {
  return issuer.replace(/\/+$/, "");
}
