// The pages of the site: README.md, SECURITY.md, CHANGELOG.md and docs/ as they are, and the reference of the package.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { anchorOf } from "./anchors.js";
import { pagesOf } from "./words.js";

/** Where VitePress reads them from. */
export const pagesFolder = (root) => join(root, "target/pages");

/** A folder is shown by its index. */
export const asIndex = (path) => path.replace(/(^|\/)README\.md(?=$|#)/, "$1index.md");

/** Puts the pages together, after TypeDoc has written its own. */
export function writePages(root) {
  const folder = pagesFolder(root);
  rmSync(folder, { recursive: true, force: true });
  const pictures = readdirSync(join(root, "docs")).filter((name) => !name.endsWith(".md"));
  for (const path of [...pagesOf(root), ...pictures.map((name) => `docs/${name}`)]) {
    const target = join(folder, asIndex(path));
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(root, path), target, { recursive: true });
  }
  const api = join(root, "target/api");
  mkdirSync(join(folder, "api"));
  for (const name of readdirSync(api)) {
    const text = readFileSync(join(api, name), "utf8");
    writeFileSync(join(folder, "api", name), withAnchorsThatAre(text));
  }
  for (const licence of ["LICENSE-MIT", "LICENSE-APACHE"]) {
    cpSync(join(root, licence), join(folder, `public/${licence}.txt`));
  }
}

/** TypeDoc links to the second heading of a name in some places where there is but one. */
function withAnchorsThatAre(markdown) {
  const anchors = [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading));
  const isSingle = (anchor) => anchors.filter((each) => each === anchor).length === 1;
  return markdown.replace(/\]\(#([\w-]+)-1\)/g, (link, anchor) =>
    isSingle(anchor) ? `](#${anchor})` : link,
  );
}
