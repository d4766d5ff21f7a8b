// The documentation as a site: README.md, SECURITY.md, CHANGELOG.md and docs/, as they are.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { anchorOf } from "../anchors.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** What docs/README.md lists, under its headings. */
function sidebar() {
  const text = readFileSync(join(root, "docs/README.md"), "utf8");
  const sections = text.split(/^## /m).slice(1);
  return sections
    .map((section) => ({
      text: section.split("\n")[0],
      items: [...section.matchAll(/^\| \[([^\]]+)\]\(([^)]+)\)/gm)].map(([, title, link]) => ({
        text: title,
        link: new URL(link, "http://site/docs/").pathname.replace(/\.md$/, ""),
      })),
    }))
    .filter(({ items }) => items.length > 0);
}

/** Braces in code are no expressions of Vue. */
function asWritten({ renderer: { rules } }) {
  const inline = rules.code_inline;
  rules.code_inline = (...given) => inline(...given).replace("<code", "<code v-pre");
}

const folders = readdirSync(root, { withFileTypes: true }).filter((each) => each.isDirectory());
const others = folders.filter(({ name }) => name !== "docs").map(({ name }) => `${name}/**`);

export default {
  title: "pkce-wasm",
  description: "Sign-in for single-page apps: OAuth 2.0 and OpenID Connect with PKCE",
  srcDir: root,
  outDir: join(root, "target/site"),
  cacheDir: join(root, "target/site-cache"),
  srcExclude: [
    ...others,
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "docs/testing.md",
    "docs/dependencies.md",
  ],
  rewrites: { "README.md": "index.md", "docs/README.md": "docs/index.md" },
  cleanUrls: false,
  // Pages of the repository alone, and the licences, are named by their paths.
  ignoreDeadLinks: [/LICENSE-/],
  markdown: { anchor: { slugify: anchorOf }, config: asWritten, linkify: false },
  themeConfig: {
    nav: [
      { text: "Guides", link: "/docs/" },
      { text: "Errors", link: "/docs/errors" },
      { text: "API", link: "/api/index.html", target: "_self" },
    ],
    sidebar: sidebar(),
    outline: [2, 3],
    search: { provider: "local" },
  },
};
