// `npm run docs`: the documentation as a site, with the reference of the npm package and the playground; and the
// crate's reference. It fails for a dead link and for a page that is too long; with `--check`, the site is looked
// at in Chromium, too.
//
// TypeDoc does not know the TypeScript that compiles `js/`, so it comes with one of its own, from the
// registry, and only here. So does VitePress.
import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { installBrowsers } from "../setup/browsers.js";
import { npm } from "../setup/node-modules.js";
import { deadLinks } from "./links.js";
import { writePages } from "./pages.js";
import { writePlayground } from "./playground.js";
import { longPages } from "./words.js";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const site = join(root, "target/site");
const tool = (path) => join(here, "node_modules", path);
const [typedoc, vitepress] = ["typedoc/bin/typedoc", "vitepress/bin/vitepress.js"].map(tool);
const others = ["axe-core", "beautiful-mermaid", "typedoc-plugin-markdown"].map(tool);

function run(program, words, cwd, env = {}) {
  const options = { cwd, stdio: "inherit", env: { ...process.env, ...env } };
  const { status, error } = spawnSync(program, words, options);
  if (status !== 0) {
    console.error(`error: \`${[program, ...words].join(" ")}\` failed`, error ?? "");
    process.exit(1);
  }
}

const [installer, ...words] = npm;
if (![typedoc, vitepress, ...others].every(existsSync))
  run(installer, [...words, "ci", "--ignore-scripts"], here);
rmSync(join(root, "target/api"), { recursive: true, force: true });
run(process.execPath, [typedoc], here);
writePages(root);
run(process.execPath, [vitepress, "build"], here);
await writePlayground(join(site, "playground"), "/playground/");
const faults = [...deadLinks(site).map((link) => `dead link: ${link}`), ...longPages(root)];
if (process.argv.includes("--check")) {
  await installBrowsers(["chromium"]);
  const { look } = await import("./look.js");
  faults.push(...(await look(site)));
}
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exit(1);
const crate = "doc --package pkce-wasm --no-deps --features client --target wasm32-unknown-unknown";
run("cargo", crate.split(" "), root, { RUSTDOCFLAGS: "-D warnings" });
console.log(`
  site   ${site}, for any server of files
  crate  ${join(root, "target/wasm32-unknown-unknown/doc/pkce_wasm/index.html")}`);
