import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Bundles a page that imports the entry. */
async function bundle(entry) {
  const { metafile } = await build({
    stdin: { contents: `export * from "${entry}";`, resolveDir: root, sourcefile: "page.js" },
    absWorkingDir: root,
    outdir: "out",
    bundle: true,
    splitting: true,
    format: "esm",
    metafile: true,
    write: false,
    logLevel: "error",
  });
  return metafile;
}

for (const entry of ["pkce-wasm", "pkce-wasm/slim"]) {
  test(`a page that imports ${entry} waits for all of first-load/, and for nothing that comes later`, async () => {
    const { inputs } = await bundle(entry);
    const waitedFor = new Set(["page.js"]);
    for (const file of waitedFor) {
      for (const { path, kind } of inputs[file].imports) {
        if (kind === "import-statement") waitedFor.add(path);
      }
    }
    const folders = [...waitedFor].map((file) => file.split("/").slice(1, -1).join("/"));
    assert.deepEqual([...new Set(folders)].sort(), ["", "first-load"]);
    const files = readdirSync(`${root}/dist/first-load`).filter((name) => name.endsWith(".js"));
    assert.deepEqual(
      files.filter((name) => !waitedFor.has(`dist/first-load/${name}`)),
      [],
    );
  });

  test(`a bundled page waits for one script of ${entry}, which has nothing in common with later ones`, async () => {
    const metafile = await bundle(entry);
    const scripts = Object.values(metafile.outputs);
    const page = scripts.find(({ entryPoint }) => entryPoint === "page.js");
    const kinds = page.imports.map(({ kind }) => kind);
    assert.deepEqual([...new Set(kinds)], ["dynamic-import"]);

    const isLater = (script) => Object.keys(script.inputs).some((path) => path.includes("core/"));
    const core = scripts.find((script) => script !== page && isLater(script));
    assert.ok(core, "the core is in a script of its own");
    assert.ok(!isLater(page));
    assert.deepEqual(
      core.imports.filter(({ kind }) => kind === "import-statement"),
      [],
    );
  });
}
