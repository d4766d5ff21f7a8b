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

/** Another user's session is no answer to who asked for the former one's. */
export const USER_CHANGED = {
  code: "user_changed",
  kind: "session",
  message: "Another user signed in while this waited for a token: ask again, for that user.",
};

/** What becomes of the wish for a token, after a refresh where one is due; by the `first` answer to it. */
export async function waitForToken({ page }, wanted, first) {
  const { kind } = wanted;
  const had = wanted.had ?? first?.had ?? page.life.record;
  // None is better than one that has come since, whatever was wanted.
  if (page.life.record?.[kind] !== had?.[kind]) wanted = { kind };
  let answer = page.happen({ happen: awaited, ...wanted });
  for (let times = 1; answer.wait; times += 1) {
    const refreshed = new Promise((resolve) => page.waiting.push(resolve));
    const mayHurry = answer.meanwhile !== undefined;
    const fault = await (mayHurry ? Promise.race([refreshed, patience()]) : refreshed);
    const isLast = fault !== undefined || times >= REFRESHES;
    // What ended just now may be the refresh that brought what there was when it was wished for.
    const isNewer = page.life.record !== had;
    if (fault === undefined && (isNewer || isLast)) wanted = { kind };
    answer = page.happen({ happen: awaited, ...wanted, isLast });
    if (answer.give !== undefined) break;
    if (fault === LATE) answer = { wait: true };
    else if (fault !== undefined) answer = { fault };
    else if (answer.isPassing) answer = { fault: answer.fault ?? LATE };
  }
  // What was begun for one user is not to be sent as another.
  const isAnothers = had !== null && page.life.record?.subject !== had.subject;
  return answer.give !== undefined && isAnothers ? { fault: USER_CHANGED } : answer;
}

const patience = () => new Promise((resolve) => setTimeout(resolve, PATIENCE_MILLIS, LATE));
