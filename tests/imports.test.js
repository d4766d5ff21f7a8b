import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { circles } from "./imports/circles.js";
import * as javascript from "./imports/javascript.js";
import * as rust from "./imports/rust.js";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * What the files of a folder of js/ may import, not even a type of anything else, and what they may load
 * later. Entries, which are at the top, put together what they need.
 */
const ROOMS = {
  "types/": { imports: ["types/"] },
  // What a signed-in page waits for.
  "first-load/": { imports: ["first-load/", "types/"], loads: ["on-demand/"] },
  // Nothing that came first: bundlers would make another file of what both have, for every page to wait
  // for. `core/` is what wasm-bindgen makes.
  "with-core/": { imports: ["with-core/", "types/", "core/"], loads: ["on-demand/", "core/"] },
  "on-demand/": { imports: ["on-demand/", "types/"] },
  // Runs in a worker of its own, as a text in `on-demand/token-worker-inline.js`.
  "worker/": { imports: ["worker/", "types/", "with-core/platform.js"] },
  // Another way to come by the core.
  "slim/": { imports: ["slim/", "types/", "with-core/", "core/"] },
  // What the entries for frameworks have in common; it knows none of them.
  "frameworks/": { imports: ["frameworks/", "types/"] },
  "presets/": { imports: ["presets/", "types/", "first-load/error.ts"] },
  "testing/": { imports: ["testing/", "types/"] },
  "doctor/": { imports: ["doctor/", "types/", "core/"], loads: ["with-core/core.ts"] },
  // It has a client of its own.
  "oidc-client-ts/": {
    imports: ["oidc-client-ts/", "types/", "first-load/"],
    loads: ["with-core/core.ts"],
  },
};

/** The sources of a folder by their paths in it. */
function sourcesIn(folder, pattern) {
  const files = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    files.map((file) => [
      file.slice(join(root, folder).length + 1).replaceAll(sep, "/"),
      readFileSync(file, "utf8"),
    ]),
  );
}

const scripts = javascript.importsOf(sourcesIn("js", /\.[jt]s$/));
const sources = sourcesIn("src", /\.rs$/);
const modules = rust.importsOf(sources);

const pathsOnly = (imports) =>
  new Map([...imports].map(([file, all]) => [file, all.map(({ path }) => path)]));

test("no files of js/ import each other in a circle, not even types", () => {
  assert.ok(scripts.size > 40);
  assert.deepEqual(circles(pathsOnly(scripts)), []);
});

test("each folder of js/ imports what its room may, and no more", () => {
  assert.deepEqual(javascript.forbidden(scripts, ROOMS), []);
});

test("an app in Rust gets every script that its scripts import, and none of them imports the glue", () => {
  const listed = sources.get("web/scripts.rs").matchAll(/module = "\/js\/(.+?)"/g);
  const brought = [...listed].map(([, path]) => path);
  const imports = javascript.importsOf(sourcesIn("js", /\.js$/));
  const missing = brought.flatMap((file) =>
    imports
      .get(file)
      .filter(({ path }) => !brought.includes(path))
      .map(({ path }) => `${file} imports ${path}, which src/web/scripts.rs does not bring along`),
  );
  assert.ok(brought.length > 5);
  assert.deepEqual(missing, []);
});

/** What an entry brings together with the package. */
const FRAMEWORKS = [
  ...["react", "vue", "svelte/reactivity", "solid-js"],
  ...["@angular/core", "@angular/common", "@angular/common/http", "@angular/router", "rxjs"],
];

test("each import within js/ leads to a file, to the core, or to an entry's framework", () => {
  const leads = [...scripts.values()].flat().map(({ path }) => path);
  const isThere = (path) =>
    scripts.has(path) ||
    /^core\/(core|core-inline|later-inline)\.js$/.test(path) ||
    path === "on-demand/token-worker-inline.js";
  assert.deepEqual(
    leads.filter((path) => !FRAMEWORKS.includes(path) && !isThere(path)),
    [],
  );
});

