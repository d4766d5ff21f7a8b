import { parseArgs } from "node:util";
import { readings, workOf } from "../forms/readings.js";
import { read } from "../forms/files.js";
import { plain } from "../plain.js";
import { Problem } from "../problem.js";
import { importFiles } from "./importer.js";
import { printed } from "./print.js";

const HELP = `Options of createClient, from settings that you have.

Usage: npx pkce-wasm import FILE… [options]

  FILE                    settings of OpenMetadata, Rancher, Pomerium, Appsmith, The Things Stack, Amplify,
                          oidc-client-ts or Keycloak, an app's environment, or a stack's outputs; several
                          files say it together; - is the standard input
  --format js|ts|json     what is printed (js)
  --page <URL>            the page that signs in: of several callbacks its own is taken
  --redirect-uri <URL>    the page's callback, where the file has none, or another one's
  --client-id <ID>        a public client, in the place of the file's
  --env <NAME=value>      a variable that the file refers to, repeatable; or a file with several
  --help                  this text

The exit status is 0 with options, 1 where the settings make none, 2 for a wrong command line.
`;

const OPTIONS = {
  format: { type: "string", default: "js" },
  page: { type: "string" },
  "redirect-uri": { type: "string" },
  "client-id": { type: "string" },
  env: { type: "string", multiple: true, default: [] },
  help: { type: "boolean" },
};

/**
 * `npx pkce-wasm import`: the options to the standard output, everything else to the other one.
 * @param {string[]} words
 * @returns {number} the exit status
 */
export function importCommand(words) {
  const { values, positionals } = argumentsOf(words);
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (positionals.length === 0)
    throw new Problem("usage", "Name a file: npx pkce-wasm import FILE.");
  if (!/^(?:js|ts|json)$/.test(values.format)) {
    throw new Problem("usage", `--format is js, ts or json, not ${values.format}.`);
  }
  const given = givenBeside(values);
  const files = positionals.map((name) => ({ name, text: read(name) }));
  try {
    const imported = importFiles(files, given);
    const { output, remarks } = printed(imported, values.format);
    process.stdout.write(output);
    process.stderr.write(remarks);
    return 0;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const { code, about, message } = error;
    if (values.format === "json") {
      process.stdout.write(`${JSON.stringify({ error: code, about, message }, null, 2)}\n`);
    }
    process.stderr.write(`${code}: ${plain(message)}\n`);
    return 1;
  }
}

function argumentsOf(words) {
  try {
    return parseArgs({ args: words, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new Problem("usage", `${error.message} See npx pkce-wasm import --help.`);
  }
}

/** What stands beside the files, as far as it was said. @returns {import("./importer.js").Given} */
export function givenBeside(values) {
  const { page, "redirect-uri": redirectUri, "client-id": clientId, env = [] } = values;
  for (const [name, address] of Object.entries({ "--page": page, "--redirect-uri": redirectUri })) {
    if (address !== undefined && !URL.canParse(address)) {
      throw new Problem(
        "usage",
        `${name} is an address, such as https://app.example.com/callback.`,
      );
    }
  }
  return { page, redirectUri, clientId, env: Object.assign({}, ...env.map(variablesIn)) };
}

/** `NAME=value`, or a file in any form that has such lines. */
function variablesIn(word) {
  const [, name, value] = /^([A-Za-z_][\w.]*)=(.*)$/s.exec(word) ?? [];
  if (name !== undefined) return { [name]: value };
  const [first] = readings(word, read(word) ?? "", workOf());
  if (first === undefined) throw new Problem("usage", `${word} has no lines NAME=value.`);
  return Object.fromEntries(
    Object.entries(first.documents[0]).filter(([, each]) => typeof each === "string"),
  );
}
