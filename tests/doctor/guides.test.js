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

/** Rows by their first words; what a preset refuses is in presets.test.js, what takes a user in e2e/. */
const rows = {
  openmetadata: {
    "The server cannot be reached": "presets",
    "The address is another": "presets",
    "`clientType` is": "presets",
    "The app client has a secret": faults.secret,
    "The user pool has no domain": faults.noDomain,
    "`authority` begins with the domain": faults.issuer,
    "`callbackUrl` is on another origin": faults.elsewhere,
    "Only the development callback": faults.callback,
    "The client may not read": "e2e",
    "The API answers 401": "e2e",
  },
  rancher: {
    "The form's client secret": "presets",
    "The client ID is the one of the client with one": faults.secret,
    "Nobody is redirected: the user pool": faults.noDomain,
    "Nobody is redirected: the issuer": faults.issuer,
    "`yourRancherHostURL`": faults.callback,
    "A placeholder such as": "presets",
    "The page is not at": faults.elsewhere,
    "A popup does not open": "e2e",
  },
  pomerium: {
    "`idp_client_secret` is": "presets",
    "`${AWS-REGION}`": "presets",
    "The user pool has no domain": faults.noDomain,
    "The callback URL is not registered": faults.callback,
    "The client ID is of the pool as it was": faults.nobody,
    "No identity provider": faults.provider,
    "The code grant": faults.flow,
    "A scope": faults.scope,
    "The page is not at": faults.elsewhere,
  },
  appsmith: {
    "The form's client secret": "presets",
    "The client ID is the one of the client with a": faults.secret,
    "`<user-pool_domain>`": "presets",
    "The JWK Set URL": "presets",
    "The URLs are of two": "presets",
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
    "The provider ID has": "presets",
    "A client secret is": "presets",
    "`{REGION_ID}`": "presets",
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

for (const [page, itsRows] of Object.entries(rows)) {
  const guide = guides.find(({ name }) => name.toLowerCase().replaceAll(" ", "-").startsWith(page));

  test(`${guide.name}: each row has its test`, () => {
    const unknown = rowsOf(page).filter(
      (row) => !Object.keys(itsRows).some((begins) => row.startsWith(begins)),
    );
    assert.deepEqual(unknown, []);
    assert.equal(rowsOf(page).length, Object.keys(itsRows).length);
  });

  for (const [row, fault] of Object.entries(itsRows).filter(([, one]) => typeof one === "object")) {
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
