/** How long a server may take to answer. */
const TIMEOUT_MILLIS = 10_000;

/** What came of a request: an answer, or why there is none. */
interface Outcome {
  readonly answer?: Response;
  /** Whether the page's own policy is why. */
  readonly isForbidden?: boolean;
  readonly isLate?: boolean;
}

/** Asks as the page may, past what was kept of earlier answers. */
export async function sent(url: string, init: RequestInit): Promise<Outcome> {
  const breaches: string[] = [];
  const listening = new AbortController();
  document.addEventListener(
    "securitypolicyviolation",
    ({ blockedURI }) => breaches.push(blockedURI),
    { signal: listening.signal },
  );
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MILLIS);
    return { answer: await fetch(url, { cache: "no-store", ...init, signal }) };
  } catch (reason) {
    // Engines tell of a breach after the request has failed.
    await new Promise((said) => setTimeout(said));
    const isForbidden =
      URL.canParse(url) && breaches.some((each) => each.startsWith(new URL(url).origin));
    return { isForbidden, isLate: (reason as Error).name === "TimeoutError" };
  } finally {
    listening.abort();
  }
}
