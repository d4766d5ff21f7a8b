/** Waits for work that goes on when the caller stops waiting. */
export function abortable<T>(
  work: T | Promise<T>,
  signal: AbortSignal | null | undefined,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal?.reason);
    signal?.addEventListener("abort", abort);
    Promise.resolve(work)
      .then(resolve, reject)
      .finally(() => signal?.removeEventListener("abort", abort));
  });
}
