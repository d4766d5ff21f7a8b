// `npm run docs`: the reference of the npm package and of the crate.
//
// TypeDoc does not know the TypeScript that compiles `js/`, so it comes with one of its own, from the
// registry, and only here.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { npm } from "../setup/node-modules.js";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const typedoc = join(here, "node_modules/typedoc/bin/typedoc");

function run(program, words, cwd, env = {}) {
  const options = { cwd, stdio: "inherit", env: { ...process.env, ...env } };
  const { status, error } = spawnSync(program, words, options);
  if (status !== 0) {
    console.error(`error: \`${[program, ...words].join(" ")}\` failed`, error ?? "");
    process.exit(1);
  }
}

const [installer, ...words] = npm;
if (!existsSync(typedoc)) run(installer, [...words, "ci", "--ignore-scripts"], here);
run(process.execPath, [typedoc], here);
const crate = "doc --package pkce-wasm --no-deps --features client --target wasm32-unknown-unknown";
run("cargo", crate.split(" "), root, { RUSTDOCFLAGS: "-D warnings" });
console.log(`
  npm    ${join(root, "target/api/index.html")}
  crate  ${join(root, "target/wasm32-unknown-unknown/doc/pkce_wasm/index.html")}`);
