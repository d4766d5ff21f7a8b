// What the guides and the README show in JavaScript is correct for the package's types.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
/** `npm run consumers -- HTTP` checks and runs what it shows, with the libraries that it is about. */
const ELSEWHERE = "http-clients.md";
const guides = readdirSync(join(root, "docs")).filter(
  (name) => name.endsWith(".md") && name !== ELSEWHERE,
);
const pages = ["README.md", ...guides.map((name) => `docs/${name}`)];

/** TypeScript is checked strictly, and so is what the README shows; other JavaScript as far as it goes. */
const isStrictIn = (page, language) => page === "README.md" || language.startsWith("ts");

/** Whose JSX it is, where it is not React's. */
const SOLID = "/** @jsxImportSource solid-js */\n";

/** What a block may use that an earlier one made, or that is the application's own. */
const surroundings = `
import type { AuthClient } from "pkce-wasm";
declare global {
  const client: AuthClient;
  const body: BodyInit;
  function showSignInButton(reason?: string): void;
  function showRetryButton(reason?: string): void;
}`;

/** What Vite makes of a file, and what a framework has at run time. */
const assets = `
declare module "@solidjs/router";
declare module "react-router";
declare module "@tanstack/react-router";
declare module "$app/navigation";
declare module "*?url" { const url: string; export default url; }
declare module "*.vue" { const component: import("vue").Component; export default component; }`;

/** Modules of the application's own. */
const modules = {
  "client.ts": `export declare const client: import("pkce-wasm").AuthClient;`,
  "pages.ts": `export declare const Again: () => null, Orders: () => null;`,
  "lib/auth.ts": `export declare const auth: import("pkce-wasm/svelte").SvelteAuth;`,
  "app.routes.ts": `export declare const routes: import("@angular/router").Routes;`,
};

/** The blocks of a page that are JavaScript, and the lines on which they begin. */
function blocksOf(page) {
  const text = readFileSync(join(root, page), "utf8");
  return [...text.matchAll(/^```(tsx?|jsx?)\n(.*?)^```$/gms)].map((block) => ({
    isStrict: isStrictIn(page, block[1]),
    // An ellipsis stands for any options.
    content: (page === "docs/solid.md" ? SOLID : "") + block[2].replaceAll("{ … }", "({} as any)"),
    name: `${page.replaceAll("/", "-")}-line-${text.slice(0, block.index).split("\n").length}`,
  }));
}

function check(blocks, isStrict) {
  // Below the root, where `pkce-wasm` is this package.
  mkdirSync(join(root, "target"), { recursive: true });
  const folder = mkdtempSync(join(root, "target/snippets-"));
  try {
    writeFileSync(join(folder, "surroundings.d.ts"), surroundings);
    writeFileSync(join(folder, "assets.d.ts"), assets);
    for (const [name, content] of Object.entries(modules)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    for (const { name, content } of blocks) {
      writeFileSync(join(folder, `${name}.tsx`), `${content}\nexport {};\n`);
    }
    const compilerOptions = {
      target: "ES2022",
      lib: ["ES2022", "DOM"],
      types: [],
      module: "ESNext",
      moduleResolution: "bundler",
      jsx: "react-jsx",
      noEmit: true,
      strict: isStrict,
    };
    const config = { compilerOptions, include: ["."] };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    return spawnSync(process.execPath, [tsc, "--project", folder], { encoding: "utf8" }).stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

for (const isStrict of [true, false]) {
  const what = isStrict ? "README shows, and the TypeScript of docs/," : "docs/ show in JavaScript";
  test(`what ${what} is correct${isStrict ? " in strict mode" : ""}`, () => {
    const blocks = pages.flatMap(blocksOf).filter((block) => block.isStrict === isStrict);
    assert.ok(blocks.length > 0);
    assert.equal(check(blocks, isStrict), "");
  });
}
