// Weighs what a page that imports the package has to load: `cargo xtask size [--check]`.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";

const KB = 1024;
const root = fileURLToPath(new URL("..", import.meta.url));

/** @typedef {{ raw: number, gzip: number, brotli: number }} Weight */
/** @typedef {{ what: string, weight: Weight, gate?: number, goal?: number }} Row of gates and goals in bytes, gzip */

/**
 * What only a page that asks for it loads: another window or frame, keys that tokens are bound to, a worker
 * that keeps the refresh token, the end of who gives no input, and the second part of the core, for signing
 * out, UserInfo and APIs.
 */
const OPTIONAL = ["proof-key", "windows", "token-worker", "idle", "later-inline"];

/** What only a page loads whose options look wrong. */
const MISTAKES = "mistakes";

/** The entries for frameworks: what a page takes of them, and what is the framework's own. */
const FRAMEWORKS = [
  { what: "react", take: "{ AuthProvider, useAuth, RequireAuth }", external: ["react"] },
  { what: "react, loaders", take: "{ AuthProvider, useAuth, requireAuth }", external: ["react"] },
  { what: "vue", external: ["vue"] },
  { what: "svelte", external: ["svelte/*"] },
  { what: "solid", external: ["solid-js"] },
  { what: "angular", external: ["@angular/*", "rxjs"] },
];

/** Every file travels compressed by itself. @param {Uint8Array[]} files @returns {Weight} */
function weigh(files) {
  const sum = (encode) => files.reduce((total, file) => total + encode(file).length, 0);
  return {
    raw: sum((file) => file),
    gzip: sum((file) => gzipSync(file, { level: 9 })),
    brotli: sum((file) => brotliCompressSync(file)),
  };
}

/**
 * Bundles a page as its developer would.
 * @param {string} page source of the page
 * @param {string[]} [external] imports that are left out
 * @returns {Promise<Record<"first" | "signIn" | "all" | "mistakes", Uint8Array[]>>} the scripts that the
 *   page waits for, those with the ones that sign-in and callback load later, all that options ask for, and
 *   what comes beside them where an option looks wrong
 */
async function bundle(page, external = []) {
  const { metafile, outputFiles } = await build({
    stdin: { contents: page, resolveDir: root, sourcefile: "page.js" },
    absWorkingDir: root,
    outdir: root,
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    external,
    metafile: true,
    write: false,
  });
  // Both lists are in the same order.
  const scripts = Object.entries(metafile.outputs).map(
    ([path, { entryPoint, imports }], index) => ({
      path,
      entryPoint,
      imports: imports.filter((each) => each.kind === "import-statement").map((each) => each.path),
      bytes: outputFiles[index].contents,
    }),
  );
  const first = new Set(scripts.filter((script) => script.entryPoint === "page.js"));
  for (const script of first) {
    for (const each of scripts) if (script.imports.includes(each.path)) first.add(each);
  }
  const isNamed = (names) => (script) => names.some((name) => script.path.startsWith(`${name}-`));
  const asked = scripts.filter((script) => !isNamed([MISTAKES])(script));
  const bytes = (some) => [...some].map((each) => each.bytes);
  return {
    first: bytes(first),
    signIn: bytes(asked.filter((script) => !isNamed(OPTIONAL)(script))),
    all: bytes(asked),
    mistakes: bytes(scripts.filter(isNamed([MISTAKES]))),
  };
}

/** What an entry adds to the first load of a page. @param {Weight} alone @returns {Promise<Row>} */
async function beside(alone, { what, take = "*", external }) {
  const [name] = what.split(",");
  const source = `export * from "pkce-wasm"; export ${take} from "pkce-wasm/${name}";`;
  const both = weigh((await bundle(source, external)).first);
  const ways = Object.keys(both).map((way) => [way, both[way] - alone[way]]);
  return { what: `+ ${what}`, weight: Object.fromEntries(ways), gate: 1.5 * KB };
}

/** @returns {Promise<Row[]>} */
async function measure() {
  const everything = 'export * from "pkce-wasm";';
  const page = await bundle(everything);
  const facade = await bundle(everything, [
    "*/core/core.js",
    "*/core/core-inline.js",
    "*/core/later-inline.js",
  ]);
  const glue = await bundle('export * from "./dist/core/core.js";');
  const core = (name) => weigh([readFileSync(`${root}/dist/core/${name}`)]);
  const file = core("core.wasm");
  const first = weigh(page.first);
  return [
    { what: "core.wasm", weight: file },
    // To be inlined may cost two per cent.
    { what: "core.wasm, inlined", weight: core("core-inline.js"), gate: 1.02 * file.gzip },
    { what: "later, inlined", weight: core("later-inline.js"), gate: 7_790 },
    { what: "glue", weight: weigh(glue.all) },
    { what: "façade", weight: weigh(facade.all) },
    // A gate is what was reached and three per cent, where the budget is not nearer.
    { what: "first load", weight: first, gate: 5 * KB, goal: 4.5 * KB },
    ...(await Promise.all(FRAMEWORKS.map((entry) => beside(first, entry)))),
    { what: "sign-in and callback", weight: weigh(page.signIn), gate: 64_000, goal: 48_700 },
    { what: "with every option", weight: weigh(page.all), gate: 78_600 },
    { what: "for a wrong option", weight: weigh(page.mistakes), gate: 1_600 },
  ];
}

/** @param {Row[]} rows */
function print(rows) {
  const bytes = (n) => (n === undefined ? "" : String(Math.floor(n)));
  const lines = [
    ["bytes, minified", "raw", "gzip", "brotli", "gate", "goal"],
    ...rows.map(({ what, weight: { raw, gzip, brotli }, gate, goal }) => [
      what,
      ...[raw, gzip, brotli, gate, goal].map(bytes),
      gate && goal && (gzip > gate ? "over the gate" : gzip > goal ? "over the goal" : "good"),
    ]),
  ];
  for (const [what, ...cells] of lines) {
    const verdict = cells.splice(5).join("");
    console.log(
      `${what.padEnd(22)}${cells.map((cell) => cell.padStart(9)).join("")}  ${verdict}`.trimEnd(),
    );
  }
}

const rows = await measure();
print(rows);
const over = rows.filter(({ weight, gate }) => gate !== undefined && weight.gzip > gate);
if (process.argv.includes("--check") && over.length > 0) {
  console.error(`over the gate: ${over.map((row) => row.what).join(", ")}`);
  process.exitCode = 1;
}
