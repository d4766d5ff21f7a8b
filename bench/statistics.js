/** Median and quartiles, by linear interpolation. */
export function summary(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share) => {
    const place = share * (sorted.length - 1);
    const low = sorted[Math.floor(place)];
    return low + (sorted[Math.ceil(place)] - low) * (place - Math.floor(place));
  };
  const [median, q1, q3] = [0.5, 0.25, 0.75].map((share) => round(at(share)));
  return { median, q1, q3 };
}

const round = (value) => Math.round(value * 100) / 100;

/** Objects of the same shape become one, a summary where there are numbers. */
export function summarise(samples) {
  if (typeof samples[0] === "number") return summary(samples);
  const names = Object.keys(samples[0]);
  return Object.fromEntries(
    names.map((name) => [name, summarise(samples.map((sample) => sample[name]))]),
  );
}
