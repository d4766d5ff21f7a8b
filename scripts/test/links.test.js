// Every link of every page leads somewhere: in the repository, and in the packages that pages travel with.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { test } from "node:test";
import { anchorOf } from "../docs/anchors.js";
import { root } from "../run.js";
import { npm } from "../setup/node-modules.js";

const options = { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] };
const listed = execFileSync("git", ["ls-files", "-z", "*.md"], options).split("\0");
// One that was removed, and is still in the index, is none.
const pages = listed.filter((path) => path && existsSync(join(root, path)));

/** What a page says outside of its code, where a link is no link and a heading no heading. */
function proseOf(page) {
  const text = readFileSync(join(root, page), "utf8");
  return text.replace(/^(`{3,})[^]*?^\1/gm, "");
}

/** Where a page leads to, but for other sites: with `#…` as it stands there. */
function linksOf(page) {
  const prose = proseOf(page).replace(/`[^`\n]*`/g, "");
  const inline = prose.matchAll(/\]\(([^)\s]+)\)/g);
  const references = prose.matchAll(/^\[[^\]]+\]: (\S+)$/gm);
  const links = [...inline, ...references].map(([, link]) => link);
  return links.filter((link) => !/^[a-z]+:/.test(link));
}

/** The anchors that GitHub gives the headings of a page. */
function anchorsOf(page) {
  const seen = new Map();
  return [...proseOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => {
    const anchor = anchorOf(heading);
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
}

/** The path, from the root of the repository, of what a link names; the page itself for `#…`. */
function targetOf(page, link) {
  const [path] = link.split("#");
  return path === "" ? page : posix.join(posix.dirname(page), path);
}

test("every link and every anchor of every page leads to something that exists", () => {
  let links = 0;
  for (const page of pages) {
    for (const link of linksOf(page)) {
      const target = targetOf(page, link);
      assert.ok(existsSync(join(root, target)), `${page}: ${link}`);
      const [, anchor] = link.split("#");
      if (anchor) assert.ok(anchorsOf(target).includes(anchor), `${page}: ${link}`);
      links += 1;
    }
  }
  assert.ok(links > 100);
});

/** What npm packs of a folder. */
function filesOfPackage(folder) {
  const [file, ...args] = npm;
  const command = [...args, "pack", "--dry-run", "--json", `./${folder}`];
  const [packed] = JSON.parse(execFileSync(file, command, options));
  return packed.files.map(({ path }) => posix.join(folder, path));
}

/** What Cargo packs. */
function filesOfCrate() {
  const args = ["package", "--list", "--allow-dirty", "--offline", "--package", "pkce-wasm"];
  return execFileSync("cargo", args, options).trim().split("\n");
}

for (const [name, folder, list] of [
  ["the npm package pkce-wasm", ".", filesOfPackage],
  ["the npm package hosted-ui", "hosted-ui", filesOfPackage],
  ["the crate pkce-wasm", ".", filesOfCrate],
]) {
  test(`every link of every page that travels with ${name} leads to a file that travels, too`, () => {
    const files = list(folder);
    const travelling = files.filter((path) => path.endsWith(".md"));
    assert.ok(travelling.includes(posix.join(folder, "README.md")));
    for (const page of travelling) {
      for (const link of linksOf(page)) {
        assert.ok(files.includes(targetOf(page, link)), `${page}: ${link}`);
      }
    }
  });
}
