// What the core's steps cost, in instructions. By itself, `npm run native`, it compares them with those
// that were committed: `--accept` commits to the new ones.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";

const crate = fileURLToPath(new URL("../native/", import.meta.url));
const program = join(crate, "target/release/pkce-wasm-native-bench");
const baseline = new URL("../baseline.json", import.meta.url);
/** The counts are exact for one compiler and one C library; another version of these moves them a little. */
const TOLERANCE = 1.02;

/** @returns {Record<string, number>} the instructions of each step */
export function native() {
  execFileSync("cargo", ["build", "--quiet", "--locked", "--release"], { cwd: crate });
  const steps = execFileSync(program, { encoding: "utf8" }).trim().split("\n");
  return Object.fromEntries(steps.map((step) => [step, instructions(step)]));
}

function instructions(step) {
  const folder = mkdtempSync(join(tmpdir(), "callgrind-"));
  const file = join(folder, "out");
  try {
    const options = [
      "--tool=callgrind",
      "--toggle-collect=*::measured*",
      `--callgrind-out-file=${file}`,
    ];
    execFileSync("valgrind", [...options, program, step], { stdio: ["ignore", "ignore", "pipe"] });
    const [, total] = /^(?:summary|totals): (\d+)$/m.exec(readFileSync(file, "utf8")) ?? [];
    if (!Number(total)) throw new Error(`callgrind counted nothing in "${step}"`);
    return Number(total);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function compare(counts) {
  const before = JSON.parse(readFileSync(baseline, "utf8"));
  for (const step of new Set([...Object.keys(before), ...Object.keys(counts)])) {
    const [was, is] = [before[step], counts[step]];
    const isMore = was === undefined || is === undefined || is > was * TOLERANCE;
    if (isMore) process.exitCode = 1;
    const change = was && is ? `${(((is - was) / was) * 100).toFixed(1)} %` : "not in both";
    console.log(`${isMore ? "✗" : " "} ${step}: ${was ?? "–"} → ${is ?? "–"} (${change})`);
  }
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const counts = native();
  if (argv.includes("--accept")) writeFileSync(baseline, `${JSON.stringify(counts, null, 2)}\n`);
  else compare(counts);
}
