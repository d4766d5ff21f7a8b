// Plays each mistake and writes docs/mistakes.md: `node tests/mistakes/table.js`.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { mistakes } from "./mistakes.js";
import { openScene } from "./scene.js";

export const file = fileURLToPath(new URL("../../docs/mistakes.md", import.meta.url));

const escaped = (text) => text.replace(/[\\*<|`]/g, "\\$&").replace(/\s*\n\s*/g, " ");
const row = (cells) => `| ${cells.join(" | ")} |`;

/** What each mistake comes to, in the order of the table. */
export async function played() {
  const scene = await openScene();
  try {
    const outcomes = new Map();
    for (const mistake of Object.values(mistakes).flat()) {
      outcomes.set(mistake, await scene.play(mistake));
    }
    return outcomes;
  } finally {
    await scene.close();
  }
}

function cells(mistake, { says, code, page }) {
  const where = page ? ` (${page})` : "";
  const link = code ? `[\`${code}\`](errors.md#${code})` : "";
  return [mistake.mistake, escaped(says) + where, link, mistake.fix];
}

/** The whole page. */
export function page(outcomes) {
  const sections = Object.entries(mistakes).map(([title, list]) =>
    [
      `## ${title}\n`,
      row(["mistake", "what the page says", "code", "what helps"]),
      row(["---", "---", "---", "---"]),
      ...list.map((mistake) => row(cells(mistake, outcomes.get(mistake)))),
    ].join("\n"),
  );
  return `# Mistakes of a first hour

The README's quick start, with one thing wrong at a time, and what its page says then. Each of these was played in Chromium, against \`hosted-ui\`; this page is written by \`node tests/mistakes/table.js\`, which plays them.

${sections.join("\n\n")}
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(file, page(await played()));
