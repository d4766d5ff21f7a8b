// Lines that name values: environment files, and what shells, Docker and systemd have that is like them.
// No parser of one of these reads the others, and people mix them within a file.

const NAME = String.raw`[A-Za-z_][\w.-]*`;

/** What may stand before a name: `export`, `set`, `ENV`, `ARG`, `- `, `$env:`, `--env`, `RUN echo "`. */
const BEFORE =
  /^(?:-\s+|(?:RUN\s+)?echo\s+["']?|(?:export|setx?|ENV|ARG|LABEL|declare\s+-x|Environment=|-e|--env|--build-arg|--set|--set-string)\s+["']?|Environment=["']?|\$env:|const\s+|let\s+|var\s+)/i;

const PAIR = new RegExp(
  String.raw`^(["']?)(${NAME})\1\s*(?::=|=(?!=)|:(?!//)(?=\s|$|["'[{]))\s*(.*)$`,
);

/** Docker's older `ENV NAME value`, and Windows' `setx NAME value`. */
const APART = new RegExp(String.raw`^(?:ENV|setx)\s+(${NAME})\s+([^=\s].*)$`);

/** Several on a line, as Docker takes them. */
const SEVERAL = new RegExp(String.raw`(?<![\w.-])(${NAME})=("[^"]*"|'[^']*'|\S+)`, "g");

/**
 * The names of a text and their values. A name without a value takes the list that may stand below it.
 * @param {string} text
 * @returns {Record<string, string | string[]>}
 */
export function readLines(text) {
  const values = Object.create(null);
  let last;
  for (const written of text.split("\n")) {
    const line = written.trim();
    if (line === "" || /^(?:#|\/\/|;|::|REM\s|<!--|\/?\*)/i.test(line)) continue;
    const item = /^-\s+(.*)$/.exec(line)?.[1];
    if (item !== undefined && last !== undefined && !PAIR.test(item)) {
      if (values[last] === "") values[last] = [];
      if (Array.isArray(values[last])) values[last].push(bare(item));
      continue;
    }
    const pairs = pairsOf(line);
    for (const [name, value] of pairs) {
      // The last one counts, as in a shell; but a text out of an issue may repeat a name without its value.
      // `ENV X=$X` is what `ARG X=…` has said.
      const isItself = value === `$${name}` || value === `\${${name}}`;
      if ((value !== "" && !isItself) || !(name in values)) values[name] = value;
      last = name;
    }
    if (pairs.length === 0) last = undefined;
  }
  return values;
}

function pairsOf(line) {
  const apart = APART.exec(line);
  if (apart !== null) return [[apart[1], bare(apart[2])]];
  const before = BEFORE.exec(line)?.[0] ?? "";
  const rest = line.slice(before.length);
  if (/^(?:ENV|ARG|LABEL|export|-e|--env|--build-arg)\s/i.test(before)) {
    const several = [...rest.matchAll(SEVERAL)];
    if (several.length > 1 && !/\s#/.test(rest)) {
      return several.map(([, name, value]) => [name, bare(value)]);
    }
  }
  const pair = PAIR.exec(rest);
  if (pair === null) return [];
  const [, quote, name, value] = pair;
  const isQuoted = /["']\s*$/.test(before);
  const whole = isQuoted
    ? value.replace(/["']\s*(?:(?:>|\||&&|\\).*)?$/, "")
    : /^(?:RUN\s+)?echo/i.test(before)
      ? value.replace(/(?:>>?|\||&&).*$/, "")
      : value;
  // `"NAME": value,` is a line of an object.
  return [[name, bare(quote === "" ? whole.replace(/(?<=\s)\\$/, "") : whole.replace(/,$/, ""))]];
}

/** A value without its quotation marks, and without the comment behind it. */
function bare(written) {
  const value = written.trim().replace(/;$/, "");
  const quoted = /^(["'`])((?:\\.|(?!\1)[^\\])*)\1\s*(?:,|(?:#|\/\/).*)?$/.exec(value);
  if (quoted !== null) {
    return quoted[1] === '"' ? quoted[2].replace(/\\(["\\$`])/g, "$1") : quoted[2];
  }
  return value.replace(/^#.*$|(?<=\s)(?:#|\/\/\s).*$/, "").trim();
}
