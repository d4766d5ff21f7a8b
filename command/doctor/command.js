import { parseArgs } from "node:util";
import { AuthError } from "../../dist/first-load/error.js";
import { cognito } from "../../dist/presets.js";
import { read } from "../forms/files.js";
import { givenBeside } from "../import/command.js";
import { importFiles } from "../import/importer.js";
import { Problem } from "../problem.js";
import { failed } from "./finding.js";
import { lineOf, progress, summaryOf } from "./print.js";
import { placeOf, Requests } from "./requests.js";
import { examine } from "./run.js";

const HELP = `Whether a sign-in will work: options, provider, callback and page, in the order in which it meets them.

Usage: npx pkce-wasm doctor --issuer <URL> --client-id <ID> --redirect-uri <URL> [options]
       npx pkce-wasm doctor --from FILE…  [options]
       npx pkce-wasm doctor --url <URL>   [options]

  --issuer <URL>                     the provider's issuer
  --client-id <ID>                   the client's ID; with --from it stands in for the file's
  --redirect-uri <URL>               where the user comes back to
  --domain <domain>                  Cognito: the user pool's domain, where nothing is to be discovered
  --scope <scopes>                   what is asked for (openid email profile)
  --post-logout-redirect-uri <URL>   where the user is after signing out
  --origin <origin>                  of the page, where it is not redirectUri's
  --from FILE                        settings that npx pkce-wasm import reads; repeatable, with its --page
                                     and --env
  --url <URL>                        a page that has its client's options in
                                     <script type="application/json" id="pkce-wasm">
  --json                             everything as JSON
  --help                             this text

It signs nobody in, changes nothing, makes at most 25 requests and lists them. The exit status is 0 where
nothing keeps users from signing in, 1 where something does, 2 for a wrong command line.
`;

const text = { type: "string" };
const OPTIONS = {
  issuer: text,
  "client-id": text,
  "redirect-uri": text,
  domain: text,
  scope: text,
  "post-logout-redirect-uri": text,
  origin: text,
  from: { type: "string", multiple: true },
  page: text,
  env: { type: "string", multiple: true },
  url: text,
  json: { type: "boolean" },
  help: { type: "boolean" },
};

/**
 * `npx pkce-wasm doctor`.
 * @param {string[]} words
 * @returns {Promise<number>} the exit status
 */
export async function doctorCommand(words) {
  const values = valuesOf(words);
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const show = (findings) => {
    progress();
    if (!values.json) for (const each of findings) process.stdout.write(lineOf(each));
  };
  const requests = new Requests();
  let findings;
  try {
    const options = await optionsOf(values, requests);
    const origin = originOf(values);
    const given = { origin, requests, onStart: progress, onFindings: show };
    ({ findings } = await examine(options, given));
  } catch (problem) {
    if (!(problem instanceof Problem || problem instanceof AuthError) || problem.code === "usage")
      throw problem;
    const { code, message } = problem;
    const said = message.replace(/ \[[^\]]*\]$/, "");
    findings = [failed("settings", said, "Correct the settings.", code)];
    show(findings);
  }
  const isWell = findings.every(({ verdict }) => verdict !== "failed");
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ ok: isWell, findings, requests: requests.sent }, null, 2)}\n`
      : summaryOf(findings, requests.sent),
  );
  return isWell ? 0 : 1;
}

function valuesOf(words) {
  try {
    return parseArgs({ args: words, options: OPTIONS }).values;
  } catch (error) {
    throw new Problem("usage", `${error.message} See npx pkce-wasm doctor --help.`);
  }
}

/** A page's address says its origin as well. */
function originOf({ origin }) {
  if (origin === undefined) return undefined;
  if (/^https?:/.test(origin) && URL.canParse(origin)) return new URL(origin).origin;
  throw new Problem("usage", "--origin is a page's origin, such as https://app.example.com.");
}

/** What is examined: options of `createClient`, as they were said in one of three ways. */
async function optionsOf(values, requests) {
  const { from, url } = values;
  if (from !== undefined) {
    const files = from.map((name) => ({ name, text: read(name) }));
    return { ...importFiles(files, givenBeside(values)).options, ...saidBeside(values) };
  }
  if (url !== undefined) return { ...(await optionsAt(url, requests)), ...saidBeside(values) };
  const { issuer, "client-id": clientId, "redirect-uri": redirectUri, domain } = values;
  for (const [name, value] of Object.entries({
    issuer,
    "client-id": clientId,
    "redirect-uri": redirectUri,
  })) {
    if (value === undefined)
      throw new Problem(
        "usage",
        `--${name} is missing, or --from, or --url: see npx pkce-wasm doctor --help.`,
      );
  }
  const rest = { clientId, redirectUri, ...saidBeside(values) };
  if (domain === undefined) return { issuer, ...rest };
  const userPoolId = URL.canParse(issuer)
    ? new URL(issuer).pathname.replace(/^\/|\/+$/g, "")
    : issuer;
  return cognito({ ...rest, userPoolId, domain, issuer });
}

function saidBeside({ scope, "post-logout-redirect-uri": postLogoutRedirectUri }) {
  return { ...(scope && { scope }), ...(postLogoutRedirectUri && { postLogoutRedirectUri }) };
}

/** How many redirects lead to a page, and how long a script's tag may be. */
const MOST_REDIRECTS = 4;
const SCRIPTS = /<script\b([^>]{0,500})>([^<]*)<\/script>/gi;

/** A page that wants to be examined has its options in it. */
async function optionsAt(url, requests) {
  const { text } = await pageAt(url, requests);
  const [, , script] =
    [...text.matchAll(SCRIPTS)].find(([, tag]) => /\bid=["']?pkce-wasm(?:["'\s]|$)/i.test(tag)) ??
    [];
  try {
    return JSON.parse(script);
  } catch {
    throw new Problem(
      "usage",
      `${placeOf(url)} has no <script type="application/json" id="pkce-wasm"> with options in it.`,
    );
  }
}

async function pageAt(url, requests) {
  if (!isPage(url)) {
    const message =
      "--url is a page's address, without user and password, such as https://app.example.com/.";
    throw new Problem("usage", message);
  }
  let place = url;
  for (let left = MOST_REDIRECTS; ; left -= 1) {
    const answer = await requests
      .ask(place, { headers: { accept: "text/html" } })
      .catch((fault) => {
        throw new Problem(fault.code, `${fault.message} ${fault.fix}`);
      });
    const location = answer.headers.get("location");
    if (left === 0 || location === null) return answer;
    const next = URL.canParse(location, place) ? new URL(location, place).href : "";
    if (!isPage(next)) {
      const message = `${placeOf(place)} leads to what is no page's address: correct where it leads.`;
      throw new Problem("network", message);
    }
    place = next;
  }
}

/** Whether a browser opens it by itself: user and password it would ask for, and here they would be shown. */
function isPage(address) {
  if (!/^https?:/i.test(address) || !URL.canParse(address)) return false;
  const { username, password } = new URL(address);
  return username === "" && password === "";
}
