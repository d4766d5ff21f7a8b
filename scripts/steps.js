import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "./problem.js";
import { root } from "./run.js";
import { buildPrograms } from "./setup/build.js";

/**
 * What has to be there before a step runs; "build" is a step itself.
 * @typedef {"node modules" | "rust" | "rust tools" | "browsers" | "build"} Need
 */

/**
 * @typedef {object} Step
 * @property {string} name what `--only` takes
 * @property {string} title
 * @property {() => string[][]} programs run one after the other, up to the first that fails
 * @property {Record<string, string>} [env]
 * @property {"first" | "rust" | "last"} [when] before all others; beside those of no such word; after them, as
 *   tests of a page's timers want a machine to themselves
 * @property {boolean} [tests] the last program is a test runner: its output is shown and its tests are counted
 * @property {Need[]} needs
 */

const cargo = (words) => ["cargo", ...words.split(" ")];
/** The fuzzer itself needs nightly Rust: the seeds and what is made of them do not. */
const fuzz = (command, flags) =>
  cargo(
    `${command} --locked --manifest-path fuzz/Cargo.toml --no-default-features --target-dir target ${flags}`,
  );
const nodeTool = (name) => join(root, "node_modules/.bin", name);

/** Each version has a program of the same name. */
const tsc = (version) => join(root, "node_modules", version, "bin/tsc");

/** Every major version of `node --test` finds the files of a folder in another way, so each is named. */
function testFiles(folder) {
  const names = existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : [];
  const files = names.filter((name) => name.endsWith(".test.js")).map((name) => join(folder, name));
  if (files.length === 0) throw new Problem(`There is no *.test.js in ${folder}.`);
  return files;
}

/** No file of tests takes a quarter as long; one that hangs is to fail, and to say which it is. */
const TEST_TIMEOUT_MILLIS = 600_000;

const nodeTest = (folder, ...flags) => [
  process.execPath,
  "--test",
  "--test-reporter=spec",
  `--test-timeout=${TEST_TIMEOUT_MILLIS}`,
  ...flags,
  ...testFiles(folder),
];

/** @type {Step[]} in the order in which they run: what is quick to fail comes first. */
export const steps = [
  {
    name: "format",
    title: "Formatting",
    when: "first",
    programs: () => [
      cargo("fmt --all --check"),
      cargo("fmt --manifest-path fuzz/Cargo.toml --check"),
      [nodeTool("prettier"), "--check", "--log-level=warn", "."],
    ],
    needs: ["node modules", "rust", "rust tools"],
  },
  {
    name: "build",
    title: "Build",
    when: "first",
    programs: () => buildPrograms.map(([, program]) => program),
    needs: ["node modules", "rust"],
  },
  {
    name: "clippy",
    title: "Lints",
    when: "rust",
    programs: () => [
      cargo("clippy --locked --workspace --all-targets -- -D warnings"),
      cargo(
        "clippy --package pkce-wasm --all-features --target wasm32-unknown-unknown -- -D warnings",
      ),
    ],
    needs: ["rust", "rust tools"],
  },
  {
    name: "native",
    title: "Rust tests",
    when: "rust",
    programs: () => [cargo("test --workspace --no-run"), cargo("test --workspace --no-fail-fast")],
    tests: true,
    needs: ["rust"],
  },
  {
    name: "fuzz",
    title: "Fuzz targets",
    when: "rust",
    programs: () => [
      fuzz("clippy", "--all-targets -- -D warnings"),
      fuzz("test", "--no-run"),
      fuzz("test", "--no-fail-fast"),
    ],
    tests: true,
    needs: ["rust", "rust tools"],
  },
  {
    name: "doc",
    title: "Rust documentation",
    when: "rust",
    programs: () => [
      cargo("doc --workspace --no-deps"),
      cargo("doc --package pkce-wasm --no-deps --features client --target wasm32-unknown-unknown"),
    ],
    env: { RUSTDOCFLAGS: "-D warnings" },
    needs: ["rust"],
  },
  {
    name: "types",
    title: "Types",
    programs: () => [
      [process.execPath, tsc("typescript"), "--project", "tsconfig.json", "--noEmit"],
      [process.execPath, tsc("typescript"), "--project", "js/worker"],
      ...["typescript", "typescript-6", "typescript-5"].flatMap((version) =>
        ["tsconfig.json", "tsconfig.node16.json"].map((config) => [
          process.execPath,
          tsc(version),
          "--project",
          `tests/types/${config}`,
        ]),
      ),
    ],
    needs: ["build"],
  },
  {
    name: "size",
    title: "Size",
    when: "rust",
    programs: () => [cargo("xtask size --check")],
    needs: ["build"],
  },
  {
    name: "package",
    title: "Package",
    programs: () => [
      [nodeTool("publint"), "run", "--strict"],
      [process.execPath, "scripts/package-files.js"],
      [process.execPath, "scripts/api.js"],
      // The plain file has no types.
      [
        nodeTool("attw"),
        ..."--pack . --profile esm-only --exclude-entrypoints core.wasm".split(" "),
      ],
    ],
    needs: ["build"],
  },
  {
    name: "scripts",
    title: "Script tests",
    programs: () => [nodeTest("scripts/test")],
    tests: true,
    needs: ["node modules"],
  },
  {
    name: "hosted-ui",
    title: "Hosted UI tests",
    programs: () => [nodeTest("hosted-ui/test")],
    tests: true,
    needs: ["node modules"],
  },
  {
    name: "presets",
    title: "Preset tests",
    programs: () => [nodeTest("tests")],
    tests: true,
    needs: ["build"],
  },
  {
    name: "frameworks",
    title: "Frameworks",
    programs: () => [nodeTest("tests/frameworks")],
    tests: true,
    needs: ["build"],
  },
  {
    name: "import",
    title: "Importer tests",
    programs: () => [nodeTest("tests/import")],
    tests: true,
    needs: ["build"],
  },
  {
    name: "doctor",
    title: "Doctor tests",
    programs: () => [nodeTest("tests/doctor")],
    tests: true,
    needs: ["build"],
  },
  {
    name: "simulate",
    title: "Simulated histories",
    programs: () => [nodeTest("tests/simulate")],
    tests: true,
    needs: ["build"],
  },
  {
    name: "hostile",
    title: "Hostile providers",
    programs: () => [nodeTest("tests/hostile")],
    tests: true,
    needs: ["build", "browsers"],
  },
  {
    name: "mistakes",
    title: "Mistakes of a first hour",
    programs: () => [nodeTest("tests/mistakes")],
    tests: true,
    needs: ["build", "browsers"],
  },
  {
    name: "e2e",
    title: "Tests in browsers",
    when: "last",
    programs: () => [nodeTest("tests/e2e", "--test-concurrency=2")],
    tests: true,
    needs: ["build", "browsers"],
  },
  {
    name: "react",
    title: "React tests",
    when: "last",
    programs: () => [nodeTest("tests/react", "--test-concurrency=1")],
    tests: true,
    needs: ["build", "browsers"],
  },
  {
    name: "oidc-client-ts",
    title: "oidc-client-ts tests",
    when: "last",
    programs: () => [nodeTest("tests/oidc-client-ts", "--test-concurrency=1")],
    tests: true,
    needs: ["build", "browsers"],
  },
];
