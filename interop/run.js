// `npm run interop [-- <part of a name> … --engine NAME --step PART --record]`: signs in at providers that others wrote;
// `npm run interop -- doctor [<part of a name> …]` has the doctor look at them.
import { parseArgs } from "node:util";
import { command, Problem } from "../scripts/problem.js";
import { engines } from "../tests/e2e/browsers/index.js";
import { playDoctor } from "./doctor.js";
import { play } from "./play.js";
import { providers } from "./providers/index.js";
import { keep } from "./report.js";

const { values, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    engine: { type: "string", multiple: true },
    step: { type: "string" },
    record: { type: "boolean" },
  },
});

// What was started ends with this process.
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

await command(async () => {
  if (names[0] === "doctor") {
    if (!(await playDoctor(names.slice(1)))) process.exitCode = 1;
    return;
  }
  const chosen = providers.filter(
    ({ name }) => names.length === 0 || names.some((part) => name.includes(part.toLowerCase())),
  );
  if (chosen.length === 0) {
    throw new Problem(`There is no such provider. There are: ${providers.map(({ name }) => name)}`);
  }
  const wanted = values.engine ?? engines.map(({ name }) => name);
  const browsers = engines.filter(({ name }) => wanted.includes(name));
  if (browsers.length !== wanted.length) throw new Problem(`--engine takes ${wanted}`);

  const counts = { passed: 0, explained: 0, failed: 0, "not run": 0 };
  for (const provider of chosen) {
    const results = await play(provider, browsers, {
      only: values.step,
      isRecorded: values.record,
      tell,
    });
    for (const { steps } of results) for (const { result } of steps) counts[result] += 1;
    if (values.step === undefined) await keep(provider, results);
  }
  console.log(
    `\n${Object.entries(counts)
      .map(([result, count]) => `${count} ${result}`)
      .join(", ")}`,
  );
  if (counts.failed > 0 || counts.passed === 0) process.exitCode = 1;
});

function tell({ provider, engine, step, result, words = "" }) {
  const mark = { passed: "ok", explained: "--", failed: "FAILED", "not run": "NOT RUN" }[result];
  console.log(
    [
      mark.padEnd(8),
      provider.name.padEnd(24),
      engine.padEnd(9),
      step.padEnd(28),
      words.slice(0, 500),
    ].join(" "),
  );
}
