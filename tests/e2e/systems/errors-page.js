import { readFileSync } from "node:fs";

const sections = readFileSync(new URL("../../../docs/errors.md", import.meta.url), "utf8").split(
  /^#{2,3} /m,
);

/** What docs/errors.md says under a heading. */
export function errorsPageOn(heading) {
  const section = sections.find((text) => text.startsWith(`${heading}\n`));
  if (!section) throw new Error(`docs/errors.md has no section ${heading}`);
  return section;
}
