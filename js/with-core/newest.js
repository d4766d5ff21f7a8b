/** How long a tab waits for those that have a newer record of its session. */
const ANSWER_MILLIS = 250;

/** The newest record after this one that another tab has. */
export function newerThan(page, { id, generation }) {
  const isAlone = typeof BroadcastChannel === "undefined";
  const channel = isAlone ? undefined : new BroadcastChannel(page.key);
  let newer = null;
  // The first answer may be one that waited while this page stood still, or that of a tab that did.
  channel?.addEventListener("message", ({ data }) => {
    const record = "newer" in data ? page.read(data.text) : null;
    if (record === null || record.id !== id || record.generation <= generation) return;
    // A refresh token that another page's worker keeps is of no use here.
    if (page.tokenWorker?.keeps(record) === false) return;
    generation = record.generation;
    newer = data.text;
  });
  channel?.postMessage({ wanted: id, generation });
  return new Promise((resolve) => {
    setTimeout(() => resolve(newer), ANSWER_MILLIS);
  }).finally(() => channel?.close());
}
