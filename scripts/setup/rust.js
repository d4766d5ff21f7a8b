import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "../problem.js";
import { root, run } from "../run.js";

const TARGET = "wasm32-unknown-unknown";

/** Makes sure of Cargo, of a compiler that is new enough, and of its WebAssembly target. */
export async function prepareRust() {
  const version = ask("cargo", ["--version"]) && ask("rustc", ["--version"]);
  if (version === undefined) {
    throw new Problem(
      "Rust is missing: install it from https://rustup.rs, open a new terminal and try again.",
    );
  }
  const needed = readFileSync(join(root, "Cargo.toml"), "utf8").match(/rust-version = "(.+)"/)[1];
  const found = version.match(/\d+\.\d+\.\d+/)[0];
  if (isOlder(found, needed)) {
    throw new Problem(
      `Rust ${needed} or newer is needed, and this is ${found}: run rustup update and try again.`,
    );
  }
  const libraries = join(ask("rustc", ["--print", "sysroot"]), "lib/rustlib");
  if (!existsSync(join(libraries, TARGET))) await add("target", TARGET);
}

/** Makes sure of the formatter and the linter, which a minimal Rust does not have. */
export async function prepareRustTools() {
  for (const [tool, component] of [
    ["fmt", "rustfmt"],
    ["clippy", "clippy"],
  ]) {
    const { status } = spawnSync("cargo", [tool, "--version"], { cwd: root });
    if (status !== 0) await add("component", component);
  }
}

/** @param {"target" | "component"} kind @param {string} name */
async function add(kind, name) {
  const { status } = await run(`Installing Rust's ${name}`, ["rustup", kind, "add", name]).catch(
    (error) => {
      if (error.code === "ENOENT") return { status: 1 };
      throw error;
    },
  );
  if (status === 0) return;
  throw new Problem(
    `Rust's ${kind} ${name} is missing: run rustup ${kind} add ${name} (rustup is at https://rustup.rs) and try again.`,
  );
}

/** @returns {string | undefined} the program's answer, or undefined where there is no such program */
function ask(program, args) {
  const { error, status, stdout, stderr } = spawnSync(program, args, {
    cwd: root,
    encoding: "utf8",
  });
  if (error?.code === "ENOENT") return undefined;
  if (error) throw error;
  if (status !== 0) throw new Problem(`${program} does not run: ${stderr.trim().split("\n")[0]}`);
  return stdout.trim();
}

/** @param {string} found @param {string} needed */
export function isOlder(found, needed) {
  return found.localeCompare(needed, "en", { numeric: true }) < 0;
}
