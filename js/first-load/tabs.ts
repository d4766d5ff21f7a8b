import type { Message, News, Tabs } from "../types/tabs.js";
import { readRecord } from "./record.js";

/**
 * Joins the tabs of a client.
 *
 * @param name - What the client's tabs have in common: the key of their session.
 * @param hear - Is called with the others' news.
 * @param record - The record that this tab has.
 * @param signal - Leaves them.
 */
export function joinTabs(
  name: string,
  hear: (news: News, id?: string) => void,
  record: () => Promise<string | null | undefined>,
  signal: AbortSignal,
): Tabs {
  // In `localStorage`, this comes with the new value; a message may be there before it.
  const onStorage = ({ key }: StorageEvent): void => {
    if (key === name) hear("changed");
  };
  addEventListener("storage", onStorage, { signal });
  // Without it, storage events are all that the tabs of an old browser have in common.
  const isAlone = signal.aborted || typeof BroadcastChannel === "undefined";
  const channel = isAlone ? undefined : new BroadcastChannel(name);
  signal.addEventListener("abort", () => channel?.close());
  const tabs: Tabs = {
    send(message) {
      if (!signal.aborted) channel?.postMessage(message);
    },
    listen(listener, until) {
      const onMessage = ({ data }: MessageEvent<Message>): void => listener(data);
      channel?.addEventListener("message", onMessage, { signal: until });
    },
  };
  tabs.listen(async (message) => {
    if ("news" in message) hear(message.news, message.id);
    if (!("wanted" in message)) return;
    const text = await record();
    const own = readRecord(text, name);
    if (own?.id === message.wanted && own.generation > message.generation) {
      tabs.send({ newer: own.id, text: text as string });
    }
  }, signal);
  return tabs;
}
