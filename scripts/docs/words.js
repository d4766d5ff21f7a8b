// No page of the site is longer than a reader's patience, but for those that nobody reads from top to bottom.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const MOST_WORDS = 1200;

/** Looked up by a name, or written by a program, line by line. */
const REFERENCES = [
  "CHANGELOG.md",
  "docs/benchmarks.md",
  "docs/errors.md",
  "docs/hostile.md",
  "docs/hostile-peers.md",
  "docs/interop.md",
  "docs/mistakes.md",
  "docs/security-in-detail.md",
];

/** In the repository alone: what is only for those who change this project. */
export const ELSEWHERE = ["docs/dependencies.md", "docs/testing.md"];

/** The pages of the site, by their paths in the repository. */
export function pagesOf(root) {
  const guides = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
  const pages = [
    "README.md",
    "SECURITY.md",
    "CHANGELOG.md",
    ...guides.map((name) => `docs/${name}`),
  ];
  return pages.filter((page) => !ELSEWHERE.includes(page));
}

/** Those that are too long, with the number of their words. */
export function longPages(root) {
  const words = (page) => wordsIn(readFileSync(join(root, page), "utf8"));
  return pagesOf(root)
    .filter((page) => !REFERENCES.includes(page) && words(page) > MOST_WORDS)
    .map((page) => `${page}: ${words(page)} words`);
}

/** What there is to read: no code that stands by itself, and of a link only its text. */
function wordsIn(markdown) {
  const prose = markdown.replace(/^(`{3,})[^]*?^\1/gm, "").replace(/\]\([^)]*\)/g, "]");
  return prose.match(/[\p{L}\p{N}][\p{L}\p{N}'’._-]*/gu).length;
}
