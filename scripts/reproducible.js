// Builds the committed state twice, in other folders and with another home of Cargo, and compares what
// came out byte by byte: `npm run reproducible`. It takes some minutes, for both builds begin anew.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./run.js";

const home = process.env.CARGO_HOME ?? join(homedir(), ".cargo");
const scratch = mkdtempSync(join(tmpdir(), "pkce-wasm-"));

/** @returns {Map<string, string>} the hash of each file of `dist/` */
function build(folder) {
  const clone = join(scratch, folder, "pkce-wasm");
  const cargoHome = join(scratch, folder, "cargo");
  mkdirSync(cargoHome, { recursive: true });
  // What is downloaded already need not be again; the path to it is another all the same.
  symlinkSync(join(home, "registry"), join(cargoHome, "registry"));
  for (const name of ["config.toml", "config"]) {
    try {
      symlinkSync(readFileSync(join(home, name)) && join(home, name), join(cargoHome, name));
    } catch {
      // Not every machine has one.
    }
  }
  execFileSync("git", ["clone", "--quiet", root, clone], { stdio: "inherit" });
  symlinkSync(join(root, "node_modules"), join(clone, "node_modules"));
  execFileSync("cargo", ["xtask", "build"], {
    cwd: clone,
    stdio: "inherit",
    env: { ...process.env, CARGO_HOME: cargoHome },
  });
  const dist = join(clone, "dist");
  const files = readdirSync(dist, { recursive: true, withFileTypes: true });
  return new Map(
    files
      .filter((file) => file.isFile())
      .map((file) => join(file.parentPath, file.name))
      .map((path) => [
        path.slice(dist.length + 1),
        createHash("sha256").update(readFileSync(path)).digest("hex"),
      ])
      .sort(),
  );
}

try {
  const [one, other] = [build("one"), build(join("another", "and", "longer"))];
  const names = new Set([...one.keys(), ...other.keys()]);
  const different = [...names].filter((name) => one.get(name) !== other.get(name));
  for (const name of different) console.error(`differs: ${name}`);
  console.log(`${names.size - different.length} of ${names.size} files are the same`);
  console.log(`core.wasm  sha256 ${one.get("core/core.wasm")}`);
  if (different.length > 0) process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true });
}
