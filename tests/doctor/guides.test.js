// "What goes wrong" in the guides of the five systems: each row that shows before anybody signs in.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as presets from "../../dist/presets.js";
import { examine } from "../../command/doctor/run.js";
import { enabledScopes } from "../e2e/systems/start.js";
import { guides } from "../e2e/systems/guides.js";
import { startWorld } from "./world.js";

/**
 * @typedef {object} Fault
 * @property {object} [client] of the app client
 * @property {object} [pool]
 * @property {(options: object, world: object) => object} [changes] of the options
 * @property {(origin: string) => string} [page] where the page is instead
 * @property {string} check which names it
 * @property {RegExp} says
 */

/** @type {Record<string, Fault>} */
const faults = {
  secret: { client: { clientSecret: "not-for-browsers" }, check: "token", says: /has a secret/ },
  noDomain: { pool: { noDomain: true }, check: "discovery", says: /pool a domain/ },
  issuer: {
    changes: (_options, { ui }) => ({ issuer: `${ui.domain}/us-east-1_Local0001` }),
    check: "discovery",
    says: /answers 40\d.*issuer/s,
  },
  elsewhere: {
    page: (origin) => origin.replace("localhost", "127.0.0.1"),
    check: "settings",
    says: /one origin/,
  },
  callback: {
    client: { callbackUrls: ["https://app.example.com/callback"] },
    check: "authorization",
    says: /Register .* to the letter/,
  },
  nobody: { changes: () => ({ clientId: "nobody" }), check: "authorization", says: /client ID/ },
  provider: {
    client: { identityProviders: [] },
    check: "authorization",
    says: /Login option is not available/,
  },
  flow: { client: { flows: ["implicit"] }, check: "authorization", says: /code grant/ },
  scope: {
    client: { scopes: enabledScopes.filter((scope) => scope !== "email") },
    check: "authorization",
    says: /Enable email/,
  },
  domain: {
    changes: ({ endpoints }) => ({
      endpoints: { ...endpoints, authorization: "http://localhost:9/oauth2/authorize" },
    }),
    check: "authorization",
    says: /localhost:9 has a port/,
  },
};

/** @typedef {{ file: string, name: string }} Shown a test elsewhere that shows it */

const inPresets = (name) => ({ file: "presets.test.js", name });
const secretOf = (preset) =>
  inPresets(`${preset}: a client secret is refused, an empty one is none`);
const placeholderOf = (preset) =>
  inPresets(`${preset}: a setting that is still the guide's placeholder is named`);

/**
 * Rows by their first words. What a preset refuses never comes to the doctor, and what takes a user it cannot see.
 * @type {Record<string, Record<string, Fault | Shown>>}
 */
const rows = {
  openmetadata: {
    "The server cannot be reached": inPresets("openMetadata: a server that is down"),
    "The address is another": inPresets("openMetadata: a server that answers with an HTML page"),
    "`clientType` is": inPresets("openMetadata refuses a server that is a confidential client"),
    "The app client has a secret": faults.secret,
    "The user pool has no domain": faults.noDomain,
    "`authority` begins with the domain": faults.issuer,
    "`callbackUrl` is on another origin": faults.elsewhere,
    "Only the development callback": faults.callback,
    "The client may not read": {
      file: "e2e/systems-troubleshooting.test.js",
      name: "OpenMetadata, make sure to add email: code_refused, and docs/errors.md has the remedy",
    },
    "The API answers 401": { file: "e2e/fetch.test.js", name: "a second 401 is the caller's" },
  },
  rancher: {
    "The form's client secret": secretOf("rancher"),
    "The client ID is the one of the client with one": faults.secret,
    "Nobody is redirected: the user pool": faults.noDomain,
    "Nobody is redirected: the issuer": faults.issuer,
    "`yourRancherHostURL`": faults.callback,
    "A placeholder such as": placeholderOf("rancher"),
    "The page is not at": faults.elsewhere,
    "A popup does not open": {
      file: "e2e/popup.test.js",
      name: "a popup that the browser blocks is said to be",
    },
  },
  pomerium: {
    "`idp_client_secret` is": secretOf("pomerium, config.yaml"),
    "`${AWS-REGION}`": placeholderOf("pomerium, config.yaml"),
    "The user pool has no domain": faults.noDomain,
    "The callback URL is not registered": faults.callback,
    "The client ID is of the pool as it was": faults.nobody,
    "No identity provider": faults.provider,
    "The code grant": faults.flow,
    "A scope": faults.scope,
    "The page is not at": faults.elsewhere,
  },
  appsmith: {
    "The form's client secret": secretOf("appsmith"),
    "The client ID is the one of the client with a": faults.secret,
    "`<user-pool_domain>`": placeholderOf("appsmith"),
    "The JWK Set URL": inPresets(
      "appsmith: a JWK Set URL that does not tell the issuer is refused",
    ),
    "The URLs are of two": {
      file: "presets-as-written.test.js",
      name: "appsmith: keys of one provider beside endpoints of another are named",
    },
    "The pool has no domain, or": faults.domain,
    "The Redirect URL is not registered": faults.callback,
    "The instance's domain was changed": faults.elsewhere,
    "No identity provider": faults.provider,
    "The code grant": faults.flow,
    "A scope": faults.scope,
  },
  "the-things-stack": {
    "There is no domain name": faults.noDomain,
    "`email`, `profile` or": faults.scope,
    "Cognito User Pool is not": faults.provider,
    "The callback URL has another": faults.callback,
    "The provider ID has": inPresets(
      "the things stack: an ID that the server would not take is refused",
    ),
    "A client secret is": secretOf("theThingsStack"),
    "`{REGION_ID}`": placeholderOf("theThingsStack"),
    "The page is not at": faults.elsewhere,
  },
};

