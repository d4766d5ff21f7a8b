import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

for (const entry of ["pkce-wasm", "pkce-wasm/slim"]) {
  test(`a bundled page waits for one script of ${entry}, which has nothing in common with later ones`, async () => {
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
