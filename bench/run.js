// `npm run bench`: measures, and writes results.json, the chart and the tables of docs/benchmarks.md.
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { format } from "prettier";
import { startAppServer } from "./app-server.js";
import { buildBefore } from "./before.js";
import { version } from "./browser.js";
import { versionOf } from "./bundle.js";
import { includeBefore, libraries } from "./libraries/index.js";
import { burst } from "./measures/burst.js";
import { bytes } from "./measures/bytes.js";
import { callback } from "./measures/callback.js";
import { calls } from "./measures/calls.js";
import { flow } from "./measures/flow.js";
import { growth } from "./measures/growth.js";
import { memory } from "./measures/memory.js";
import { native } from "./measures/native.js";
import { tabs } from "./measures/tabs.js";
import { startProvider } from "./provider.js";
import { writeReport } from "./report.js";

const measures = { bytes, callback, flow, calls, burst, tabs, memory, growth, native };

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    rounds: { type: "string", default: "7" },
    before: { type: "string" },
  },
});
const names = values.only?.split(",") ?? Object.keys(measures);
const unknown = names.filter((name) => !Object.hasOwn(measures, name));
if (unknown.length > 0) throw new Error(`--only takes ${Object.keys(measures).join(", ")}`);

if (values.before !== undefined) includeBefore(buildBefore(values.before));

const network = { rtt: 0 };
const provider = await startProvider(network);
const app = await startAppServer(network, provider);
const rounds = Number(values.rounds);

const file = new URL("results.json", import.meta.url);
/** What was not measured this time stays as it was. */
const results = values.only === undefined ? {} : JSON.parse(readFileSync(file, "utf8"));
try {
  for (const name of names) {
    console.log(`measuring ${name}`);
    const faults = [];
    results[name] = await measures[name]({ provider, app, network, rounds, faults });
    results.rounds = { ...results.rounds, [name]: rounds };
    results.faults = { ...results.faults, [name]: faults };
  }
} finally {
  await Promise.all([app.close(), provider.close()]);
}
if (values.before !== undefined) results.before = values.before;
else if (results.before !== undefined) includeBefore();
Object.assign(results, {
  machine: `${cpus().length} × ${cpus()[0].model}`,
  browser: await version(),
  node: process.version,
  versions: Object.fromEntries(libraries.map((one) => [one.name, versionOf(one.package)])),
});
writeFileSync(file, await format(JSON.stringify(results, null, 2), { parser: "json" }));
await writeReport(results);
