// Makes of doctor-results.json the table of docs/doctor.md.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { format } from "prettier";
import { honest, mistakes } from "./misconfigurations.js";
import { providers } from "./providers/index.js";

const file = new URL("doctor-results.json", import.meta.url);
const page = new URL("../docs/doctor.md", import.meta.url);
const BEGIN = "<!-- `npm run interop -- doctor` writes from here -->";
const END = "<!-- to here -->";

/** The variants of one provider answer alike, and emulators look at nothing, or have no metadata of their own. */
export const examinedProviders = providers.filter(
  ({ name }) => !/ without |^(?:oauth2-mock-server|cognito-local|moto)$/.test(name),
);

/** Keeps what came of a provider, and leaves what came of others. */
export async function keep({ name, version }, results) {
  const all = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  all[name] = {
    version,
    results: Object.fromEntries(results.map((each) => [each.name, each.result])),
  };
  writeFileSync(file, await format(JSON.stringify(all), { parser: "json", printWidth: 100 }));
  const played = examinedProviders
    .filter((each) => all[each.name])
    .map((each) => ({ ...each, ...all[each.name] }));
  const [before, rest] = readFileSync(page, "utf8").split(BEGIN);
  const [, after] = rest.split(END);
  const whole = [before, BEGIN, "\n\n", table(played), "\n\n", END, after].join("");
  writeFileSync(page, await format(whole, { parser: "markdown", printWidth: 100 }));
}

function table(played) {
  const heads = ["", ...played.map(({ name, version }) => `${name} ${version}`)];
  const rows = [
    ["honest configurations complained of", ...played.map(({ results }) => alarms(results))],
    ...Object.keys(mistakes).map((name) => [
      name,
      ...played.map(({ results }) => signOf(results[name])),
    ]),
  ];
  return [heads, heads.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

function alarms(results) {
  const its = Object.keys(honest).filter((name) => name in results);
  const count = its.filter((name) => results[name].startsWith("alarm")).length;
  return `${count} of ${its.length}`;
}

function signOf(result) {
  if (result === undefined) return "";
  return result.startsWith("missed")
    ? "**missed**"
    : { named: "✓", unseen: "later", told: "told" }[result];
}
