import { parseAllDocuments } from "yaml";

/** An anchor may be named again this often: beyond that it is no configuration. */
const MOST_ALIASES = 100;

/** Maps and lists within brackets are nested no deeper: each level makes the parser slower. */
const MOST_BRACKETS = 100;

/**
 * The documents of a YAML text. Every scalar stays the text that was written (`failsafe`): a client ID may be
 * all digits. Templates and comments of other languages, which are no YAML, are made bearable first.
 */
export function readYaml(text) {
  if (isDeep(text)) throw new RangeError("It is nested too deeply.");
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

/** Brackets that are open at once; those in a text that is none of a map are over where a line begins anew. */
function isDeep(text) {
  let depth = 0;
  for (const [mark] of text.matchAll(/^[\w"'#-]|[[\]{}]/gm)) {
    if (mark === "[" || mark === "{") depth += 1;
    else if (mark === "]" || mark === "}") depth -= 1;
    else depth = 0;
    if (depth > MOST_BRACKETS) return true;
  }
  return false;
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
