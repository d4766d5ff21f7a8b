import { Composer, Lexer, Parser } from "yaml";

/** An anchor may be named again this often: beyond that it is no configuration. */
const MOST_ALIASES = 100;

/** No configuration is nested deeper, nor of more pieces: each makes the parser slower, and so does each level. */
const DEEPEST = 50;
const MOST_LEXEMES = 100_000;

/**
 * The documents of a YAML text. Every scalar stays the text that was written (`failsafe`): a client ID may be
 * all digits. Templates and comments of other languages, which are no YAML, are made bearable first.
 */
export function readYaml(text) {
  const composer = new Composer({
    schema: "failsafe",
    merge: true,
    uniqueKeys: false,
    strict: false,
    logLevel: "silent",
    resolveKnownTags: false,
  });
  return [...composer.compose(tokensOf(bearable(text)))].flatMap((document) => {
    const value = document.toJS({ maxAliasCount: MOST_ALIASES });
    return typeof value === "object" && value !== null ? [value] : [];
  });
}

/**
 * As the parser has them, while it is looked at how deep it is: by brackets, by indentation, or by what stands
 * behind `- ` and `? ` in one line.
 */
function* tokensOf(text) {
  const parser = new Parser();
  let lexemes = 0;
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    lexemes += 1;
    if (parser.stack.length > DEEPEST) throw new RangeError("It is nested too deeply.");
    if (lexemes > MOST_LEXEMES) throw new RangeError("It is too long.");
  }
  yield* parser.end();
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
