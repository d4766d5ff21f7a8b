// Checks every lock file: Rust's by cargo-deny (bans, licences, sources), npm's by `npm audit`. Not among
// the tests, for the one has to be compiled and the other asks the registry: `npm run supply-chain`.
import { execFileSync, spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { root } from "./run.js";

const tracked = execFileSync("git", ["ls-files", "-z", "*Cargo.lock", "*package-lock.json"], {
  cwd: root,
  encoding: "utf8",
});
const locks = tracked.split("\0").filter(Boolean);
let isGood = true;

for (const lock of locks.filter((file) => file.endsWith("Cargo.lock"))) {
  const manifest = join(dirname(lock), "Cargo.toml");
  const words = [
    "deny",
    "--workspace",
    "--config",
    "deny.toml",
    "--manifest-path",
    manifest,
    "check",
  ];
  console.log(`\n${manifest}: cargo deny`);
  const checks = ["bans", "licenses", "sources"];
  const { status } = spawnSync("cargo", [...words, ...checks], { cwd: root, stdio: "inherit" });
  if (status !== 0) isGood = false;
}

// What the consumers install is pinned to be old, some of it.
const audited = locks.filter((file) => /^(?!tests).*package-lock\.json$/.test(file));
for (const lock of audited) {
  console.log(`\n${lock}: npm audit`);
  const { stdout } = spawnSync("npm", ["audit", "--json"], {
    cwd: join(root, dirname(lock)),
    encoding: "utf8",
  });
  const { vulnerabilities, message = "no answer" } = JSON.parse(stdout || "{}");
  if (vulnerabilities === undefined) {
    console.log(`not checked: ${message}`);
    continue;
  }
  for (const { name, severity, range } of Object.values(vulnerabilities)) {
    console.log(`${severity}: ${name} ${range}`);
    isGood = false;
  }
}
process.exit(isGood ? 0 : 1);
