// Makes of results.json the tables of docs/interop.md: `node interop/report.js` does it again.
import { readFileSync, writeFileSync } from "node:fs";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { format } from "prettier";
import { optionsAt } from "./play.js";
import { providers } from "./providers/index.js";
import { steps as common } from "./steps.js";

const file = new URL("results.json", import.meta.url);
const page = new URL("../docs/interop.md", import.meta.url);
const BEGIN = "<!-- `npm run interop` writes from here -->";
const END = "<!-- to here -->";

const engines = { chromium: "Chromium", firefox: "Firefox", webkit: "WebKitGTK" };

/** Keeps what came of a provider in some engines, and leaves what came of others. */
export async function keep(provider, results) {
  const all = JSON.parse(readFileSync(file, "utf8"));
  const own = all[provider.name] ?? {};
  const kept = own.version === provider.version ? own.engines : {};
  for (const { engine, ...result } of results) kept[engine] = result;
  all[provider.name] = { version: provider.version, engines: kept };
  writeFileSync(file, await format(JSON.stringify(all), { parser: "json", printWidth: 100 }));
  await writeReport();
}

/** Rewrites what is between the marks of the page, and leaves what is written by hand. */
async function writeReport() {
  const all = JSON.parse(readFileSync(file, "utf8"));
  const played = providers
    .filter(({ name }) => all[name])
    .map((provider) => ({ ...provider, engines: all[provider.name].engines }));
  const [before, rest] = readFileSync(page, "utf8").split(BEGIN);
  const [, after] = rest.split(END);
  const sections = [counts, stepList, explanations, needs, facts, surprises, failures];
  const generated = sections.map((section) => section(played)).filter(Boolean);
  const whole = [before, BEGIN, "\n\n", generated.join("\n\n"), "\n\n", END, after].join("");
  writeFileSync(page, await format(whole, { parser: "markdown", printWidth: 100 }));
}

const table = (heads, rows) =>
  [heads, heads.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

function counts(played) {
  const rows = played.map(({ name, version, language, engines: results }) => [
    name,
    `${version}, ${language}`,
    ...Object.keys(engines).map((engine) => count(results[engine]?.steps)),
  ]);
  return table(["provider", "version", ...Object.values(engines)], rows);
}

function count(steps) {
  if (steps === undefined) return "not run";
  return ["passed", "explained", "failed", "not run"]
    .map((result) => [steps.filter((step) => step.result === result).length, result])
    .filter(([number]) => number > 0)
    .map(([number, result]) => `${number} ${result}`)
    .join(", ");
}

function stepList(played) {
  const own = played
    .filter(({ steps }) => steps)
    .map(({ name, hasCommonSteps = true, steps }) =>
      hasCommonSteps ? `At ${name} also: ${names(steps)}.` : `At ${name} instead: ${names(steps)}.`,
    );
  return ["## The steps", `At each: ${names(common)}.`, ...own].join("\n\n");
}

const names = (steps) => steps.map(({ name }) => name).join("; ");

function explanations(played) {
  const rows = played.flatMap(({ name, explained = {} }) => {
    const byWords = new Map(Object.values(explained).map((words) => [words, []]));
    for (const [step, words] of Object.entries(explained)) byWords.get(words).push(step);
    return [...byWords].map(([words, steps]) => [name, steps.join("; "), words]);
  });
  return ["## Explained, and not played", table(["provider", "steps", "why"], rows)].join("\n\n");
}

function needs(played) {
  const rows = played.map((provider, index) => {
    const { issuer, ...options } = optionsAt(provider, "https://id.example");
    return [
      provider.name,
      provider.registered === played[index - 1]?.registered ? "the same" : provider.registered,
      [...code("", options), ...code("`signIn`: ", provider.signInOptions)].join("; ") ||
        "nothing more",
    ];
  });
  return [
    "## What each had to be told",
    "Beside `issuer`, `clientId`, `redirectUri` and `postLogoutRedirectUri`.",
    table(["provider", "registration", "options of `createClient`"], rows),
  ].join("\n\n");
}

const code = (where, options = {}) =>
  Object.entries(options).map(
    ([name, value]) => `${where}\`${name}: ${JSON.stringify(value).replace(/"(\w+)":/g, "$1: ")}\``,
  );

/** What the first engine has seen: it is the provider's doing, and no engine's. */
function facts(played) {
  const seen = played
    .map(({ name, engines: results }) => [name, Object.values(results)[0].facts])
    .filter(([, one]) => Object.keys(one).length > 0);
  const columns = [...new Set(seen.flatMap(([, one]) => Object.keys(one)))];
  const rows = seen.map(([name, one]) => [name, ...columns.map((column) => one[column] ?? "")]);
  return ["## What they do", table(["provider", ...columns], rows)].join("\n\n");
}

function surprises(played) {
  const items = played.flatMap(({ name, surprises = [] }) =>
    surprises.map((words) => `- **${name}**: ${words}`),
  );
  return items.length > 0 && ["## What surprised", items.join("\n")].join("\n\n");
}

function failures(played) {
  const items = played.flatMap(({ name, engines: results }) =>
    Object.entries(results).flatMap(([engine, { steps }]) =>
      steps
        .filter(({ result }) => result === "failed")
        .map(({ step, words }) => `- ${name}, ${engines[engine]}, ${step}: ${oneLine(words)}`),
    ),
  );
  return items.length > 0 && ["## What failed", items.join("\n")].join("\n\n");
}

const oneLine = (words) => words.replace(/\s+/g, " ").slice(0, 200);

if (argv[1] === fileURLToPath(import.meta.url)) await writeReport();
