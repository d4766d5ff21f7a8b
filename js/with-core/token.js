import { awaited } from "./happenings.js";

/** How long the caller of a token that is due, but good, waits for its successor. */
const PATIENCE_MILLIS = 2_000;

/** How many refreshes are waited for: the first may be another tab's that did not come to its end. */
const REFRESHES = 3;

const LATE = {
  code: "timeout",
  kind: "network",
  message: "The session is being renewed, which takes long: try again.",
};

/** What becomes of the wish for a token, after a refresh where one is due; by the `first` answer to it. */
export async function waitForToken({ page }, wanted, { had } = {}) {
  const { kind } = wanted;
  // None is better than one that has come since, whatever was wanted.
  if (had !== undefined && page.life.record?.[kind] !== had) wanted = { kind };
  let answer = page.happen({ happen: awaited, ...wanted });
  for (let times = 1; answer.wait; times += 1) {
    const refreshed = new Promise((resolve) => page.waiting.push(resolve));
    const mayHurry = answer.meanwhile !== undefined;
    const fault = await (mayHurry ? Promise.race([refreshed, patience()]) : refreshed);
    if (fault === undefined) wanted = { kind };
    const isLast = fault !== undefined || times >= REFRESHES;
    answer = page.happen({ happen: awaited, ...wanted, isLast });
    if (answer.give !== undefined) break;
    if (fault === LATE) answer = { wait: true };
    else if (fault !== undefined) answer = { fault };
    else if (answer.isPassing) answer = { fault: answer.fault ?? LATE };
  }
  return answer;
}

const patience = () => new Promise((resolve) => setTimeout(resolve, PATIENCE_MILLIS, LATE));
