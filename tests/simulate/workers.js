import { availableParallelism } from "node:os";
import { setFlagsFromString } from "node:v8";
import { Worker } from "node:worker_threads";

// Every page has functions of its own, which live too briefly to be optimized: at least they are compiled.
setFlagsFromString("--always-sparkplug");

/**
 * Plays the histories of a range of seeds on all cores.
 *
 * @param {{ from: number, to: number, size?: { tabs?: number, events?: number }, mutation?: string,
 *   isFirstEnough?: boolean, onReport?: (played: number, found: object[]) => void }} task
 * @returns {Promise<{ counts: Map<string, number>, violations: object[], played: number }>}
 */
export async function playAll({ from, to, onReport = () => undefined, ...task }) {
  const step = Math.min(availableParallelism(), to - from);
  const counts = new Map();
  const violations = [];
  let played = 0;
  const one = (index) => {
    const workerData = { from: from + index, to, step, ...task };
    const worker = new Worker(new URL("worker.js", import.meta.url), { workerData });
    worker.on("message", (report) => {
      played += report.histories;
      violations.push(...report.violations);
      for (const [name, count] of report.counts) counts.set(name, (counts.get(name) ?? 0) + count);
      onReport(played, report.violations);
      const isPast = violations.some(({ seed }) => seed < report.upTo);
      if (task.isFirstEnough && isPast) void worker.terminate();
    });
    return new Promise((resolve, reject) => worker.once("error", reject).once("exit", resolve));
  };
  await Promise.all(Array.from({ length: step }, (_, index) => one(index)));
  violations.sort((first, second) => first.seed - second.seed);
  return { counts, violations, played };
}
