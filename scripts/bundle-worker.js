// Makes `js/worker/` a text in a script, `dist/on-demand/token-worker-inline.js`: bundlers lose files that a
// package has beside its scripts.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { root } from "./run.js";

const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: ["js/worker/main.ts"],
  bundle: true,
  minify: true,
  charset: "utf8",
  target: "es2022",
  format: "iife",
  write: false,
});
const folder = join(root, "dist/on-demand");
mkdirSync(folder, { recursive: true });
const file = join(folder, "token-worker-inline");
writeFileSync(`${file}.js`, `export default ${JSON.stringify(outputFiles[0].text.trim())};\n`);
writeFileSync(`${file}.d.ts`, "declare const source: string;\nexport default source;\n");
