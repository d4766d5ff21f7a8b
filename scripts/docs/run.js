// `npm run docs`: the documentation as a site, with the reference of the npm package; and the crate's.
//
// TypeDoc does not know the TypeScript that compiles `js/`, so it comes with one of its own, from the
// registry, and only here. So does VitePress, which fails for a dead link.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { npm } from "../setup/node-modules.js";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const tool = (path) => join(here, "node_modules", path);
const [typedoc, vitepress] = ["typedoc/bin/typedoc", "vitepress/bin/vitepress.js"].map(tool);

function run(program, words, cwd, env = {}) {
  const options = { cwd, stdio: "inherit", env: { ...process.env, ...env } };
  const { status, error } = spawnSync(program, words, options);
  if (status !== 0) {
    console.error(`error: \`${[program, ...words].join(" ")}\` failed`, error ?? "");
    process.exit(1);
  }
}

const [installer, ...words] = npm;
if (![typedoc, vitepress].every(existsSync))
  run(installer, [...words, "ci", "--ignore-scripts"], here);
run(process.execPath, [typedoc], here);
run(process.execPath, [vitepress, "build"], here);
cpSync(join(root, "target/api"), join(root, "target/site/api"), { recursive: true });
const crate = "doc --package pkce-wasm --no-deps --features client --target wasm32-unknown-unknown";
run("cargo", crate.split(" "), root, { RUSTDOCFLAGS: "-D warnings" });
console.log(`
  site   ${join(root, "target/site")}, for any server of files
  crate  ${join(root, "target/wasm32-unknown-unknown/doc/pkce_wasm/index.html")}`);
