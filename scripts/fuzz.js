// Runs the fuzz targets side by side, and writes what each did into docs/testing.md. It takes
// nightly Rust and cargo-fuzz. `npm run fuzz -- [--seconds 900] [--jobs 2] [--table] [target …]`;
// `--table` only reads the logs of the last run.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, openSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "./run.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: "string", default: "900" },
    jobs: { type: "string", default: "2" },
    table: { type: "boolean", default: false },
  },
});
const folder = join(root, "fuzz");
const all = readdirSync(join(folder, "seeds"));
const logOf = (target) => join(folder, "artifacts", `${target}.log`);

function cargoFuzz(command, ...words) {
  return ["+nightly", "fuzz", command, "--fuzz-dir", folder, ...words];
}

/** Fuzzes one target; it ends early when it finds something. */
async function fuzz(target) {
  const corpus = join(folder, "corpus", target);
  mkdirSync(corpus, { recursive: true });
  mkdirSync(join(folder, "artifacts"), { recursive: true });
  const log = openSync(logOf(target), "w");
  const limits = [`-max_total_time=${values.seconds}`, "-max_len=16384", "-print_final_stats=1"];
  const seeds = join(folder, "seeds", target);
  const words = cargoFuzz("run", target, corpus, seeds, "--", ...limits);
  const running = spawn("cargo", words, { cwd: root, stdio: ["ignore", log, log] });
  const status = await new Promise((resolve) => running.on("close", resolve));
  console.log(status === 0 ? `ok     ${target}` : `FAILED ${target}: ${logOf(target)}`);
  return status === 0;
}

/** A table of the logs that there are. */
function table() {
  const row = (cells) => `| ${cells.join(" | ")} |`;
  const counts = all.map((target) => {
    const log = readFileSync(logOf(target), "utf8");
    const units = Number(/number_of_executed_units: (\d+)/.exec(log)?.[1]);
    const seconds = Number(/Done \d+ runs in (\d+) second/.exec(log)?.[1]);
    const [, covered, kept] = /.*cov: (\d+) ft: \d+ corp: (\d+)/s.exec(log);
    const seeds = readdirSync(join(folder, "seeds", target)).length;
    const numbers = [seconds, units, covered, seeds, kept].map((one) =>
      Number(one).toLocaleString("en"),
    );
    return row([`\`${target}\``, ...numbers]);
  });
  const head = ["target", "seconds", "inputs", "edges reached", "seeds", "inputs kept"];
  return [row(head), row(["---", ...head.slice(1).map(() => "--:")]), ...counts].join("\n");
}

if (!values.table) {
  const built = spawnSync("cargo", cargoFuzz("build"), { cwd: root, stdio: "inherit" });
  if (built.status !== 0) process.exit(1);
  const waiting = positionals.length > 0 ? [...positionals] : [...all];
  const results = [];
  const worker = async () => {
    while (waiting.length > 0) results.push(await fuzz(waiting.shift()));
  };
  await Promise.all(Array.from({ length: Number(values.jobs) }, worker));
  if (results.includes(false)) process.exit(1);
}
const page = join(root, "docs/testing.md");
const marked = /(<!-- fuzz -->\n\n)[^]*?(\n\n<!-- end -->)/;
const text = readFileSync(page, "utf8");
writeFileSync(
  page,
  text.replace(marked, (_, start, end) => start + table() + end),
);
spawnSync(join(root, "node_modules/.bin/prettier"), ["--write", page]);
