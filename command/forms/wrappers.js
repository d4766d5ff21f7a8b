// What stands around settings in files: services, manifests, lists of names and values, outputs, and texts
// that are files themselves.

import { isPairs, nested, pairOf, readings } from "./readings.js";
import { fewOf, isObject, placesIn } from "./tree.js";

/** How deep files may be in files, and how many documents they have. */
const DEEPEST = 3;
const MOST = 2_000;

/** Services that prepare another one, and have its settings as well. */
const HELPERS = /migrat|bootstrap|ingest|seed|(?:^|[-_])(?:init|setup)(?:$|[-_])/i;

/**
 * The places in a reading where settings may be.
 * @param {import("./readings.js").Reading} reading
 * @param {{ left: number }} work
 * @returns {{ places: import("./tree.js").Place[], variables: Record<string, unknown> }}
 */
export function unwrapped({ documents, variables = {} }, work, depth = 0) {
  const known = { ...variables };
  const roots = [];
  // A manifest may be a list of others.
  const all = documents.flatMap(
    (each) => (/List$/.test(each.kind) && [each.items].flat().filter(isObject)) || [each],
  );
  for (const document of all.slice(0, MOST)) {
    roots.push({ path: [], members: plain(document, known) });
  }
  const places = fewOf(roots.flatMap(placesIn));
  const inner = [];
  for (const { members } of places) {
    for (const [name, value] of Object.entries(members)) {
      const list = Array.isArray(value) ? value : [];
      if (isPairs(list)) {
        inner.push({ path: [], members: environment(list.map(pairOf)) });
      } else if (list.length > 0 && list.every(isAssignment)) {
        inner.push({ path: [], members: environment(list.map(assignment)) });
      } else if (typeof value === "string" && depth < DEEPEST) {
        const file = fileIn(name, value, work, depth);
        inner.push(...(file?.places ?? []));
        Object.assign(known, file?.variables);
      }
    }
  }
  const more = inner.flatMap((root) => (root.path.length === 0 ? placesIn(root) : [root]));
  return { places: fewOf([...places, ...more]), variables: known };
}

/** A document without what only wraps its values; what may be referred to by name becomes a variable. */
function plain(document, variables) {
  const { services, kind, data, stringData, metadata } = document;
  const isManifest = /^(?:Secret|ConfigMap)$/.test(kind);
  const encoded = kind === "Secret" && isObject(data) ? decoded(data) : data;
  if (isManifest) {
    for (const [key, value] of Object.entries({ ...encoded, ...stringData })) {
      variables[`${metadata?.name}/${key}`] = value;
    }
  }
  return withoutTypes({
    ...document,
    ...(isObject(services) && { services: serving(services) }),
    ...(encoded !== undefined && { data: encoded }),
  });
}

/** Of a compose file, the services that do not just prepare others. */
function serving(services) {
  const all = Object.entries(services).filter(([, service]) => isObject(service));
  const main = all.filter(
    ([name, { command, entrypoint }]) =>
      !HELPERS.test(name) && !/migrat/i.test(JSON.stringify([command, entrypoint])),
  );
  return Object.fromEntries(main.length > 0 ? main : all);
}

/** Base64, as Secrets have it; a line's end comes from `echo`. */
function decoded(data) {
  const entries = Object.entries(data).map(([name, value]) => {
    const isBase64 = typeof value === "string" && /^[A-Za-z\d+/\s]+={0,2}$/.test(value.trimEnd());
    return [name, isBase64 ? Buffer.from(value, "base64").toString().trimEnd() : value];
  });
  return Object.fromEntries(entries);
}

/** Terraform's outputs: `{ value, type, sensitive }` is its value. */
function withoutTypes(value, depth = 0) {
  if (!isObject(value) || depth > 2) return value;
  const entries = Object.entries(value).map(([name, each]) => {
    const isOutput = isObject(each) && "value" in each && ("sensitive" in each || "type" in each);
    return [name, isOutput ? each.value : withoutTypes(each, depth + 1)];
  });
  return Object.fromEntries(entries);
}

function environment(pairs) {
  const named = pairs.map(([name, value]) => [name.split("/").at(-1), referred(value)]);
  return nested(Object.fromEntries(named));
}

/** `valueFrom` leads to a Secret or a ConfigMap. */
function referred(value) {
  const reference = isObject(value) ? (value.secretKeyRef ?? value.configMapKeyRef) : undefined;
  return isObject(reference) ? `\${${reference.name}/${reference.key}}` : value;
}

function isAssignment(item) {
  return typeof item === "string" && /^[A-Za-z_]\w*(?:=|$)/.test(item);
}

/** `NAME=value`; a name alone takes its value from where the service is started. */
function assignment(text) {
  const at = text.indexOf("=");
  return at === -1 ? [text, `\${${text}}`] : [text.slice(0, at), text.slice(at + 1)];
}

/** A file within a file, such as a ConfigMap's `config.yaml`; at times its line ends are written out. */
function fileIn(name, value, work, depth) {
  const text = value.includes("\n") ? value : value.replaceAll("\\n", "\n");
  if (!/\n|^\s*\{/.test(text) || !/[:=]/.test(text)) return undefined;
  const [first] = readings(name, text, work);
  return first === undefined ? undefined : unwrapped(first, work, depth + 1);
}
