import { parse, parseExpression } from "@babel/parser";

// What a script says in literals. Nothing of it is run: a value that the script would compute is one only
// where it is put together of texts; what comes from elsewhere stays a variable, `${NAME}`.

/** How deep an expression may lead to others, how often in a script, and to how long a text: there are circles. */
const DEEPEST = 60;
const MOST_STEPS = 200_000;
const LONGEST = 20_000;

/** A literal that is longer is JSON, which others read faster. */
const LONGEST_LITERAL = 200_000;

/** How many lines may be no JavaScript, in a script that is no longer than that. */
const MOST_LINES = 4;
const LONGEST_MENDED = 20_000;

const SYNTAX = {
  sourceType: "unambiguous",
  errorRecovery: true,
  allowReturnOutsideFunction: true,
  allowImportExportEverywhere: true,
  allowUndeclaredExports: true,
  attachComment: false,
  createParenthesizedExpressions: false,
};

/** `<T>x` is a type in TypeScript, and an element in JSX. */
const DIALECTS = [["jsx", "typescript"], ["typescript", "decorators"], ["jsx"]];

/**
 * The objects of a script that are part of no other, and the texts that it gives names to.
 * @param {string} text
 * @returns {{ objects: object[], texts: Record<string, unknown> } | undefined} undefined where it is none
 */
export function readJavaScript(text) {
  const program = programOf(text);
  if (program === undefined) return undefined;
  const named = new Map();
  const outermost = [];
  collect(program, named, outermost);
  const value = evaluator(named);
  const texts = Object.create(null);
  for (const [name, node] of named) {
    const its = value(node);
    if (typeof its === "string") texts[name] = its;
  }
  return { objects: outermost.map(value), texts };
}

/** The value of one literal, such as JSON with comments. */
export function readLiteral(text) {
  if (text.length > LONGEST_LITERAL) return undefined;
  try {
    return evaluator(new Map())(parseExpression(text, SYNTAX));
  } catch {
    return undefined;
  }
}

/** A line that keeps a script from being one is left out, such as a value without its key. */
function programOf(text, left = MOST_LINES) {
  let error;
  for (const plugins of DIALECTS) {
    try {
      return parse(text, { ...SYNTAX, plugins }).program;
    } catch (cause) {
      error ??= cause;
    }
  }
  if (left === 0 || !error.loc || text.length > LONGEST_MENDED) return undefined;
  const lines = text.split("\n");
  if (lines[error.loc.line - 1] === "") return undefined;
  lines[error.loc.line - 1] = "";
  return programOf(lines.join("\n"), left - 1);
}

/** Walks the tree without recursion, for it may be as deep as the text is long. */
function collect(program, named, outermost) {
  const waiting = [[program, false]];
  while (waiting.length > 0) {
    const [node, isWithin] = waiting.pop();
    const isObject = node.type === "ObjectExpression" || node.type === "JSXOpeningElement";
    if (isObject && !isWithin) outermost.push(node);
    const names = nameGiven(node);
    if (names !== undefined && !named.has(names[0])) named.set(...names);
    const inner = isWithin || node.type === "ObjectExpression";
    for (const each of childrenOf(node).reverse()) waiting.push([each, inner]);
  }
  outermost.sort((one, other) => one.start - other.start);
}

function nameGiven({ type, id, init, left, right, key, value }) {
  if (type === "VariableDeclarator" && id.type === "Identifier" && init) return [id.name, init];
  if (type === "AssignmentExpression" && left.type === "Identifier") return [left.name, right];
  if (type === "AssignmentExpression" && left.type === "MemberExpression") {
    const name = left.property.name ?? left.property.value;
    return name === undefined ? undefined : [String(name), right];
  }
  const isField = (type === "ClassProperty" || type === "PropertyDefinition") && value;
  return isField && key.type === "Identifier" ? [key.name, value] : undefined;
}

function childrenOf(node) {
  return Object.values(node)
    .flat()
    .filter((each) => typeof each?.type === "string" && typeof each.start === "number");
}

/** What a node says, for nodes of a script in which names are given. */
function evaluator(named) {
  let steps = 0;
  let depth = 0;
  const value = (node) => {
    if (depth > DEEPEST || steps > MOST_STEPS) return "${expression}";
    steps += 1;
    depth += 1;
    const its = valueOf(node, named, value);
    depth -= 1;
    return typeof its === "string" && its.length > LONGEST ? "${expression}" : its;
  };
  return value;
}

