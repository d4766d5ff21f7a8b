import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { Library } from "./library.js";
import { mutations } from "./mutations.js";
import { asTask, kindOf, shortest } from "./play.js";
import { playAll } from "./workers.js";
import { inWords } from "./words.js";

/** How many violations are made short, and said. */
const MOST_SHOWN = 3;

/** Within how many histories each mending that is taken back has to be seen. */
const MOST_UNTIL_SEEN = 4_000;

/** After how many histories it is said how far it is. */
const PROGRESS = 5_000;

const SEEDS = new URL("seeds.json", import.meta.url);

const { values } = parseArgs({
  options: {
    /** Plays one, as short as it can be made, and says how it goes. */
    seed: { type: "string" },
    /** With `seed`: keeps it among those that `npm test` plays, with this sentence. */
    keep: { type: "string" },
    histories: { type: "string", default: "100000" },
    /** The first seed. */
    from: { type: "string", default: "1" },
    tabs: { type: "string" },
    events: { type: "string" },
    /** Takes each mending back, and says how soon that is seen. */
    sees: { type: "boolean", default: false },
    /** With `sees`: those alone whose name has that in it. */
    only: { type: "string", default: "" },
    /** Says what is violated, and makes none of it short. */
    summary: { type: "boolean", default: false },
  },
});
const numberOf = (text) => (text === undefined ? undefined : Number(text));
const size = { tabs: numberOf(values.tabs), events: numberOf(values.events) };

if (values.seed !== undefined) await replay(Number(values.seed));
else if (values.sees) await sees();
else await many(Number(values.from), Number(values.histories));

async function replay(seed) {
  const library = await Library.bundle();
  const { history, result } = await asTask(() => shortest(seed, size, library));
  console.log(inWords(history, result));
  if (result.violation === null) return;
  process.exitCode = 1;
  if (values.keep === undefined) return;
  const kept = JSON.parse(await readFile(SEEDS, "utf8"));
  kept.push({ showed: values.keep, seed, history });
  await writeFile(SEEDS, `${JSON.stringify(kept)}\n`);
}

async function many(from, histories) {
  const began = performance.now();
  let next = PROGRESS;
  const onReport = (played, found) => {
    for (const { seed, ...violation } of found) console.error(`Seed ${seed}: ${kindOf(violation)}`);
    if (played < next) return;
    next += PROGRESS;
    console.error(`${played} histories`);
  };
  const task = { from, to: from + histories, size, onReport };
  const { counts, violations, played } = await playAll(task);
  const seconds = (performance.now() - began) / 1000;
  const perSecond = Math.round(played / seconds);
  console.log(`${played} histories in ${seconds.toFixed(0)} s, ${perSecond} a second`);
  const large = Math.floor((from + histories - 1) / 5) - Math.floor((from - 1) / 5);
  if (values.tabs === undefined) console.log(`${large} of them with eight tabs and 200 events`);
  console.log("\n| what happened in them | how often |\n| --- | ---: |");
  for (const [name, count] of [...counts].sort()) {
    console.log(`| ${name} | ${count.toLocaleString("en")} |`);
  }
  console.log(`\n${violations.length} violations`);
  if (violations.length === 0) return;
  process.exitCode = 1;
  tell(violations);
  if (values.summary) return;
  const library = await Library.bundle();
  const kinds = Object.values(groups(violations, kindOf));
  for (const [{ seed }] of kinds.slice(0, MOST_SHOWN)) {
    const { history, result } = await asTask(() => shortest(seed, size, library));
    console.log(`\nSeed ${seed}, made short:\n${inWords(history, result)}`);
  }
}

/** What is violated how often, with some seeds. */
function tell(violations) {
  const kinds = Object.entries(groups(violations, kindOf));
  for (const [kind, of] of kinds.sort(([, one], [, other]) => other.length - one.length)) {
    const some = of.slice(0, 5).map(({ seed }) => seed);
    console.log(`  ${of.length} × ${kind} (seeds ${some.join(", ")})`);
  }
}

function groups(list, keyOf) {
  const groups = {};
  for (const each of list) (groups[keyOf(each)] ??= []).push(each);
  return groups;
}

/** Takes each mending back, and looks for the first history that shows it. */
async function sees() {
  console.log("| mending taken back | seeds until seen | what is seen |\n| --- | ---: | --- |");
  for (const { name } of mutations.filter(({ name }) => name.includes(values.only))) {
    const task = { from: 1, to: 1 + MOST_UNTIL_SEEN, size, mutation: name, isFirstEnough: true };
    const { violations } = await playAll(task);
    const [first] = violations;
    if (first === undefined) process.exitCode = 1;
    console.log(`| ${name} | ${first ? `${first.seed} | ${kindOf(first)}` : "NOT SEEN |"} |`);
  }
}
