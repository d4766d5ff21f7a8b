import { failed, ok, warning } from "../finding.js";
import { tagsIn } from "./html.js";

/** A script or a style sheet whose name has a hash of its content, as bundlers make them: a digit is in it. */
const HASHED = /[.-](?=\w*\d)\w{8,}\.(?:m?js|css)$/;

/** How long a page may be kept whose files have other names after the next deployment. */
const LONGEST_SECONDS = 3600;

/**
 * One of the files that the app is made of: whether it is there, seen from the callback's path, and how long
 * browsers keep it and the page.
 * @param {import("../visit.js").Visit} visit
 * @param {import("../requests.js").Answer} page at the callback
 * @returns {Promise<import("../run.js").Finding[]>}
 */
export async function filesFindings(visit, page) {
  const files = filesOf(page.text, visit.options.redirectUri).filter(
    ({ url }) => url.origin === visit.origin,
  );
  const { url } =
    files.find(({ isHashed }) => isHashed) ?? files.find(({ isModule }) => isModule) ?? {};
  if (url === undefined) return [];
  const answer = await visit.ask(url.href, { headers: { accept: "*/*" } }).catch(() => undefined);
  if (answer === undefined) return [];
  const type = answer.headers.get("content-type") ?? "no type";
  if (answer.status !== 200 || /^text\/html\b/i.test(type)) {
    return [
      failed(
        "page",
        `The page at redirectUri names ${url.pathname}, which answers ${answer.status} (${type}): the app does not run there.`,
        "Name its files from the root of the server, not relative to the page, and deploy them with it.",
      ),
    ];
  }
  return HASHED.test(url.pathname) ? [...kept(url, answer, page)] : [];
}

/** The scripts and style sheets that a page names. */
function filesOf(text, address) {
  const tags = tagsIn(text);
  const base = tags.find(({ name, attributes }) => name === "base" && attributes.has("href"));
  const href = base?.attributes.get("href") ?? "";
  const from = URL.canParse(href, address) ? new URL(href, address) : new URL(address);
  return tags.flatMap(({ name, attributes }) => {
    const its = { script: attributes.get("src"), link: attributes.get("href") }[name];
    if (its === undefined || !URL.canParse(its, from)) return [];
    const url = new URL(its, from);
    const isModule = name === "script" && attributes.get("type")?.trim().toLowerCase() === "module";
    return [{ url, isModule, isHashed: HASHED.test(url.pathname) }];
  });
}

function* kept(url, file, page) {
  const name = url.pathname.split("/").at(-1);
  const its = file.headers.get("cache-control");
  if (its !== null && secondsOf(its) === 0) {
    yield warning(
      "page",
      `${name} has a hash in its name, and is asked for anew on each visit (Cache-Control: ${its}).`,
      "Send Cache-Control: max-age=31536000, immutable with files that have a hash in their names.",
    );
  } else {
    yield ok("page", `Browsers keep ${name} (Cache-Control: ${its ?? "none, so as they guess"}).`);
  }
  const ofPage = page.headers.get("cache-control");
  if (ofPage === null || secondsOf(ofPage) <= LONGEST_SECONDS) return;
  yield warning(
    "page",
    `Browsers keep the page itself (Cache-Control: ${ofPage}): after a deployment it names files that are gone.`,
    "Send Cache-Control: no-cache with the page.",
  );
}

/** For how long an answer is used without asking: RFC 9111 §5.2.2. */
function secondsOf(control) {
  if (/\bno-(?:cache|store)\b/i.test(control)) return 0;
  const [, seconds] = /(?:^|[\s,])max-age="?(\d+)/i.exec(control) ?? [];
  return seconds === undefined ? undefined : Number(seconds);
}
