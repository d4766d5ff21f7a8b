// Plays the table against the libraries: see README.md. Writes results.json.
import { mkdirSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { cases } from "../../tests/hostile/cases/index.js";
import { judge } from "./judge.js";
import { startPages, versionOf } from "./pages.js";
import { peers } from "./peers/index.js";
import { play } from "./play.js";
import { startProvider } from "./provider.js";
import { write } from "./table.js";

const { values } = parseArgs({
  options: {
    peers: { type: "string" },
    cases: { type: "string", default: "" },
    tabs: { type: "string", default: "4" },
    verbose: { type: "boolean", default: false },
  },
});
const isWhole = values.peers === undefined && values.cases === "";
const wanted = values.peers?.split(",");

const control = {
  name: "the honest provider",
  does: {},
  steps: ["start", "userInfo", "refresh"],
  then: "signOut",
  expects: { signedIn: true },
};
const columns = peers
  .filter(({ name }) => wanted?.includes(name) ?? true)
  .flatMap((peer) => [
    { peer, everyCheck: false },
    ...(peer.everyCheck ? [{ peer, everyCheck: true }] : []),
  ]);
const all = Object.entries(cases).flatMap(([area, list]) =>
  list
    .filter(({ name }) => name.includes(values.cases))
    .map((one) => ({ area, one })),
);

/** Calls for each of a list, as many at a time. */
async function forEach(list, tabs, work) {
  const waiting = list.values();
  const worker = async () => {
    for (const each of waiting) await work(each);
  };
  await Promise.all(Array.from({ length: tabs }, worker));
}

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    // Nothing leaves this computer.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
  ],
});
const pages = await startPages(columns.map(({ peer }) => peer.name));
const provider = await startProvider();
const scene = { browser, pages, provider };
const results = [];

for (const column of columns) {
  const { peer, everyCheck } = column;
  const result = { peer: peer.name, version: versionOf(peer.package), everyCheck, verdicts: {} };
  const controlled = await play(control, column, scene);
  const isSignedIn = Boolean(controlled.taken.callback?.session);
  const failed = Object.values(controlled.taken).find(({ error }) => error);
  if (!isSignedIn || failed || controlled.strayed.length > 0) {
    console.error(`${peer.name} does not sign in at an honest provider:`, controlled);
    process.exitCode = 1;
    continue;
  }
  if (values.verbose) console.log(peer.name, everyCheck, JSON.stringify(controlled));
  const uses = new Set(controlled.asked);
  const verdicts = new Map();
  const playOne = async ({ area, one }) => {
    const seen = await play(one, column, scene);
    const verdict = judge(one, area, seen, uses);
    verdicts.set(one, verdict);
    if (values.verbose) console.log(verdict.outcome, "|", area, "|", one.name, "|", verdict.why ?? "");
  };
  // The slow ones wait for a library's limit, and need no processor.
  const slow = all.filter(({ one }) => one.isSlow);
  const quick = all.filter(({ one }) => !one.isSlow);
  await Promise.all([
    forEach(slow, slow.length, playOne),
    forEach(quick, Number(values.tabs), playOne),
  ]);
  for (const { area, one } of all) (result.verdicts[area] ??= {})[one.name] = verdicts.get(one);
  results.push(result);
  console.log(peer.name, everyCheck ? "with every check" : "by default", counts(result));
}

await Promise.all([browser.close(), pages.close(), provider.close()]);
if (isWhole && !process.exitCode) write(results);

function counts({ verdicts }) {
  const count = {};
  for (const area of Object.values(verdicts)) {
    for (const { outcome } of Object.values(area)) count[outcome] = (count[outcome] ?? 0) + 1;
  }
  return JSON.stringify(count);
}
