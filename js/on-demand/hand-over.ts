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
 *
 * @returns Whether that page has it now. Otherwise it is this page's.
 */
export function handOver(response: string, state: string): Promise<boolean> {
  const channel = new BroadcastChannel(CHANNEL);
  return new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), ANSWER_MILLIS);
    channel.onmessage = ({ data }: MessageEvent<Message>): void => {
      if (!("taken" in data) || data.taken !== state) return;
      clearTimeout(timer);
      resolve(true);
    };
    channel.postMessage({ response, state } satisfies Message);
  }).finally(() => channel.close());
}

/**
 * Waits for the response to the sign-in with this `state`.
 *
 * @param signal - Ends the wait; the promise rejects with the signal's reason.
 */
export function receive(state: string, signal: AbortSignal): Promise<string> {
  const channel = new BroadcastChannel(CHANNEL);
  return new Promise<string>((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener("abort", abort);
    if (signal.aborted) abort();
    channel.onmessage = ({ data }: MessageEvent<Message>): void => {
      if (!("response" in data) || data.state !== state) return;
      channel.postMessage({ taken: state } satisfies Message);
      signal.removeEventListener("abort", abort);
      resolve(data.response);
    };
  }).finally(() => channel.close());
}
