import type { Page } from "../types/page.js";
import type { SessionRecord } from "../types/record.js";
import type { Message, Tabs } from "../types/tabs.js";
import type { RecordStore } from "./steps.js";

/** How long a tab waits for one that has a newer record of its session. */
const ANSWER_MILLIS = 250;

/**
 * The page's store as the core asks it. The core must not see an old state when it refreshes: a
 * refresh token that was used already would cost the session.
 *
 * A duplicated tab starts with a copy of `sessionStorage`; and what one tab writes to `localStorage`
 * may reach the others only after a Web Lock has. So a record that this page did not write is asked
 * about among the tabs.
 */
export function newestIn(page: Page): RecordStore {
  const { store } = page;
  return {
    set: (key, record) => store.set(key, record),
    remove: (key) => store.remove(key),
    hear: (news, key) => store.hear(news, key),
    async get(key) {
      const text = await store.get(key);
      if (!text || store.own === undefined || text === store.own) return text;
      const record = page.read(text);
      const newer = record && (await newerThan(record, page.tabs()));
      // While they were asked, this tab may have written or removed it. Such a store is synchronous, so
      // that nothing comes between this look and the writing.
      const present = store.get(key);
      if (present !== text) return present;
      if (newer !== null) void store.set(key, newer);
      store.own = newer ?? text;
      return store.own;
    },
  };
}

/** A newer record of the same session than this one, if another tab has one. */
export function newerThan(
  { id, generation }: Pick<SessionRecord, "id" | "generation">,
  tabs: Tabs,
): Promise<string | null> {
  return new Promise((resolve) => {
    const answered = new AbortController();
    const settle = (text: string | null): void => {
      clearTimeout(timer);
      answered.abort();
      resolve(text);
    };
    const timer = setTimeout(() => settle(null), ANSWER_MILLIS);
    const onMessage = (message: Message): void => {
      if ("newer" in message && message.newer === id) settle(message.text);
    };
    tabs.listen(onMessage, answered.signal);
    tabs.send({ wanted: id, generation });
  });
}
