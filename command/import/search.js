// Which system's settings files have, and where.

import { readings, workOf } from "../forms/readings.js";
import { resolve } from "../forms/variables.js";
import { unwrapped } from "../forms/wrappers.js";
import { Problem } from "../problem.js";
import { originOf } from "./callbacks.js";
import { findAmplify } from "./systems/amplify.js";
import { findAppsmith } from "./systems/appsmith.js";
import { findCognito } from "./systems/cognito.js";
import { findKeycloak } from "./systems/keycloak.js";
import { findOidcClient } from "./systems/oidc-client.js";
import { findOpenMetadata } from "./systems/open-metadata.js";
import { findPomerium } from "./systems/pomerium.js";
import { findRancher } from "./systems/rancher.js";
import { findTheThingsStack } from "./systems/the-things-stack.js";

/** Those with names of their own first; the last one goes by words. */
const SYSTEMS = [
  findOpenMetadata,
  findRancher,
  findPomerium,
  findAppsmith,
  findTheThingsStack,
  findAmplify,
  findKeycloak,
  findOidcClient,
  findCognito,
];

/** A text without any of these words has no settings of a sign-in, in whatever form. */
const HINT =
  /authentication_|authority|client[-_]?id|user_?pool|cognito|auth-server-url|idp_|rancher|appsmith_|provider[-_]url|issuer|pool_?id|resource|identityprovider|authenticate|kind: *secret/i;

const LOOKED_FOR =
  "settings of OpenMetadata, Rancher, Pomerium, Appsmith, The Things Stack, Amplify, oidc-client-ts or " +
  "Keycloak, an app's environment, or a stack's outputs";

/**
 * The settings that are found first.
 * @param {{ name: string, text: string | undefined }[]} files
 * @param {import("./importer.js").Given} given
 * @returns {import("./found.js").Found}
 */
export function foundIn(files, given) {
  const long = files.find(({ text }) => text === undefined);
  if (long) throw unknown(`${long.name} is longer than any configuration`);
  const told = files.filter(({ text }) => HINT.test(text) || /^[ \t]*[A-Za-z_]\w*\s*=/m.test(text));
  if (!told.some(({ text }) => HINT.test(text))) throw unknown(namesOf(files));
  const beside = { ...given.env, ...locationOf(given.page) };
  // A file of the environment says what the variables of the others stand for.
  const work = workOf();
  const environment = files.length > 1 ? told.flatMap((file) => environmentOf(file, work)) : [];
  for (const places of placesOf(told, Object.assign({}, ...environment, beside), work)) {
    for (const find of SYSTEMS) {
      const found = find(places, given);
      if (found !== undefined) return found;
    }
  }
  throw unknown(namesOf(files));
}

/** What scripts say of the page that they are on. */
function locationOf(page) {
  if (originOf(page) === undefined) return {};
  const { origin, href, protocol, host, hostname, port, pathname } = new URL(page);
  const its = { origin, href, protocol, host, hostname, port, pathname };
  return Object.fromEntries(
    Object.entries(its).map(([name, value]) => [`location.${name}`, value]),
  );
}

function environmentOf({ name, text }, work) {
  const [first] = readings(name, text, work);
  if (!/env|\.tfvars$/i.test(name) || first === undefined) return [];
  return Object.fromEntries(
    Object.entries(first.documents[0]).filter(
      ([, value]) => typeof value === "string" && !value.includes("$"),
    ),
  );
}

/** All files in their likeliest forms; then, one by one, in the others. */
function* placesOf(files, beside, work) {
  const all = files.map(({ name, text }) => readings(name, text, work));
  const likeliest = all
    .map((each) => each.next().value)
    .filter(Boolean)
    .map((each) => unwrapped(each, work));
  if (likeliest.length > 0) yield resolvedAll(likeliest, beside);
  for (const more of all) {
    for (const reading of more) yield resolvedAll([unwrapped(reading, work)], beside);
  }
}

function resolvedAll(all, beside) {
  const variables = Object.assign({}, ...all.map((each) => each.variables), beside);
  return all.flatMap(({ places }) =>
    places.map(({ path, members }) => ({ path, members: resolve(members, variables) })),
  );
}

function unknown(what) {
  return new Problem("unknown_form", `${what}: looked for ${LOOKED_FOR}.`);
}

function namesOf(files) {
  return `Nothing to import in ${files.map(({ name }) => name).join(", ")}`;
}
