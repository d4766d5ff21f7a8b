import { readRecord, type SessionRecord } from "./record.js";

/** How long a tab waits for one that has a newer record of its session. */
const ANSWER_MILLIS = 250;

/** What the tabs of a client tell all the others. */
export type News = "changed" | "signed_out";

/** A record goes only to a tab that has the same session already. */
type Message =
  | { readonly news: News; readonly id?: string | undefined }
  | { readonly wanted: string; readonly generation: number }
  | { readonly newer: string; readonly text: string };

/** The other tabs of a client in this browser. */
export interface Tabs {
  /** Tells them that the session's record was written, or that the user signed out of which session. */
  tell(news: News, id?: string): void;
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
  hear: (news: News, id?: string) => void,
  record: () => string | null,
): Tabs {
  // In `localStorage`, this comes with the new value; a message may be there before it.
  const onStorage = ({ key }: StorageEvent): void => {
    if (key === name) hear("changed");
  };
  addEventListener("storage", onStorage);
  // Without it, storage events are all that the tabs of an old browser have in common.
  let channel = typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel(name);
  const send = (message: Message): void => channel?.postMessage(message);
  channel?.addEventListener("message", ({ data }: MessageEvent<Message>) => {
    if ("news" in data) hear(data.news, data.id);
    if (!("wanted" in data)) return;
    const text = record();
    const own = text === null ? null : readRecord(text, name);
    if (text !== null && own?.id === data.wanted && own.generation > data.generation) {
      send({ newer: own.id, text });
    }
  });
  return {
    tell: (news, id) => send({ news, id }),
    newerThan: ({ id, generation }) =>
      new Promise((resolve) => {
        const asked = channel;
        if (asked === undefined) return resolve(null);
        const answer = ({ data }: MessageEvent<Message>): void => {
          if ("newer" in data && data.newer === id) settle(data.text);
        };
        const settle = (text: string | null): void => {
          clearTimeout(timer);
          asked.removeEventListener("message", answer);
          resolve(text);
        };
        const timer = setTimeout(() => settle(null), ANSWER_MILLIS);
        asked.addEventListener("message", answer);
        send({ wanted: id, generation });
      }),
    close() {
      channel?.close();
      channel = undefined;
      removeEventListener("storage", onStorage);
    },
  };
}