/** First cells of the table in a guide. */
function rowsOf(page) {
  const text = readFileSync(new URL(`../../docs/${page}.md`, import.meta.url), "utf8");
  const [, section] = text.split("## What goes wrong");
  return section
    .split(/\n## /)[0]
    .split("\n")
    .filter((line) => line.startsWith("| ") && !/^\| (?:what is wrong|---)/.test(line))
    .map((line) => line.slice(2));
}

/** The options that a system's settings make, for an app that runs where the system does. */
function optionsOf({ preset, settings, callbackPath }, { ui, origin }) {
  const place = {
    origin,
    issuer: ui.issuer,
    domain: ui.domain,
    clientId: "orders",
    callbackUrl: `${origin}${callbackPath}`,
  };
  return preset === "openMetadata"
    ? presets.fromOpenMetadata(settings(place))
    : presets[preset](settings(place));
}

/** Whether a file has that test: by its title, and where that is made of values, with these among its words. */
function has({ file, name }) {
  const text = readFileSync(new URL(`../${file}`, import.meta.url), "utf8");
  return [...text.matchAll(/\btest\(\s*(?:`([^`]+)`|"([^"]+)")/g)].some(([, made, plain]) => {
    if (plain !== undefined) return plain === name;
    const parts = made.split(/\$\{\w+(?:\.\w+)*\}/).map((part) => part.replace(/[^\w\s]/g, "\\$&"));
    const [whole, ...values] = new RegExp(`^${parts.join("(.+)")}$`).exec(name) ?? [];
    return whole !== undefined && values.every((value) => text.includes(value));
  });
}

for (const [page, itsRows] of Object.entries(rows)) {
  const guide = guides.find(({ name }) => name.toLowerCase().replaceAll(" ", "-").startsWith(page));

  test(`${guide.name}: each row has its test`, () => {
    const unknown = rowsOf(page).filter(
      (row) => !Object.keys(itsRows).some((begins) => row.startsWith(begins)),
    );
    assert.deepEqual(unknown, []);
    assert.equal(rowsOf(page).length, Object.keys(itsRows).length);
    const elsewhere = Object.values(itsRows).filter(({ file }) => file !== undefined);
    assert.deepEqual(
      elsewhere.filter((shown) => !has(shown)),
      [],
    );
  });

  for (const [row, fault] of Object.entries(itsRows).filter(([, { check }]) => check)) {
    test(`${guide.name}, ${row}: the doctor names it`, async (t) => {
      const { client = {}, pool, changes, page: openedAt, check, says } = fault;
      const world = await startWorld(t, {
        pool,
        client: ({ origin }) => ({ callbackUrls: [`${origin}${guide.callbackPath}`], ...client }),
      });
      const options = optionsOf(guide, world);
      const its = { ...options, ...changes?.(options, world) };
      const { findings } = await examine(its, { origin: openedAt?.(world.origin) });
      const failed = findings.filter(({ verdict }) => verdict === "failed");
      assert.deepEqual(
        failed.map((each) => each.check),
        [check],
        JSON.stringify(findings),
      );
      assert.match(`${failed[0].evidence} ${failed[0].fix}`, says);
    });
  }
}
