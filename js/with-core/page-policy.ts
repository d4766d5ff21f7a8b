import type { Failure } from "../types/error.js";

/** Names a request that the page's own policy forbids, which would look like a provider that is down. */
export async function underPolicy<T>(work: () => Promise<T>): Promise<T> {
  const forbidden: string[] = [];
  const listening = new AbortController();
  document.addEventListener(
    "securitypolicyviolation",
    ({ effectiveDirective, blockedURI }) => {
      if (effectiveDirective === "connect-src") forbidden.push(blockedURI);
    },
    { signal: listening.signal },
  );
  try {
    return await work();
  } catch (reason) {
    const failure = reason as Failure | undefined;
    const { url } = (failure?.cause ?? {}) as { url?: string };
    if (failure?.code !== "network" || url === undefined) throw reason;
    // Chromium and Firefox say so after the request has failed: CSP Level 3 §5.3.
    await new Promise((said) => setTimeout(said));
    if (!forbidden.some((each) => each.startsWith(url))) throw reason;
    const message = `The page's Content Security Policy forbids to ask ${url}: add its origin to connect-src.`;
    throw { ...failure, message };
  } finally {
    listening.abort();
  }
}
