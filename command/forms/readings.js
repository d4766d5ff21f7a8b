import { isDeep, isObject } from "./tree.js";
import { readJavaScript, readLiteral } from "./javascript.js";
import { readJson } from "./json.js";
import { readLines } from "./lines.js";
import { codeOf } from "./markdown.js";
import { readShell } from "./shell.js";
import { readTerraform } from "./terraform.js";
import { readYaml } from "./yaml.js";

/**
 * What a text says, read as one form.
 * @typedef {object} Reading
 * @property {object[]} documents each an object
 * @property {Record<string, unknown>} [variables] what its references stand for
 */

/** How many pieces of code a text may have. */
const MOST_BLOCKS = 20;

/** @type {Record<string, (text: string) => Reading | undefined>} */
const READERS = {
  json(text) {
    const literal = () => [readLiteral(text)].filter((each) => typeof each === "object");
    const documents = (readJson(text) ?? literal()).flat().filter(isObject);
    return { documents: isPairs(documents) ? [{ pairs: documents }] : documents };
  },
  yaml(text) {
    const documents = readYaml(text).flat().filter(isObject);
    return { documents: isPairs(documents) ? [{ pairs: documents }] : documents };
  },
  javascript(text) {
    const script = readJavaScript(scriptIn(text));
    return script && { documents: [...script.objects, script.texts].filter(isObject) };
  },
  terraform(text) {
    const { members, blocks, variables } = readTerraform(text);
    return { documents: [members, ...blocks.map((block) => block.members)], variables };
  },
  shell(text) {
    const { variables, commands } = readShell(text);
    return {
      documents: [...commands.map(({ flags, words }) => ({ ...flags, words })), variables],
      variables,
    };
  },
  lines(text) {
    const values = readLines(text);
    // A line may refer to another one; one that refers to anything is no help.
    const plain = Object.entries(values).filter(([, value]) => !/\$|^$/.test(value));
    return { documents: [nested(values)], variables: Object.fromEntries(plain) };
  },
  /** JSON between `'''`, as in Dart. */
  quoted(text) {
    const inner = [...text.matchAll(/'''|"""/g)].map(({ index }) => index).slice(0, MOST_BLOCKS);
    const pieces = inner.slice(1).map((end, index) => text.slice(inner[index] + 3, end));
    return { documents: pieces.flatMap((piece) => readJson(piece) ?? []).filter(isObject) };
  },
};

/** The scripts of a page or of a component. */
function scriptIn(text) {
  const [before, ...scripts] = text.split(/<script\b[^>]*>/i);
  return scripts.length === 0
    ? before
    : scripts.map((each) => each.split("</script")[0]).join("\n;");
}

/** The form that a name tells, as most do. */
const BY_NAME = [
  [/\.(?:json[c5]?|tfstate)$/i, "json"],
  [/\.ya?ml$/i, "yaml"],
  [/\.(?:[cm]?[jt]sx?|vue|svelte|html?|jsonnet|libsonnet)$/i, "javascript"],
  [/\.(?:tf|tfvars|hcl)$/i, "terraform"],
  [/\.dart$/i, "quoted"],
  [/(?:^|[./])env(?:[._-][\w.-]*)?$|\.(?:cmd|bat|ps1|properties|ini)$|dockerfile/i, "lines"],
];

/** The form that a text looks like, where its name does not tell. */
const BY_TEXT = [
  [/\b(?:tti|ttn)-lw-cli\b/, "shell"],
  [/^\s*[[{]/, "json"],
  [/^(?:resource|variable|locals|provider|module|output)\s[^\n]*\{\s*$/m, "terraform"],
  [/^\w+\s*=\s*(?:to(?:set|list|map)\()?[[{]$|^\w+\s*=\s*<sensitive>$/m, "terraform"],
  [
    /^[ \t]*(?:import\s.*\sfrom\s|export\s+(?:const|default)\s|(?:const|let|var)\s+\w+\s*[=:]|module\.exports)/m,
    "javascript",
  ],
  [/^(?:apiVersion|kind|services|openmetadata|authenticationConfiguration|idp_provider):/m, "yaml"],
];

/**
 * How much is read before a file counts as of no form, in characters, each as dear as its form makes it: the
 * answer comes within a second.
 */
const MOST_WORK = 400_000;
const WORK = { json: 0.2, yaml: 3, javascript: 4, terraform: 1, shell: 1, lines: 0.2, quoted: 0.2 };

/** What is left of the work that may go into some files. */
export function workOf() {
  return { left: MOST_WORK };
}

/**
 * What a text may say, the likeliest form first. One that cannot be read in a form is not read so.
 * @param {string} name of the file
 * @param {string} text
 * @param {{ left: number }} work
 * @returns {Generator<Reading>}
 */
export function* readings(name, text, work) {
  const isProse =
    /\.(?:md|markdown|txt)$/i.test(name) || !BY_NAME.some(([form]) => form.test(name));
  const blocks = isProse ? codeOf(text).slice(0, MOST_BLOCKS) : [];
  const first = blocks.flatMap(({ language, code }) => {
    const reading = inForms(`code.${language}`, code, work).next().value;
    return reading ?? [];
  });
  if (first.length > 0) {
    yield {
      documents: first.flatMap(({ documents }) => documents),
      variables: Object.assign({}, ...first.map(({ variables }) => variables)),
    };
  }
  yield* inForms(name, text, work);
}

function* inForms(name, text, work) {
  const likely = [
    ...BY_TEXT.slice(0, 1).filter(([form]) => form.test(text)),
    ...BY_NAME.filter(([form]) => form.test(name)),
    ...BY_TEXT.filter(([form]) => form.test(text)),
  ].map(([, form]) => form);
  const others = ["lines", "yaml", "javascript", "terraform", "quoted"];
  for (const form of new Set([...likely, ...others])) {
    const its = WORK[form] * text.length;
    if (its > work.left) continue;
    work.left -= its;
    const reading = attempt(READERS[form], text);
    if (reading?.documents.length > 0) yield reading;
  }
}

/**
 * Undefined where a text is nested too deeply, or none of that form: nearly every character is an error then,
 * whose stack would take longer than the rest.
 */
function attempt(reader, text) {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    const reading = reader(text);
    return isDeep(reading) ? undefined : reading;
  } catch {
    return undefined;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** `a.b.c: value` is `{ a: { b: { c: value } } }`. */
export function nested(values) {
  const root = Object.create(null);
  for (const [name, value] of Object.entries(values)) {
    const path = /^[\w-]+(?:\.[\w-]+)+$/.test(name) ? name.split(".") : [name];
    const last = path.pop();
    let place = root;
    for (const each of path) {
      if (!isObject(place[each])) place[each] = Object.create(null);
      place = place[each];
    }
    place[last] = value;
  }
  return root;
}

const NAMES = ["name", "Name", "OutputKey", "ParameterKey", "key", "Key"];
const VALUES = ["value", "Value", "OutputValue", "ParameterValue", "valueFrom"];

/** Whether a list has a name and a value in each item: Kubernetes' `env`, a stack's outputs, parameters. */
export function isPairs(list) {
  return list.length > 0 && list.every((item) => isObject(item) && pairOf(item) !== undefined);
}

/** @returns {[name: string, value: unknown] | undefined} */
export function pairOf(item) {
  const name = NAMES.find((each) => typeof item[each] === "string");
  const value = VALUES.find((each) => each in item);
  return name === undefined || value === undefined ? undefined : [item[name], item[value]];
}
