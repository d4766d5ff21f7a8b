/**
 * How many requests followed one another: the longest chain of which each began after the one before
 * it had ended. Clear when the network takes time.
 */
export function serialTrips(requests) {
  const byEnd = [...requests].sort((a, b) => a.end - b.end);
  let count = 0;
  let ended = -Infinity;
  for (const { start, end } of byEnd) {
    if (start < ended) continue;
    count += 1;
    ended = end;
  }
  return count;
}
