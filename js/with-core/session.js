import { made, requested } from "./happenings.js";
import { newerThan } from "./newest.js";
import { caughtUp } from "./platform.js";

/** So many sign-outs are remembered, for the tabs that are not there to hear of them. */
const SIGN_OUTS = 20;

/** By then a page that stood still has seen what others wrote to the storage meanwhile. */
const LAG_MILLIS = 1_000;

/** The others are asked for a shorter time, also by a page whose timers ring once a second. */
const STOOD_STILL_MILLIS = 2_000;

/** A store that has not answered by then has failed, for all that is known. */
const STORE_MILLIS = 10_000;

/** A page's session, in that kind of store, as the steps of the protocol work on it. */
export function sessionOf(page, store) {
  // A duplicated tab starts with a copy of `sessionStorage`; and what one tab writes to `localStorage` may
  // reach the others late, even after a Web Lock has.
  const hasCopies = store === "session" || store === "local";
  const isShared = store !== "session" && store !== "memory";
  const write = async (text) => {
    await inTime(page.store.set(page.key, text));
    // Some storages that are blocked let it seem to be done.
    if (hasCopies && page.store.get(page.key) !== text) throw new Error("It keeps nothing.");
  };
  const session = {
    key: page.key,
    logoutKey: page.logoutKey,

    async latest() {
      await page.look();
      return page.life.text ?? undefined;
    },

    // A refresh token that was used already would cost the session. The store may not have what another tab
    // has: what is on its way, and what could not be written.
    async newest(inAnyCase) {
      await page.look();
      const { record: before, news, sureAt } = page.life;
      if (before === null || (!inAnyCase && sureAt === news)) return page.life.text;
      const start = performance.now();
      let newer = await newerThan(page, before);
      // A page that stood still asks again: what it has heard is old.
      if (performance.now() - start > STOOD_STILL_MILLIS) newer = await newerThan(page, before);
      // By now it may have come to the store, and one after it; or another sign-in has.
      await page.look();
      const { text, record, isUnsaved = false } = page.life;
      if (text === null || record?.id !== before.id) return text;
      const found = page.read(newer);
      if (found !== null && found.generation > record.generation) {
        await session.keep(newer, false);
      } else {
        page.happen({ happen: made, text, record, isSaved: !isUnsaved, news });
      }
      return page.life.text;
    },

    async keep(text, mustBeSaved) {
      const record = page.read(text);
      const { record: before } = page.life;
      const hasEnded = () => page.ended().includes(record.id);
      let isSaved = true;
      try {
        if (!hasEnded()) await write(text);
      } catch (error) {
        if (mustBeSaved) throw error;
        isSaved = false;
      }
      if (hasEnded()) {
        // The user signed out while it was on its way. Or in again, and it lies on that sign-in: the tabs
        // that have it write it once more.
        page.tell({ news: "changed" });
        await session.remove(text);
        page.happen({ type: "signed_out", id: record.id });
      } else {
        // Another tab may write the former sign-in yet: that is over, and this one is written once more.
        const replaces = mustBeSaved && isShared && before !== null && before.id !== record.id;
        if (replaces) mark(page, before.id);
        page.happen({ happen: made, text, record, isSaved: isSaved && !replaces });
      }
    },

    async save(text) {
      if (text === page.life.text) await session.keep(text, false);
    },

    async remove(text) {
      if (isShared) await caughtUp(LAG_MILLIS);
      const found = await inTime(page.store.get(page.key));
      if (found === text) await inTime(page.store.remove(page.key));
    },

    requested(hasWaited) {
      page.happen({ happen: requested, hasWaited });
    },

    async end() {
      await page.look();
      const { id, refresh_token: handle } = page.life.record ?? {};
      if (handle !== undefined) page.tokenWorker?.forget(handle);
      const isMarked = id !== undefined && mark(page, id);
      // With the mark it is over all the same, and goes when the store lets it.
      if (isMarked) page.tell({ news: "signed_out", id });
      try {
        await inTime(page.store.remove(page.key));
      } catch (error) {
        if (!isMarked) throw error;
      }
      if (!isMarked) page.tell({ news: "signed_out", id });
      page.happen({ type: "signed_out", id });
    },
  };
  return session;
}

/** What a store answers, if it does so in time. */
async function inTime(answer) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(reject, STORE_MILLIS, new Error("The store does not answer."));
  });
  return await Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

/** Names a sign-in as signed out of, for the tabs that do not hear of it. No token is in there. */
function mark(page, id) {
  try {
    const ended = [id, ...page.ended()].slice(0, SIGN_OUTS);
    localStorage.setItem(page.endedKey, JSON.stringify(ended));
    return true;
  } catch {
    return false;
  }
}
