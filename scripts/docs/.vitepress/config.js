// The documentation as a site.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { anchorOf } from "../anchors.js";
import { asIndex, pagesFolder } from "../pages.js";
import { picture } from "../pictures.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** What docs/README.md lists, under its headings. */
function sidebar() {
  const text = readFileSync(join(root, "docs/README.md"), "utf8");
  const sections = text.split(/^## /m).slice(1);
  const guides = sections
    .map((section) => ({
      text: section.split("\n")[0],
      items: [...section.matchAll(/^\| \[([^\]]+)\]\(([^)]+)\)/gm)].map(([, title, link]) => ({
        text: title,
        link: new URL(link, "http://site/docs/").pathname.replace(/\.md$/, ""),
      })),
    }))
    .filter(({ items }) => items.length > 0);
  return [...guides, { text: "Reference", items: entries() }];
}

/** The package's entries, each with the page that TypeDoc has written. */
function entries() {
  const names = readdirSync(join(pagesFolder(root), "api")).map((file) => file.replace(".md", ""));
  const guided = names.filter((name) => name !== "index" && name !== "entries");
  const items = guided.map((name) => ({ text: `pkce-wasm/${name}`, link: `/api/${name}` }));
  return [{ text: "pkce-wasm", link: "/api/" }, ...items];
}

/** Where the site has what a page links to. */
function addressOf(link) {
  if (/^[a-z]+:/.test(link)) return link;
  return asIndex(link).replace(/^(LICENSE-\w+)$/, "/$1.txt");
}

/** What stands on a page otherwise than GitHub shows it. */
function asShown({ core, renderer: { rules } }) {
  core.ruler.push("addresses and headers", ({ tokens }) => {
    const inline = tokens.flatMap(({ children }) => children ?? []);
    for (const token of inline.filter(({ type }) => type === "link_open")) {
      token.attrSet("href", addressOf(token.attrGet("href")));
    }
    // A header without a word is read out as one.
    for (const [index, { type }] of tokens.entries()) {
      if (type !== "th_open" || tokens[index + 1].content !== "") continue;
      tokens[index].tag = tokens[index + 2].tag = "td";
    }
  });
  const { code_inline: inline, fence, image } = rules;
  // Braces in code are no expressions of Vue.
  rules.code_inline = (...given) => inline(...given).replace("<code", "<code v-pre");
  rules.fence = (tokens, index, ...rest) =>
    tokens[index].info.trim() === "mermaid"
      ? picture(tokens[index].content)
      : fence(tokens, index, ...rest);
  // Where the page about the playground has a picture of it, the site has the playground itself.
  rules.image = (tokens, index, options, env, self) =>
    env.relativePath === "docs/playground.md"
      ? '<iframe class="playground" src="/playground/" title="The playground"></iframe>'
      : image(tokens, index, options, env, self);
}

export default {
  title: "pkce-wasm",
  description: "Sign-in for single-page apps: OAuth 2.0 and OpenID Connect with PKCE",
  srcDir: pagesFolder(root),
  outDir: join(root, "target/site"),
  cacheDir: join(root, "target/site-cache"),
  cleanUrls: false,
  // `links.js` looks at every link of what was built, anchors and all.
  ignoreDeadLinks: true,
  markdown: {
    anchor: { slugify: anchorOf },
    config: asShown,
    linkify: false,
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
  },
  themeConfig: {
    nav: [
      { text: "Guides", link: "/docs/" },
      { text: "Errors", link: "/docs/errors" },
      { text: "Playground", link: "/docs/playground" },
      { text: "API", link: "/api/" },
    ],
    sidebar: sidebar(),
    outline: [2, 3],
    search: { provider: "local" },
  },
};
