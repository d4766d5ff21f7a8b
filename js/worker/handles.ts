/** A string of JSON, and the string that it names, if it does: RFC 8259 §4 and §7. */
const STRINGS = /("(?:[^"\\]|\\.)*")(?:(\s*:\s*)("(?:[^"\\]|\\.)*"))?/g;

/**
 * The content of an answer with a handle wherever it has a refresh token. The rest stays to the letter, for
 * the core to judge: also what JSON would not have, such as names that are there twice.
 *
 * @param keep - Keeps the refresh token that has come, and gives its handle.
 * @param echoed - A refresh token that the answer to it may repeat among its words.
 */
export function withHandles(
  content: Uint8Array,
  keep: (token: string) => string,
  echoed: string | undefined,
): Uint8Array {
  let text: string;
  let token: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
    token = Object(JSON.parse(text)).refresh_token;
  } catch {
    // Tokens come as JSON: RFC 6749 §5.1. What else there may be in here is for nobody.
    return new Uint8Array();
  }
  const handle = typeof token === "string" && token !== "" ? keep(token) : "";
  const shown = (literal: string): string => {
    const said = JSON.parse(literal) as string;
    return echoed !== undefined && said.includes(echoed)
      ? JSON.stringify(said.replaceAll(echoed, "[refresh token]"))
      : literal;
  };
  const shownAll = (_: string, name: string, colon?: string, value?: string): string => {
    if (colon === undefined || value === undefined) return shown(name);
    const isToken = JSON.parse(name) === "refresh_token";
    return shown(name) + colon + (isToken ? JSON.stringify(handle) : shown(value));
  };
  return new TextEncoder().encode(text.replace(STRINGS, shownAll));
}
