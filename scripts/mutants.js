// Breaks the core's checks one by one, and shows which breaks no native test notices:
// docs/testing.md. What follows `--` goes to cargo-mutants, such as `--file src/callback.rs`.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "./run.js";

// Each mutant has the tests linked anew. As one program instead of thirty that takes seconds, so
// that they are put together in a copy.
const copy = join(root, "target/mutants");
rmSync(copy, { recursive: true, force: true });
const files = execFileSync(
  "git",
  ["ls-files", "-z", "--cached", "--others", "--exclude-standard"],
  {
    cwd: root,
    encoding: "utf8",
  },
);
const wanted =
  /^(Cargo\.(toml|lock)|\.cargo\/|docs\/errors|js\/|src\/|xtask\/|tests\/(\w+\.rs|common\/|fixtures\/|hostile\/core\.rs))/;
for (const file of files.split("\0").filter((file) => wanted.test(file))) {
  mkdirSync(dirname(join(copy, file)), { recursive: true });
  cpSync(join(root, file), join(copy, file));
}
const manifest = join(copy, "Cargo.toml");
const one = `autotests = false\n\n[[test]]\nname = "all"\npath = "tests/all.rs"\n\n[lib]`;
writeFileSync(manifest, readFileSync(manifest, "utf8").replace("\n[lib]", one));
const tests = readdirSync(join(copy, "tests")).filter((file) => file.endsWith(".rs"));
const modules = tests.map((file) => `#[path = "${file}"]\nmod ${file.slice(0, -3)};\n`);
writeFileSync(join(copy, "tests/all.rs"), modules.join(""));

const words = ["mutants", "--in-place", "--output", join(root, "target"), ...process.argv.slice(2)];
const { status, error } = spawnSync("cargo", words, { cwd: copy, stdio: "inherit" });
if (error) throw error;
process.exit(status ?? 1);
