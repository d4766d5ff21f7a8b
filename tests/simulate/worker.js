import { parentPort, workerData } from "node:worker_threads";
import { Library } from "./library.js";
import { mutate } from "./mutations.js";
import { asTask, play } from "./play.js";

/** How many histories are played between two reports. */
const AT_ONCE = 20;

// Errors are made by the thousand, and nobody looks at where.
Error.stackTraceLimit = 0;

/** Plays every so manieth history of the range. */
const { from, to, step, size, mutation, isFirstEnough = false } = workerData;
const library = await Library.bundle(mutation && mutate(mutation));
/** What does not come of the mutation is none of its sight. */
const unchanged = mutation && (await Library.bundle());

let seed = from;
while (seed < to) parentPort.postMessage(await asTask(playSome));

function playSome() {
  const counts = new Map();
  const violations = [];
  let histories = 0;
  for (; seed < to && histories < AT_ONCE; seed += step, histories += 1) {
    const result = play(seed, size, library);
    for (const [name, count] of result.counts) counts.set(name, (counts.get(name) ?? 0) + count);
    if (result.violation === null) continue;
    if (unchanged && play(seed, size, unchanged).violation !== null) continue;
    violations.push({ seed, ...result.violation });
    if (isFirstEnough) seed = to;
  }
  return { histories, counts, violations, upTo: seed };
}
