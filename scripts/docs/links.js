// Every link of the built site leads to one of its files, and to a place in it.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";

/** The paths of the site's pages, as they stand in a URL. */
export function htmlOf(site) {
  return readdirSync(site, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".html"))
    .map((entry) => `/${relative(site, join(entry.parentPath ?? entry.path, entry.name))}`)
    .sort();
}

/** The links that lead nowhere, each with the page that it is on. */
export function deadLinks(site) {
  const pages = new Map(htmlOf(site).map((path) => [path, readFileSync(join(site, path), "utf8")]));
  const ids = new Map([...pages].map(([path, html]) => [path, new Set(attributes(html, "id"))]));
  const dead = [];
  for (const [page, html] of pages) {
    for (const link of [...attributes(html, "href"), ...attributes(html, "src")]) {
      const url = new URL(link.replaceAll("&amp;", "&"), `http://site${page}`);
      if (url.host !== "site") continue;
      const path = fileOf(site, decodeURIComponent(url.pathname));
      const anchor = decodeURIComponent(url.hash.slice(1));
      const leads = path && (!anchor || !ids.has(path) || ids.get(path).has(anchor));
      if (!leads) dead.push(`${page}: ${link}`);
    }
  }
  return dead;
}

/** The file that a server has for a path: a folder's is its index. */
function fileOf(site, path) {
  const found = statSync(join(site, path), { throwIfNoEntry: false });
  if (!found?.isDirectory()) return found && path;
  return fileOf(site, join(path, "index.html"));
}

function attributes(html, name) {
  const markup = html.replace(
    /<script\b[^>]*>[^]*?<\/script>/g,
    (script) => script.split(">")[0] + ">",
  );
  return [...markup.matchAll(new RegExp(`\\s${name}="([^"]*)"`, "g"))].map(([, value]) => value);
}
