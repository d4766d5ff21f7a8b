// Makes `command/` one script, `dist/pkce-wasm.js`: with what it imports of dist/, with its parsers, and with
// their licences, for they travel along.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { root } from "./run.js";

const { metafile, outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: ["command/main.js"],
  outfile: "dist/pkce-wasm.js",
  bundle: true,
  minify: true,
  charset: "utf8",
  // Modules rather than CommonJS, which asks for what it needs at run time.
  platform: "neutral",
  mainFields: ["module", "main"],
  external: ["node:*"],
  target: "node20.18",
  format: "esm",
  legalComments: "none",
  metafile: true,
  write: false,
});

const packages = Object.keys(metafile.inputs).flatMap(
  (path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? [],
);
const notices = [...new Set(packages)].sort().map((name) => {
  const folder = join(root, "node_modules", name);
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = ["LICENSE", "LICENSE.md", "LICENSE.txt"].find((each) =>
    existsSync(join(folder, each)),
  );
  if (file === undefined) throw new Error(`${name} has no licence to take along.`);
  const text = readFileSync(join(folder, file), "utf8").trim().replaceAll("*/", "* /");
  return `${name} ${version}\n\n${text}\n`;
});
const [{ text }] = outputFiles;
writeFileSync(
  join(root, "dist/pkce-wasm.js"),
  `${text.trimEnd()}\n/* What is bundled in here:\n\n${notices.join("\n")}*/\n`,
);
