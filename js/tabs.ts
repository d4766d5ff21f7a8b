import { readRecord, type SessionRecord } from "./record.js";

/** How long a tab waits for one that has a newer record of its session. */
const ANSWER_MILLIS = 250;

/** What the tabs of a client tell all the others. */
export type News = "changed" | "signed_out";

/** A record goes only to a tab that has the same session already. */
type Message =
  | { readonly news: News }
  | { readonly wanted: string; readonly generation: number }
  | { readonly newer: string; readonly text: string };

/** The other tabs of a client in this browser. */
export interface Tabs {
  /** Tells them that the session's record was written, or that the user signed out. */
  tell(news: News): void;
  /** A newer record of the same session than this one, if a tab has one. */
  newerThan(record: Pick<SessionRecord, "id" | "generation">): Promise<string | null>;
  close(): void;
}

/**
 * Joins the tabs of a client.
 *
 * @param name - What the client's tabs have in common: the key of their session.
 * @param hear - Is called with the others' news.
 * @param record - The record that this tab has.
 */
export function joinTabs(
  name: string,
  hear: (news: News) => void,
  record: () => string | null,
): Tabs {
  // In `localStorage`, this comes with the new value; a message may be there before it.
  const onStorage = ({ key }: StorageEvent): void => {
    if (key === name) hear("changed");
  };
  addEventListener("storage", onStorage);
  if (typeof BroadcastChannel === "undefined") return joinByStorageEvents(name, hear);
  const channel = new BroadcastChannel(name);
  let isOpen = true;
  channel.addEventListener("message", ({ data }: MessageEvent<Message>) => {
    if ("news" in data) hear(data.news);
    if (!("wanted" in data)) return;
    const text = record();
    const own = text === null ? null : readRecord(text);
    if (text !== null && own?.id === data.wanted && own.generation > data.generation) {
      channel.postMessage({ newer: own.id, text } satisfies Message);
    }
  });
  return {
    tell(news) {
      if (isOpen) channel.postMessage({ news } satisfies Message);
    },
    newerThan: ({ id, generation }) =>
      new Promise((resolve) => {
        if (!isOpen) return resolve(null);
        const answer = ({ data }: MessageEvent<Message>): void => {
          if ("newer" in data && data.newer === id) settle(data.text);
        };
        const settle = (text: string | null): void => {
          clearTimeout(timer);
          channel.removeEventListener("message", answer);
          resolve(text);
        };
        const timer = setTimeout(() => settle(null), ANSWER_MILLIS);
        channel.addEventListener("message", answer);
        channel.postMessage({ wanted: id, generation } satisfies Message);
      }),
    close() {
      isOpen = false;
      channel.close();
      removeEventListener("storage", onStorage);
    },
  };
}

/** Old browsers: a key that is written and removed again wakes the other tabs. */
function joinByStorageEvents(name: string, hear: (news: News) => void): Tabs {
  const key = `${name}/news`;
  const onStorage = (event: StorageEvent): void => {
    if (event.key === key && event.newValue !== null) hear(event.newValue as News);
  };
  addEventListener("storage", onStorage);
  return {
    tell(news) {
      try {
        localStorage.setItem(key, news);
        localStorage.removeItem(key);
      } catch {
        // Where storage is blocked, there is nothing that the tabs have in common.
      }
    },
    newerThan: () => Promise.resolve(null),
    close: () => removeEventListener("storage", onStorage),
  };
}