/** Text, list, object, null; of anything else the text `${…}`, which names it. */
function valueOf(node, named, value) {
  switch (node?.type) {
    case "StringLiteral":
    case "NumericLiteral":
    case "BooleanLiteral":
      return String(node.value);
    case "JSXText":
      return node.value;
    case "NullLiteral":
      return null;
    case "TemplateLiteral":
      return node.quasis
        .map(({ value: { cooked } }, index) => {
          const next = node.expressions[index];
          return `${cooked}${next ? textOf(value(next)) : ""}`;
        })
        .join("");
    case "BinaryExpression":
      return node.operator === "+"
        ? textOf(value(node.left)) + textOf(value(node.right))
        : "${expression}";
    case "ArrayExpression":
      return node.elements.filter(Boolean).map(value);
    case "ObjectExpression":
      return objectOf(node, value);
    case "JSXOpeningElement":
      return attributesOf(node, value);
    case "TSAsExpression":
    case "TSSatisfiesExpression":
    case "TSNonNullExpression":
    case "TSTypeAssertion":
    case "ParenthesizedExpression":
    case "JSXExpressionContainer":
    case "ChainExpression":
    case "AwaitExpression":
      return value(node.expression ?? node.argument);
    case "LogicalExpression":
      return node.operator === "&&"
        ? value(node.right)
        : orElse(value(node.left), () => value(node.right));
    case "ConditionalExpression":
      return either(value(node.consequent), value(node.alternate));
    case "Identifier":
      if (node.name === "undefined") return null;
      return named.has(node.name) ? value(named.get(node.name)) : `\${${node.name}}`;
    case "MemberExpression":
    case "OptionalMemberExpression":
      return memberOf(node, value);
    case "CallExpression":
    case "OptionalCallExpression":
    case "NewExpression":
      return callOf(node, value);
    default:
      return "${expression}";
  }
}

/** As a template has it: of nothing, JavaScript makes a text. */
function textOf(value) {
  if (value === null) return "undefined";
  return Array.isArray(value)
    ? value.join(",")
    : typeof value === "string"
      ? value
      : "${expression}";
}

function objectOf(node, value) {
  const members = Object.create(null);
  for (const each of node.properties) {
    if (each.type === "SpreadElement") {
      const spread = value(each.argument);
      if (typeof spread === "object") Object.assign(members, spread);
    } else if (each.type === "ObjectProperty") {
      const name = each.computed ? value(each.key) : (each.key.name ?? each.key.value);
      if (typeof name === "string" || typeof name === "number") members[name] = value(each.value);
    }
  }
  return members;
}

function attributesOf(node, value) {
  const members = Object.create(null);
  for (const each of node.attributes) {
    if (each.type === "JSXSpreadAttribute") {
      const spread = value(each.argument);
      if (typeof spread === "object") Object.assign(members, spread);
    } else if (each.value && typeof each.name.name === "string") {
      members[each.name.name] = value(each.value);
    }
  }
  return members;
}

/** `a || b` and `a ?? b`: a variable with a default. */
function orElse(left, right) {
  if (left === null || left === "") return right();
  const [, name] = /^\$\{([^{}:]+)\}$/.exec(typeof left === "string" ? left : "") ?? [];
  if (name === undefined) return left;
  const fallback = right();
  return typeof fallback === "string" ? `\${${name}:-${fallback}}` : (fallback ?? `\${${name}:-}`);
}

/** `test ? a : b`: nobody knows which, and of addresses both count. */
function either(one, other) {
  if (one === other || other === null) return one;
  if (one === null) return other;
  const isAddress = (value) => typeof value === "string" && /^https?:|^\$\{location/.test(value);
  return isAddress(one) && isAddress(other) ? [one, other] : "${expression}";
}

function memberOf(node, value) {
  const path = pathOf(node);
  const variable =
    /^(?:import\.meta\.env|process\.env|(?:window\.|globalThis\.)?_?_?env_?_?)\.(\w+)$/i.exec(path);
  if (variable !== null) return `\${${variable[1]}}`;
  const page = /^(?:(?:window|document|self|globalThis)\.)?(location\.\w+)$/.exec(path);
  if (page !== null) return `\${${page[1]}}`;
  const whole = value(node.object);
  const name = node.property.name ?? node.property.value;
  if (typeof whole === "object" && whole !== null && Object.hasOwn(whole, name)) return whole[name];
  const isText = typeof whole === "string" && /^(?:href|origin)$/.test(name);
  if (isText && /^https?:|^\$\{location\.origin/.test(whole)) return whole;
  return `\${${path || "expression"}}`;
}

/** `process.env["X"]` is `process.env.X`. */
function pathOf(node) {
  if (node.type === "Identifier") return node.name;
  if (node.type === "MetaProperty") return `${node.meta.name}.${node.property.name}`;
  if (!/MemberExpression$/.test(node.type)) return "";
  const own = node.computed ? node.property.value : node.property.name;
  const before = pathOf(node.object);
  return before && own !== undefined ? `${before}.${own}` : "";
}

/** The few calls by which texts are put together. */
function callOf(node, value) {
  const { callee } = node;
  const given = node.arguments.map(value);
  const texts = given.map(textOf);
  // `forRoot({ … })` is about what it is given.
  const object = given.find((each) => typeof each === "object" && each !== null);
  if (callee.type === "Identifier") {
    if (callee.name === "URL" && texts.length === 2) return texts[1].replace(/\/$/, "") + texts[0];
    if (/^(?:URL|String|encodeURI)$/.test(callee.name)) return texts[0] ?? "";
    return object ?? `\${${callee.name}()}`;
  }
  if (!/MemberExpression$/.test(callee.type)) return "${expression}";
  const on = value(callee.object);
  switch (callee.property.name) {
    case "concat":
      return Array.isArray(on) ? [...on, ...given.flat()] : textOf(on) + texts.join("");
    case "join":
      return Array.isArray(on) ? on.map(textOf).join(texts[0] ?? ",") : "${expression}";
    case "split":
      return textOf(on).split(texts[0] ?? "");
    case "trim":
    case "toString":
      return on;
    case "stringify":
    case "freeze":
      return given[0] ?? null;
    default:
      return object ?? `\${${pathOf(callee) || "expression"}()}`;
  }
}
