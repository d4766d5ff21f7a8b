/** What is no code: comments, and texts and letters, which may look like one. */
const NO_CODE = /\/\/.*|\/\*[^]*?\*\/|\br(#*)"[^]*?"\1|"(?:\\[^]|[^"\\])*"|'(?:\\.[^']*|[^'\\])'/g;

/**
 * What each file of src/ imports from the others, by `use` and by paths in its code, wherever a name was
 * exported on to. What lib.rs and the mod.rs files list, they do not import.
 * @param {Map<string, string>} sources by their paths in src/
 * @returns {Map<string, Set<string>>}
 */
export function importsOf(sources) {
  const modules = new Map([...sources].map(([file, text]) => [nameOf(file), read(file, text)]));

  /** The module that a path leads to, from the module in whose file it is. */
  const follow = (from, path, seen = new Set()) => {
    let [first, ...rest] = path;
    let module = first === "crate" ? "" : from;
    if (first === "super") module = parentOf(from);
    else if (first !== "crate" && first !== "self") rest = path;
    for (; rest[0] === "super"; rest = rest.slice(1)) module = parentOf(module);
    while (rest.length > 0 && modules.has(inside(module, rest[0]))) {
      module = inside(module, rest[0]);
      rest = rest.slice(1);
    }
    const exported = modules.get(module)?.exported.get(rest[0]);
    const isNew = !seen.has(`${module} ${rest[0]}`);
    seen.add(`${module} ${rest[0]}`);
    return exported && isNew ? follow(module, exported, seen) : module;
  };

  const imports = new Map();
  for (const [name, { file, used }] of modules) {
    const targets = used
      .filter(
        ([first]) => ["crate", "super", "self"].includes(first) || modules.has(inside(name, first)),
      )
      .map((path) => follow(name, path))
      .filter((target) => target !== name && target !== "");
    imports.set(file, new Set(targets.map((target) => modules.get(target).file)));
  }
  return imports;
}

/** @param {string} lib the text of lib.rs @returns {string[]} the modules in the order in which it lists them */
export function listed(lib) {
  return [...lib.replace(NO_CODE, "").matchAll(/\bmod\s+(\w+)\s*;/g)].map(([, name]) => name);
}

/**
 * The imports of what comes later in a list of modules.
 * @param {Map<string, Set<string>>} imports
 * @param {string[]} order
 * @returns {string[]} such as `a.rs imports b.rs, which lib.rs lists later`
 */
export function outOfOrder(imports, order) {
  const place = (file) => order.indexOf(file.split(/[./]/)[0]);
  return [...imports].flatMap(([file, targets]) =>
    [...targets]
      .filter((target) => place(target) > place(file))
      .map((target) => `${file} imports ${target}, which lib.rs lists later`),
  );
}

function nameOf(file) {
  const name = file.replace(/(^|\/)(lib|mod)?\.rs$|\.rs$/, "");
  return name.replaceAll("/", "::");
}

const inside = (module, name) => (module === "" ? name : `${module}::${name}`);
const parentOf = (module) => module.split("::").slice(0, -1).join("::");

function read(file, text) {
  const code = text.replace(NO_CODE, "");
  if (/\bmod\s+\w+\s*\{/.test(code))
    throw new Error(`${file} has a module within: give it a file.`);
  const used = [];
  const exported = new Map();
  const rest = code.replace(/\b(pub(?:\([^)]*\))?\s+)?use\s+([^;]+);/g, (_, isPublic, tree) => {
    for (const { path, name } of pathsOf(tree.replace(/\s+/g, " "))) {
      if (isPublic) exported.set(name, path);
      if (!isPublic || !/(^|\/)(lib|mod)\.rs$/.test(file)) used.push(path);
    }
    return "";
  });
  for (const [path] of rest.matchAll(/\b(?:crate|super)(?:::\w+)+/g)) used.push(path.split("::"));
  return { file, used, exported };
}

/** Each path of `a::{b, c::{self, d as e}}`, and the name that it is given. */
function pathsOf(tree, before = []) {
  const [, head, group, alias] = /^([\w:* ]*?)(?:\{(.*)\}|\s+as\s+(\w+))?$/.exec(tree.trim());
  const path = [
    ...before,
    ...head
      .split("::")
      .map((each) => each.trim())
      .filter(Boolean),
  ];
  if (group !== undefined) return partsOf(group).flatMap((part) => pathsOf(part, path));
  if (path.at(-1) === "self" && path.length > 1) path.pop();
  return [{ path, name: alias ?? path.at(-1) }];
}

/** The parts between the commas that are in no braces. */
function partsOf(group) {
  const parts = [""];
  let depth = 0;
  for (const letter of group) {
    depth += letter === "{" ? 1 : letter === "}" ? -1 : 0;
    if (letter === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += letter;
  }
  return parts.filter((part) => part.trim() !== "");
}
