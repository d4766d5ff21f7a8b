/** Does a piece of work once, and again after a failure. */
export function once<Arguments extends unknown[]>(
  work: (...given: Arguments) => Promise<void>,
): (...given: Arguments) => Promise<void> {
  let done: Promise<void> | undefined;
  return (...given) =>
    (done ??= work(...given).catch((error: unknown) => {
      done = undefined;
      throw error;
    }));
}
