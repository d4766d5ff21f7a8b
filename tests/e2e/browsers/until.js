import { setTimeout as delay } from "node:timers/promises";

const intervalMilliseconds = 25;

/**
 * Asks until the answer is truthy and returns it. A question that fails counts as "not yet":
 * while a page gives way to the next one, drivers cannot look into either.
 *
 * @template T
 * @param {() => T | Promise<T>} ask
 * @param {() => string | Promise<string>} describe says, when time is up, what was waited for and
 *   what was seen
 * @param {number} [seconds] how long at most
 * @returns {Promise<T>}
 */
export async function until(ask, describe, seconds = 30) {
  const end = performance.now() + seconds * 1000;
  let cause;
  while (performance.now() < end) {
    try {
      const answer = await ask();
      if (answer) return answer;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await delay(intervalMilliseconds);
  }
  throw new Error(`${await describe()} (waited ${seconds} s)`, { cause });
}