test("no files of command/ import each other in a circle, and its notations import no system", () => {
  const files = javascript.importsOf(sourcesIn("command", /\.js$/));
  assert.ok(files.size > 30);
  assert.deepEqual(circles(pathsOnly(files)), []);
  const room = {
    imports: ["forms/", "problem.js", "../dist/", "yaml", "@babel/parser", "unbash", "node:fs"],
  };
  const forms = new Map([...files].filter(([file]) => file.startsWith("forms/")));
  assert.deepEqual(javascript.forbidden(forms, { "forms/": room }), []);
});

test("no modules of src/ import each other in a circle", () => {
  assert.ok(modules.size > 25);
  assert.deepEqual(circles(modules), []);
});

test("each module of src/ imports only what lib.rs lists before it", () => {
  assert.deepEqual(rust.outOfOrder(modules, rust.listed(sources.get("lib.rs"))), []);
});

test("a circle is found whatever kind of import closes it, and named file by file", () => {
  const made = javascript.importsOf(
    new Map([
      ["first-load/a.ts", 'import { b } from "./b.js";'],
      ["first-load/b.ts", 'export * from "./c.js";\nexport const b = () => import("./d.js");'],
      ["first-load/c.ts", 'import type { A } from "./a.js";'],
      ["first-load/d.js", "export const d = 1;"],
      ["first-load/d.d.ts", 'export declare const d: import("./b.js").B;'],
      ["first-load/e.ts", 'import "./a.js";'],
    ]),
  );
  assert.deepEqual(circles(pathsOnly(made)), [
    "first-load/a.ts → first-load/b.ts → first-load/c.ts → first-load/a.ts",
    "first-load/b.ts → first-load/d.js → first-load/b.ts",
  ]);
});

test("an import that its room may not have is named with its file", () => {
  const made = javascript.importsOf(
    new Map([
      ["index.ts", 'import "./first-load/client.js";\nimport "react";'],
      ["first-load/client.ts", 'void import("../on-demand/windows.js");'],
      ["first-load/page.ts", 'import { handOver } from "../on-demand/windows.js";'],
      ["with-core/newest.ts", 'import type { Page } from "../first-load/page.js";'],
      ["with-core/steps.d.ts", 'import type { Core } from "../core/core.js";'],
      ["on-demand/windows.ts", 'import { debounce } from "lodash";'],
      ["utils/text.ts", ""],
    ]),
  );
  assert.deepEqual(javascript.forbidden(made, ROOMS), [
    "first-load/page.ts imports on-demand/windows.ts",
    "with-core/newest.ts imports first-load/page.ts",
    "on-demand/windows.ts imports lodash",
    "utils/text.ts is in a folder of which nothing is said",
  ]);
});

test("Rust's imports are found in groups, in paths and behind what is exported on", () => {
  const lib = "pub mod http;\nmod dpop; // mod uri;\n#[cfg(wasm)]\npub mod web;\nmod session;";
  const made = rust.importsOf(
    new Map([
      ["lib.rs", lib],
      ["http.rs", "use crate::{dpop::{self, Proof}, session as _};"],
      ["dpop.rs", '/// [`crate::web`]\nfn f() -> &str { crate::http::send(); "crate::web::g" }'],
      ["session.rs", ""],
      ["web/mod.rs", "mod steps;\nmod storage;\npub use steps::Core;"],
      ["web/steps.rs", "use super::storage::{blocked as is_blocked};"],
      ["web/storage.rs", "use super::Core;\nuse alloc::string::String;"],
    ]),
  );
  assert.deepEqual([...made.get("http.rs")], ["dpop.rs", "session.rs"]);
  assert.deepEqual(circles(made), [
    "dpop.rs → http.rs → dpop.rs",
    "web/steps.rs → web/storage.rs → web/steps.rs",
  ]);
  assert.deepEqual(rust.outOfOrder(made, rust.listed(lib)), [
    "http.rs imports dpop.rs, which lib.rs lists later",
    "http.rs imports session.rs, which lib.rs lists later",
  ]);
});
