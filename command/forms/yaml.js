import { parseAllDocuments } from "yaml";

/** An anchor may be named again this often: beyond that it is no configuration. */
const MOST_ALIASES = 100;

/**
 * The documents of a YAML text. Every scalar stays the text that was written (`failsafe`): a client ID may be
 * all digits. Templates and comments of other languages, which are no YAML, are made bearable first.
 */
export function readYaml(text) {
  const documents = parseAllDocuments(bearable(text), {
    schema: "failsafe",
    merge: true,
    uniqueKeys: false,
    strict: false,
    logLevel: "silent",
    // A line of the text for each error would take as long as the text is, each time.
    prettyErrors: false,
  });
  return [...documents].flatMap((document) => {
    const value = document.toJS({ maxAliasCount: MOST_ALIASES });
    return typeof value === "object" && value !== null ? [value] : [];
  });
}

function bearable(text) {
  return (
    text
      // Comments as in other languages, and templates' lines of their own.
      .replace(/^[ \t]*(?:\/\/|\{\{-? *(?:if|else|end|with|range|define|include)\b).*$/gm, "")
      .replace(/[ \t]\/\/[ \t].*$/gm, "")
      // `{{ … }}`, `{https://…}` and `{Client ID}` are no maps, and neither is a text that begins with one.
      .replace(
        /^([^#\n]{0,200}?[:=-][ \t]+)(\{\{[^\n]*|\{https?:[^\n]*|\{[^{}:,\n]+\}[ \t]*)$/gm,
        (_, before, value) => {
          const bare = value.replace(/\s#.*$/, "").trimEnd();
          return before + JSON.stringify(bare);
        },
      )
  );
}
