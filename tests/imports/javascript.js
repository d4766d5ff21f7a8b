import { posix } from "node:path";
import ts from "typescript-5";

/**
 * @typedef {object} Import
 * @property {string} path of the file in js/, or the name of a package
 * @property {boolean} isDynamic it is asked for when the code comes to it, and not when the page loads
 */

/**
 * What each file of js/ imports: values, types and what it exports on, and what it loads later. A script
 * and the types beside it are one file.
 * @param {Map<string, string>} sources by their paths in js/
 * @returns {Map<string, Import[]>}
 */
export function importsOf(sources) {
  const paths = new Set([...sources.keys()].map(scriptOf));
  const imports = new Map();
  for (const [path, text] of sources) {
    const file = scriptOf(path);
    const found = specifiersIn(path, text).map(({ specifier, isDynamic }) => {
      if (!specifier.startsWith(".")) return { path: specifier, isDynamic };
      const target = posix.join(posix.dirname(path), specifier);
      const source = target.replace(/\.js$/, ".ts");
      return { path: paths.has(source) ? source : target, isDynamic };
    });
    imports.set(file, [...(imports.get(file) ?? []), ...found]);
  }
  return imports;
}

function scriptOf(path) {
  return path.replace(/\.d\.ts$/, ".js");
}

function specifiersIn(path, text) {
  const found = [];
  const visit = (node) => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
      if (node.moduleSpecifier) add(node.moduleSpecifier, false);
    } else if (ts.isImportTypeNode(node)) {
      add(node.argument.literal, false);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], true);
    }
    ts.forEachChild(node, visit);
  };
  const add = (literal, isDynamic) => {
    if (!ts.isStringLiteral(literal)) throw new Error(`${path} imports what no text names.`);
    found.push({ specifier: literal.text, isDynamic });
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest));
  return found;
}

/**
 * The imports that a table does not allow.
 * @param {Map<string, Import[]>} imports
 * @param {Record<string, { imports: string[], loads?: string[] }>} rooms of each folder, the folders and
 *   files that its files may import, and load later; a folder ends with a slash
 * @returns {string[]} such as `types/a.ts imports first-load/b.ts`
 */
export function forbidden(imports, rooms) {
  return [...imports].flatMap(([file, all]) => {
    // The entries are at the top, and put the package together.
    if (!file.includes("/")) return [];
    const room = rooms[file.slice(0, file.indexOf("/") + 1)];
    if (room === undefined) return [`${file} is in a folder of which nothing is said`];
    return all
      .filter(({ path, isDynamic }) => {
        const allowed = [...room.imports, ...(isDynamic ? (room.loads ?? []) : [])];
        return !allowed.some((each) =>
          each.endsWith("/") ? path.startsWith(each) : path === each,
        );
      })
      .map(({ path, isDynamic }) => `${file} ${isDynamic ? "loads" : "imports"} ${path}`);
  });
}
