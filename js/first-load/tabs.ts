import type { Page } from "../types/page.js";
import type { Message } from "../types/tabs.js";
import { attempt } from "./attempt.js";

/** Joins the tabs that have the page's session in common, until the signal; gives what tells them. */
export function joinTabs(page: Page, signal: AbortSignal): (message: Message) => void {
  // In `localStorage`, this comes with the new value; a message may be there before it. Without a key it
  // says that the whole storage was emptied.
  const onStorage = ({ key }: StorageEvent): void => {
    if ((key ?? page.key) === page.key) page.happen({ type: "changed" });
  };
  addEventListener("storage", onStorage, { signal });
  // Where there is none, storage events are all that the tabs have in common.
  const channel = attempt(() => new BroadcastChannel(page.key));
  signal.addEventListener("abort", () => channel?.close());
  const tell = (message: Message): void => {
    if (!signal.aborted) channel?.postMessage(message);
  };
  channel?.addEventListener("message", ({ data: message }: MessageEvent<Message>) => {
    if (message.news) page.happen({ ...message, type: message.news });
    const { record, text } = page.life;
    if (record && message.wanted === record.id && record.generation > message.generation) {
      tell({ newer: record.id, text: text as string });
    }
  });
  return tell;
}
