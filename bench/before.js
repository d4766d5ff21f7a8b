import { execFileSync } from "node:child_process";
import { existsSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Builds the package as it was at a revision, beside the present one.
 *
 * @param {string} revision as git knows it
 * @returns {string} the folder with what was built
 */
export function buildBefore(revision) {
  const git = (...args) => execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim();
  const commit = git("rev-parse", "--verify", `${revision}^{commit}`);
  const folder = join(root, "target/before");
  const source = join(folder, commit);
  const dist = join(source, "dist");
  if (existsSync(join(dist, "index.js"))) return dist;
  rmSync(source, { recursive: true, force: true });
  execFileSync("git", ["clone", "--quiet", "--no-checkout", root, source]);
  execFileSync("git", ["checkout", "--quiet", commit], { cwd: source });
  symlinkSync(join(root, "node_modules"), join(source, "node_modules"));
  const env = { ...process.env, CARGO_TARGET_DIR: join(folder, "target") };
  execFileSync("cargo", ["xtask", "build"], { cwd: source, env, stdio: "inherit" });
  return dist;
}
