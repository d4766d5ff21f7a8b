/** How long the page that began a sign-in has to say that it took the response. */
const ANSWER_MILLIS = 1_000;

/** What the windows of an origin tell each other about responses, each known by its `state`. */
type Message = { readonly response: string; readonly state: string } | { readonly taken: string };

const CHANNEL = "pkce-wasm/hand-over";

/**
 * Hands a response over to the page that began the sign-in, from its popup or frame.
 *
 * By a channel that only this origin has: the window may have lost its opener to the provider's
 * Cross-Origin-Opener-Policy, and a message to a window could come from anybody (RFC 10017 §6.3.3.3).
 * Where the browser keeps this window's channels apart from those of a frame in another site's page, the
 * opener is that frame; messages go between the two alone, and only while both are of this origin.
 *
 * That page closes this window, and so does this one: the promise stays pending. It resolves where nobody
 * takes the response: then it is this page's.
 */
export async function handOver(response: string, state: string): Promise<void> {
  const line = openLine(opener as Window | null);
  const isTaken = await new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), ANSWER_MILLIS);
    line.listen((message) => {
      if (!("taken" in message) || message.taken !== state) return;
      clearTimeout(timer);
      resolve(true);
    });
    line.tell({ response, state });
  }).finally(line.close);
  if (!isTaken) return;
  close();
  await new Promise(() => undefined);
}

/**
 * Waits for the response to the sign-in with this `state`.
 *
 * @param signal - Ends the wait; the promise rejects with the signal's reason.
 * @param popup - The window that the response comes to, where this page has opened one.
 */
export function receive(
  state: string,
  signal: AbortSignal,
  popup: Window | null = null,
): Promise<string> {
  const line = openLine(popup);
  return new Promise<string>((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener("abort", abort);
    if (signal.aborted) abort();
    line.listen((message) => {
      if (!("response" in message) || message.state !== state) return;
      line.tell({ taken: state });
      signal.removeEventListener("abort", abort);
      resolve(message.response);
    });
  }).finally(line.close);
}

/** What the windows of this origin hear of each other, and this one of the other one that it knows. */
function openLine(other: Window | null) {
  const channel = new BroadcastChannel(CHANNEL);
  const ended = new AbortController();
  return {
    listen(hear: (message: Message) => void): void {
      channel.onmessage = ({ data }: MessageEvent<Message>): void => hear(data);
      const onMessage = ({ origin, source, data }: MessageEvent<Message>): void => {
        const isOurs = source === other && origin === location.origin;
        // The application may say something else this way.
        if (isOurs && data instanceof Object) hear(data);
      };
      if (other !== null) addEventListener("message", onMessage, { signal: ended.signal });
    },
    tell(message: Message): void {
      channel.postMessage(message);
      other?.postMessage(message, location.origin);
    },
    close(): void {
      channel.close();
      ended.abort();
    },
  };
}
