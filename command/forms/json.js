/** What a JSON text says; undefined where it is none. Comments and trailing commas are JavaScript's. */
export function readJson(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null ? [value] : undefined;
  } catch {
    return undefined;
  }
}
