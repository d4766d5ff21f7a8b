// What the module would weigh if it were built otherwise: `npm run variants --prefix bench`. Each variant
// is an edit to a copy of what is committed, which is then built; docs/benchmarks.md gets the table.
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { format } from "prettier";

const root = fileURLToPath(new URL("..", import.meta.url));
const page = new URL("../docs/benchmarks.md", import.meta.url);
const BEGIN = "<!-- `npm run variants` writes from here -->";
const END = "<!-- to here, the variants -->";

/** @type {{ name: string, edits: [file: string, from: string | RegExp, to: string][] }[]} */
const variants = [
  { name: "as it is", edits: [] },
  {
    name: '`opt-level = "s"`',
    edits: [["Cargo.toml", 'opt-level = "z"', 'opt-level = "s"']],
  },
  { name: "`opt-level = 3`", edits: [["Cargo.toml", 'opt-level = "z"', "opt-level = 3"]] },
  { name: "`lto = false`", edits: [["Cargo.toml", "lto = true", "lto = false"]] },
  {
    name: "Rust's own allocator",
    edits: [
      [
        "src/web/mod.rs",
        /\/\/\/ The standard allocator.*\n#\[cfg\(feature = "npm"\)\]\n#\[global_allocator\]\n.*\n/,
        "",
      ],
    ],
  },
  {
    name: "the compiler's stack of a mebibyte",
    edits: [["xtask/src/wasm.rs", "32 * 1024", "1024 * 1024"]],
  },
  {
    name: "panics with their messages",
    edits: [["xtask/src/wasm.rs", "    silence(output.wasm_mut())?;\n", ""]],
  },
  {
    name: "the places in the sources that panics would name",
    edits: [["xtask/src/silence.rs", "    forget_places(module);\n", ""]],
  },
  {
    name: "LLVM inlining less: `-inline-threshold=0`",
    edits: [
      [
        "xtask/src/wasm.rs",
        "    Ok(flags.into())\n",
        '    flags.push("-Cllvm-args=-inline-threshold=0".to_owned());\n    Ok(flags.into())\n',
      ],
    ],
  },
  {
    name: "`wasm-opt -Oz` and no more",
    edits: [
      ["xtask/src/wasm.rs", /"--flatten",[\s\S]*"--converge",/, '"-Oz",'],
      [
        "xtask/src/wasm.rs",
        /"--one-caller-inline-max-function-size=20",\s+"--skip-pass=local-cse",/,
        "",
      ],
    ],
  },
  {
    name: "`wasm-opt` with its own rules for inlining and common subexpressions",
    edits: [
      [
        "xtask/src/wasm.rs",
        /"--one-caller-inline-max-function-size=20",\s+"--skip-pass=local-cse",/,
        "",
      ],
    ],
  },
];

// One place for all, so that what does not change need not be compiled ten times over.
const folder = join(root, "target/variants");
const source = join(folder, "source");

/** @returns {{ raw: number, gzip: number }} what the module of that variant weighs */
function build({ edits }) {
  rmSync(source, { recursive: true, force: true });
  execFileSync("git", ["clone", "--quiet", root, source]);
  symlinkSync(join(root, "node_modules"), join(source, "node_modules"));
  for (const [file, from, to] of edits) {
    const path = join(source, file);
    const before = readFileSync(path, "utf8");
    const after = before.replace(from, to);
    if (after === before) throw new Error(`nothing in ${file} is ${from}`);
    writeFileSync(path, after);
  }
  const env = { ...process.env, CARGO_TARGET_DIR: join(folder, "target") };
  execFileSync("cargo", ["xtask", "build"], {
    cwd: source,
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const wasm = readFileSync(join(source, "dist/core/core.wasm"));
  return { raw: wasm.length, gzip: gzipSync(wasm, { level: 9 }).length };
}

const built = variants.map((variant) => {
  const weight = build(variant);
  console.log(variant.name, weight);
  return { ...variant, ...weight };
});
const [present] = built;
const number = (value) => value.toLocaleString("en");
const rows = built.map(({ name, raw, gzip }) => {
  const more = gzip - present.gzip;
  const change = more === 0 ? "" : `${more > 0 ? "+" : "−"}${number(Math.abs(more))}`;
  return `| ${name} | ${number(raw)} | ${number(gzip)} | ${change} |`;
});
const table = ["| `core.wasm` | bytes | gzip | |", "| --- | --: | --: | --: |", ...rows].join("\n");
const [before, rest] = readFileSync(page, "utf8").split(BEGIN);
const [, after] = rest.split(END);
const whole = [before, BEGIN, "\n\n", table, "\n\n", END, after].join("");
writeFileSync(page, await format(whole, { parser: "markdown", printWidth: 100 }));
