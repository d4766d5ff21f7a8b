// Terraform's language as far as values are written out in it: attributes, blocks, lists and maps. The
// parsers in the registry are Go's, compiled to megabytes, and stop at what is incomplete; this one takes
// what it can read.

const TOKEN =
  /\s+|#[^\n]*|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)|"(?:\\[^]?|\$\{[^{}]*\}|\$(?!\{[^{}]*\})|[^"\\$])*(?:"|$)|<<[-~]?([A-Za-z_]\w*)\n([^]*?)(?:\n[ \t]*\1(?=\n|$)|$)|<[\w ]+>|[A-Za-z_][\w-]*(?:\.[\w*-]+|\[[^[\]\n]*\])*|-?\d[\d.]*|[^]/gy;

/**
 * The bodies of a text, outermost first: that of the file, and that of each block. What a reference stands for
 * is elsewhere: it becomes `${var.name}`. The defaults of variables, and locals, are among the variables.
 * @param {string} text
 */
export function readTerraform(text) {
  const blocks = [];
  const variables = Object.create(null);
  const tokens = tokensOf(text);
  let at = 0;

  const body = (end) => {
    const members = Object.create(null);
    while (at < tokens.length && tokens[at].text !== end) {
      const name = tokens[at++];
      if (name.kind !== "name" && name.kind !== "text") continue;
      if (isAt("=") || (end !== undefined && isAt(":"))) {
        at += 1;
        members[name.value] = expression();
      } else {
        block(name.value, members);
      }
    }
    at += 1;
    return members;
  };

  const block = (type, parent) => {
    const labels = [];
    while (tokens[at]?.kind === "text" || tokens[at]?.kind === "name") {
      labels.push(tokens[at++].value);
    }
    if (!isAt("{")) return;
    at += 1;
    const place = blocks.length;
    const members = body("}");
    if (type === "variable" && "default" in members) {
      variables[`var.${labels[0]}`] = members.default;
    } else if (type === "locals") {
      for (const [name, value] of Object.entries(members)) variables[`local.${name}`] = value;
    } else if (labels.length > 0) {
      blocks.splice(place, 0, { type, labels, members });
    } else {
      // A block within a block, such as several `set { name, value }`.
      (parent[type] ??= []).push?.(members);
    }
  };

  const expression = () => {
    const token = tokens[at++];
    if (token === undefined) return "";
    const value =
      token.text === "["
        ? list()
        : token.text === "{"
          ? body("}")
          : token.kind === "name" && isAt("(")
            ? call(token.value)
            : valueOf(token);
    // Operators and what follows them make it a value that nobody knows.
    let isMore = false;
    while (at < tokens.length && tokens[at].line === tokens[at - 1].line && !isEnd()) {
      at += 1;
      isMore = true;
    }
    return isMore ? "${expression}" : value;
  };

  const list = () => {
    const items = [];
    while (at < tokens.length && !isAt("]")) {
      if (isAt(",")) at += 1;
      else items.push(expression());
    }
    at += 1;
    return items;
  };

  const call = (name) => {
    const given = (at++, []);
    while (at < tokens.length && !isAt(")")) {
      if (isAt(",")) at += 1;
      else given.push(expression());
    }
    at += 1;
    const isAsGiven = /^(?:to\w+|jsonencode|yamlencode|sensitive|nonsensitive|trimspace)$/.test(
      name,
    );
    return isAsGiven && given.length === 1 ? given[0] : `\${${name}()}`;
  };

  const isAt = (text) => tokens[at]?.text === text && tokens[at].kind === "sign";
  const isEnd = () => [",", "]", "}", ")"].some(isAt);

  const members = body(undefined);
  return { members, blocks, variables };
}

function tokensOf(text) {
  const tokens = [];
  let line = 0;
  for (const [token, , document] of text.matchAll(TOKEN)) {
    const start = line;
    line += token.split("\n").length - 1;
    if (/^(?:\s|#|\/[/*])/.test(token)) continue;
    if (document !== undefined) tokens.push({ kind: "text", text: token, value: document, line });
    else if (token.startsWith('"') && token.length > 1) {
      tokens.push({ kind: "text", text: token, value: unquoted(token), line: start });
    } else if (/^[A-Za-z_<]\w*/.test(token) && token !== "<") {
      tokens.push({ kind: "name", text: token, value: token, line: start });
    } else if (/^-?\d/.test(token)) {
      tokens.push({ kind: "text", text: token, value: token, line: start });
    } else {
      tokens.push({ kind: "sign", text: token, value: token, line: start });
    }
  }
  return tokens;
}

function unquoted(token) {
  return token
    .slice(1, -1)
    .replace(/\\(["\\nt])/g, (_, sign) => ({ n: "\n", t: "\t" })[sign] ?? sign);
}

function valueOf({ kind, value }) {
  if (value === "null" && kind === "name") return null;
  // What is referred to has a dot in its name, or an index.
  return kind === "name" && /[.[]/.test(value) ? `\${${value}}` : value;
}
