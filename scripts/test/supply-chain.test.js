import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "../run.js";

// What `npm run supply-chain` checks needs cargo-deny and the registry; this much needs neither.
const read = (file) => readFileSync(join(root, file), "utf8");
const locks = (name) =>
  execFileSync("git", ["ls-files", "-z", `*${name}`], { cwd: root, encoding: "utf8" })
    .split("\0")
    .filter(Boolean);

/** The packages of a Cargo.lock: the values of their members by name. */
function crates(lock) {
  const blocks = read(lock).split("[[package]]").slice(1);
  return blocks.map((block) =>
    Object.fromEntries(
      [...block.matchAll(/^(\w+) = "(.*)"$/gm)].map(([, name, text]) => [name, text]),
    ),
  );
}

const ours = ["pkce-wasm", "pkce-wasm-fuzz", "pkce-wasm-native-bench", "xtask", "yew-example"];
const banned = /^deny = \[(.*)\]$/m
  .exec(read("deny.toml"))[1]
  .split(",")
  .map((name) => JSON.parse(name));

test("every crate comes from crates.io, with its checksum, and none is banned", () => {
  const lockFiles = locks("Cargo.lock");
  assert.ok(lockFiles.includes("Cargo.lock"));
  assert.deepEqual(banned, ["curl", "reqwest", "ureq"]);
  for (const lock of lockFiles) {
    const all = crates(lock);
    assert.ok(all.length > 10, lock);
    for (const { name, source, checksum } of all) {
      assert.ok(!banned.includes(name), `${lock}: ${name}`);
      if (source === undefined) {
        assert.ok(ours.includes(name), `${lock}: ${name}`);
        continue;
      }
      assert.equal(source, "registry+https://github.com/rust-lang/crates.io-index", name);
      assert.match(checksum, /^[0-9a-f]{64}$/, `${lock}: ${name}`);
    }
  }
});

test("every npm package comes from the registry, with its hash", () => {
  const lockFiles = locks("package-lock.json");
  assert.ok(lockFiles.includes("package-lock.json"));
  for (const lock of lockFiles) {
    for (const [path, { resolved, integrity, link }] of Object.entries(
      JSON.parse(read(lock)).packages,
    )) {
      if (!path.includes("node_modules/") || link) continue;
      // `.npmrc` leaves the registry out of the lock files; what is from elsewhere would be named.
      const isRegistrys = resolved?.startsWith("https://registry.npmjs.org/") ?? true;
      assert.ok(isRegistrys, `${lock}: ${path}`);
      assert.match(integrity, /^sha512-/, `${lock}: ${path}`);
    }
  }
});

test("the package depends on nothing at run time, and runs nothing when it is installed", () => {
  const { dependencies, optionalDependencies, bundleDependencies, scripts } = JSON.parse(
    read("package.json"),
  );
  assert.deepEqual(
    [dependencies, optionalDependencies, bundleDependencies],
    [undefined, undefined, undefined],
  );
  for (const name of ["preinstall", "install", "postinstall", "prepare"]) {
    assert.equal(scripts[name], undefined, name);
  }
});
