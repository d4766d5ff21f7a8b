import { AuthError } from "../first-load/error.js";
import type { ClientOptions } from "../types/options.js";

/** Options that a preset leaves to the application. */
export type Rest = Omit<
  Extract<ClientOptions, { issuer: string }>,
  "issuer" | "endpoints" | "clientId" | "redirectUri" | "provider"
> & {
  /** The application's own, where that is not the callback of the system: it stands in for that. */
  readonly redirectUri?: string | undefined;
};

/** Options that a preset makes, of settings that have other names or stand elsewhere. */
const MADE = ["issuer", "endpoints", "clientId"];

/** Scopes as the systems write them: with commas, with spaces, or as a list. */
export type Scopes = string | readonly string[];

/** What stands where nobody wrote a value: templates make texts of it. */
const UNSET = /^(?:undefined|null|""|'')?$/;

/** What guides and examples write where a value belongs. */
const PLACEHOLDERS = [
  // ${USER-POOL-ID}, {region}, {{ .Values.x }}, <client-id>, and the same out of a web page.
  /\$?\{+[^}]*\}+|<[^>]*>|&lt;.*?(?:&gt;|>)/,
  // [POOL_ID], but no IPv6 address; (client id), %NAME%, $NAME.
  /\[[^\]:]+\]|\([^)]*\)|%[A-Z]\w*%|\$[A-Za-z_]\w*/,
  // YOUR_CLIENT_ID, your-domain, REPLACE_ME, change-me.
  /(?<![a-z\d])your(?:[-_ ][-\w]*|domain)|(?:replace|change)[-_]?me\b|placeholder|redacted/i,
  // EXAMPLE, but no host of example.com; what a value is called, instead of it, also within a host.
  /(?<![A-Za-z\d])EXAMPLE(?![A-Za-z\d.])/,
  /^(?:(?:app[ _-]?)?client[ _-]?id|(?:user[ _-]?)?pool[ _-]?id|todo|tbd)$/i,
  /(?<=\.)region(?=\.)/i,
  // The same in other languages: tu-dominio, 강력한_비밀번호_입력.
  /(?<![a-z\d])(?:tu|seu|votre|deine?|jouw)[_-](?:dom|app|cli|pool)[a-z]*/i,
  /[^\p{ASCII}]+_|_[^\p{ASCII}]+/u,
  // A word of x alone, or a long row of them: an ID may well have some.
  /(?<![a-z\d])x{4,}(?![a-z\d])|x{8,}|…/i,
];

/** The settings; none where JavaScript gives none. */
export function given<Settings extends object>(settings: Settings): Settings {
  return { ...settings };
}

/**
 * What is left of the settings when a preset has taken its own: options of the client, without those that
 * are not set, and without what is the server's own business.
 *
 * @throws {AuthError} `invalid_config` where one of them would be for nothing.
 */
export function others(rest: Rest, ofServer: RegExp = /^$/): Rest {
  const isOption = ([name, value]: [string, unknown]): boolean =>
    !ofServer.test(name) && !isUnset(value);
  const { scope, ...options } = Object.fromEntries(Object.entries(rest).filter(isOption)) as Rest;
  const inVain = MADE.find((name) => name in options);
  if (inVain !== undefined) {
    throw refused(inVain, `The option ${inVain} is made of the system's settings: leave it out.`);
  }
  return { ...options, ...(scope !== undefined && { scope: scopes(scope) }) };
}

/** Scopes as they were given; a list that is written as a text, such as `["openid", "email"]`, as one. */
export function scopes(scope: Scopes): Scopes {
  if (typeof scope !== "string" || !scope.trim().startsWith("[")) return scope;
  return scope.split(/[\s,"'[\]]+/).filter((each) => each !== "");
}

/** Whether a value is none, in any of the ways in which files say so. */
export function isUnset(value: unknown): boolean {
  return (
    value === null || value === undefined || (typeof value === "string" && UNSET.test(value.trim()))
  );
}

/**
 * A setting that must be there.
 *
 * @throws {AuthError} `invalid_config` when it is missing, or still a placeholder of its guide.
 */
export function required(name: string, value: string | null | undefined): string {
  const text = optional(name, value);
  if (text !== undefined) return text;
  const found = value ? `: it is the text ${value.trim()}, as of a variable that was not set` : "";
  throw invalid(name, `is missing${found}.`);
}

/** A setting that may be missing. */
export function optional(name: string, value: string | null | undefined): string | undefined {
  return typeof value !== "string" || isUnset(value) ? undefined : resolved(name, value.trim());
}

/** The system is a server and keeps a secret; a browser cannot: RFC 6749 §2.1. */
export function refuseSecret(name: string, secret: unknown): void {
  if (isUnset(secret)) return;
  const message =
    `The setting ${name} is a client secret, which a browser cannot keep. In Cognito, create a ` +
    "second app client of the type public client, without a secret, and use its client ID.";
  const cause = { setting: name };
  throw new AuthError({ code: "client_has_secret", kind: "config", message, cause });
}

/** An absolute URL of a server, with a path of ours on it, unless it has it already. */
export function at(name: string, server: string | null | undefined, path: string): string {
  const base = url(name, server).replace(/\/+$/, "");
  return base.endsWith(path) ? base : base + path;
}

/** Where the user comes back to: the application's own page, or else the callback of the system. */
export function callback({ redirectUri }: Rest, ofSystem: () => string): string {
  const own = optional("redirectUri", redirectUri);
  return own === undefined ? ofSystem() : url("redirectUri", own);
}

/** An absolute URL, as it was written, but for capitals in its scheme. */
export function url(name: string, value: string | null | undefined): string {
  const text = required(name, value);
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) {
    return text.replace(/^[a-z]+/i, (scheme) => scheme.toLowerCase());
  }
  throw invalid(name, `must be an absolute URL, such as https://${example(text)}.`);
}

/** What a text without a scheme was meant to be; for any other that shows how a URL looks. */
function example(text: string): string {
  return /^[\w.-]+(?::\d+)?(?:\/\S*)?$/.test(text) ? text : "auth.example.com";
}

/** What is wrong with a setting: its name is in the message, and in the cause. */
export function invalid(setting: string, flaw: string): AuthError {
  return refused(setting, `The setting ${setting} ${flaw}`);
}

/** The same in other words. */
export function refused(setting: string, message: string): AuthError {
  return new AuthError({ code: "invalid_config", kind: "config", message, cause: { setting } });
}

/** What nobody has filled in yet; undefined where all is written out. */
export function placeholderIn(value: string): string | undefined {
  for (const pattern of PLACEHOLDERS) {
    const placeholder = pattern.exec(value)?.[0];
    if (placeholder !== undefined) return placeholder;
  }
  return undefined;
}

function resolved(name: string, value: string): string {
  const placeholder = placeholderIn(value);
  if (placeholder !== undefined) {
    throw invalid(name, `still has the placeholder ${placeholder}: fill it in.`);
  }
  if (/^["'].*["']$/.test(value)) {
    throw invalid(name, "has quotation marks around it: leave them out.");
  }
  if (/\s#/.test(value)) {
    throw invalid(name, "has a comment behind its value: leave it out.");
  }
  return value;
}
