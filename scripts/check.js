// `npm test`: sets up, and runs everything that has to hold. `npm test -- --only <step>` runs some of it.
import { parseArgs } from "node:util";
import { command, Problem } from "./problem.js";
import { run } from "./run.js";
import { installBrowsers } from "./setup/browsers.js";
import { installNodeModules } from "./setup/node-modules.js";
import { prepareRust, prepareRustTools } from "./setup/rust.js";
import { steps } from "./steps.js";
import { tally, timesOf } from "./tally.js";

/** How many of the slowest tests the summary names. */
const SLOWEST = 10;

await command(async () => {
  const { list, only } = options();
  if (list) {
    for (const { name, title } of steps) console.log(`${name.padEnd(16)}${title}`);
    return;
  }
  const named = steps.filter(({ name }) => only.length === 0 || only.includes(name));
  const needs = new Set(named.flatMap((step) => step.needs));
  const chosen = steps
    .filter((step) => named.includes(step) || needs.has(step.name))
    .map((step) => ({ ...step, programs: step.programs() }));
  await setUp(needs);

  const started = performance.now();
  const results = [];
  const inOrder = async (when, isBeside = false) => {
    for (const step of chosen.filter((each) => each.when === when)) {
      const unbuilt = results.some(({ name, good }) => name === "build" && !good);
      const isRun = !(unbuilt && step.needs.includes("build"));
      results.push(isRun ? await perform(step, isBeside) : notRun(step));
    }
  };
  await inOrder("first");
  // What is compiled takes all cores now and then, and tests wait for events now and then.
  await Promise.all([inOrder("rust", true), inOrder(undefined)]);
  await inOrder("last");
  summarise(results, (performance.now() - started) / 1000);
});

function options() {
  try {
    const { values } = parseArgs({
      options: { list: { type: "boolean" }, only: { type: "string", multiple: true } },
    });
    const only = (values.only ?? []).flatMap((names) => names.split(","));
    const unknown = only.filter((name) => !steps.some((step) => step.name === name));
    if (unknown.length === 0) return { list: values.list, only };
    throw new Error(`There is no step ${unknown.join(", ")}`);
  } catch (error) {
    throw new Problem(`${error.message}; npm test -- --list names the steps for --only.`);
  }
}

/** @param {Set<string>} needs */
async function setUp(needs) {
  if (needs.has("rust") || needs.has("build")) await prepareRust();
  if (needs.has("rust tools")) await prepareRustTools();
  if (needs.has("node modules") || needs.has("build")) await installNodeModules();
  if (needs.has("browsers")) await installBrowsers();
}

/** Runs a step; what it says is shown as it comes, or at its end where it runs beside others. */
async function perform({ name, title, programs, env, tests = false }, isBeside) {
  console.log();
  const result = { name, title, tests, seconds: 0, good: true, passed: 0, failed: 0, times: [] };
  for (const [index, program] of programs.entries()) {
    const last = index === programs.length - 1;
    const isTest = tests && last;
    const echo = isTest && !isBeside;
    const which = programs.length > 1 ? `${title} (${index + 1} of ${programs.length})` : title;
    const { status, output, seconds } = await run(which, program, { env, echo, isBeside });
    result.seconds += seconds;
    if (status !== 0) result.good = false;
    if (!echo && (isTest || !result.good)) process.stdout.write(output);
    if (isTest) count(result, output);
    if (!result.good) break;
  }
  // Something failed that is not a test: the sum must not read as if nothing had.
  if (!result.good && result.failed === 0) result.failed = 1;
  console.log(line(result));
  return result;
}

function notRun({ name, title }) {
  return {
    name,
    title: `${title} (no build)`,
    seconds: 0,
    good: false,
    passed: 0,
    failed: 1,
    times: [],
  };
}

/** @param {string} output of a test runner */
function count(result, output) {
  const { passed, failed, skipped } = tally(output);
  Object.assign(result, { passed, failed, times: timesOf(output) });
  if (passed + failed === 0) console.log("No test ran.");
  if (skipped > 0) console.log(`${skipped} skipped: every test has to run.`);
  if (passed + failed === 0 || skipped > 0) result.good = false;
}

function line({ title, tests, good, seconds, passed, failed }) {
  const counts = tests ? `  ${passed} passed, ${failed} failed` : "";
  return `${good ? "ok    " : "FAILED"} ${title.padEnd(28)}${seconds.toFixed(1).padStart(7)} s${counts}`;
}

function summarise(results, seconds) {
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  console.log(`\nSummary\n${results.map(line).join("\n")}\n`);
  const slowest = results
    .flatMap(({ title, times }) => times.map((timed) => ({ title, ...timed })))
    .sort((one, other) => other.seconds - one.seconds)
    .slice(0, SLOWEST)
    .map(({ title, name, seconds }) => `${seconds.toFixed(1).padStart(7)} s  ${title}: ${name}`);
  if (slowest.length > 0) console.log(`The slowest tests\n${slowest.join("\n")}\n`);
  const counts = `${sum("passed")} passed, ${sum("failed")} failed`;
  console.log(`${counts}, in ${seconds.toFixed(1)} s`);
  if (!results.every((result) => result.good)) process.exitCode = 1;
}
