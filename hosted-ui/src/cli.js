#!/usr/bin/env node
import { parseArgs } from "node:util";

import { startHostedUi } from "./index.js";
import { defaultClient, defaultUser, secondIssuerUses } from "./options.js";
import { alterRefreshes, refuseRefreshes } from "./refreshes.js";
import { lineOfRefusal } from "./refusals.js";

const help = `A local user pool, shaped like Amazon Cognito's, with its hosted login page.

Usage: npx hosted-ui [options]

  --issuer-port <port>            issuer's origin (9400)
  --domain-port <port>            hosted UI's origin (9401)
  --user-pool-id <id>             user pool (us-east-1_Local0001)
  --client-id <id>                app client (${defaultClient.clientId})
  --callback-url <url>            allowed callback URL, repeatable (${defaultClient.callbackUrls[0]})
  --logout-url <url>              allowed sign-out URL, repeatable (${defaultClient.logoutUrls[0]})
  --scope "<scopes>"              scopes enabled for the client (${defaultClient.scopes.join(" ")})
  --user <name:password>          user, repeatable (${defaultUser.username}:${defaultUser.password})
  --rotation off|<grace seconds>  refresh token rotation (off)
  --access-token-seconds <n>      lifetime of access tokens, and expires_in (3600)
  --id-token-seconds <n>          lifetime of ID tokens (as that of access tokens)
  --no-domain                     a user pool without a domain
  --help                          this text

What some providers do, and an app should bear:

  --auth-time-of-refresh          a refresh gives its own time as auth_time
  --second-issuer <where>         the pool's second name, with 127.0.0.1 for localhost, is in
                                  its own discovery alone, in refreshed tokens too, or in all:
                                  ${secondIssuerUses.join(", ")}
  --clock-offset-seconds=<n>      the provider's clock is ahead, or behind with -n (0)
  --alter-refresh <JSON>          members to set in each answer to a refresh; null leaves one out
  --refuse-refresh <status[:error]>
                                  each refresh is refused
  --retry-after-seconds <n>       that refusal's Retry-After, which scripts can read
`;

const options = {
  "issuer-port": { type: "string" },
  "domain-port": { type: "string" },
  "user-pool-id": { type: "string" },
  "client-id": { type: "string" },
  "callback-url": { type: "string", multiple: true },
  "logout-url": { type: "string", multiple: true },
  scope: { type: "string" },
  user: { type: "string", multiple: true },
  rotation: { type: "string" },
  "access-token-seconds": { type: "string" },
  "id-token-seconds": { type: "string" },
  "no-domain": { type: "boolean" },
  "auth-time-of-refresh": { type: "boolean" },
  "second-issuer": { type: "string" },
  "clock-offset-seconds": { type: "string" },
  "alter-refresh": { type: "string" },
  "refuse-refresh": { type: "string" },
  "retry-after-seconds": { type: "string" },
  help: { type: "boolean" },
};

class UsageError extends Error {}

try {
  const { values } = parseArgs({ options });
  if (values.help) process.stdout.write(help);
  else await run(values);
} catch (error) {
  const message = explain(error);
  if (message === undefined) throw error;
  console.error(message);
  process.exitCode = 1;
}

async function run(values) {
  const patch = patchFrom(values);
  const refusal = refusalFrom(values);
  const ui = await startHostedUi({
    ...settingsFrom(values),
    onRefusal: (refusal) => console.error(lineOfRefusal(refusal)),
  });
  console.log(`Issuer     ${ui.issuer}`);
  console.log(`Hosted UI  ${ui.domain ?? "none (--no-domain)"}`);
  if (ui.secondIssuer) console.log(`And as     ${ui.secondIssuer}`);
  if (patch) alterRefreshes(ui, patch);
  if (refusal) refuseRefreshes(ui, refusal);
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => ui.close());
}

function settingsFrom(values) {
  const tokenSeconds = numberFrom(values, "access-token-seconds", 1);
  return defined({
    issuerPort: numberFrom(values, "issuer-port", 0, 65535),
    domainPort: numberFrom(values, "domain-port", 0, 65535),
    userPoolId: values["user-pool-id"],
    clients: [
      {
        ...defaultClient,
        ...defined({
          clientId: values["client-id"],
          callbackUrls: values["callback-url"],
          logoutUrls: values["logout-url"],
          scopes: values.scope?.split(/[\s,]+/).filter(Boolean),
        }),
      },
    ],
    users: values.user?.map(userFrom),
    refreshTokenRotation: rotationFrom(values),
    accessTokenSeconds: tokenSeconds,
    idTokenSeconds: numberFrom(values, "id-token-seconds", 1) ?? tokenSeconds,
    noDomain: values["no-domain"],
    authTimeOfRefresh: values["auth-time-of-refresh"],
    secondIssuer: secondIssuerFrom(values),
    clockOffsetSeconds: numberFrom(values, "clock-offset-seconds", Number.MIN_SAFE_INTEGER),
  });
}

function numberFrom(values, name, least, most = Number.MAX_SAFE_INTEGER) {
  if (values[name] === undefined) return undefined;
  const number = Number(values[name]);
  if (values[name].trim() === "" || !Number.isInteger(number) || number < least || number > most) {
    const bound = least >= 0 ? `, ${least} or more` : "";
    throw new UsageError(`--${name} must be a whole number${bound}.`);
  }
  return number;
}

function rotationFrom(values) {
  if (values.rotation === undefined || values.rotation === "off") return undefined;
  const graceSeconds = Number(values.rotation);
  if (!/^\d+$/.test(values.rotation) || graceSeconds > 60) {
    throw new UsageError("--rotation must be off, or a grace period of 0 to 60 seconds.");
  }
  return { graceSeconds };
}

function secondIssuerFrom({ "second-issuer": use }) {
  if (use !== undefined && !secondIssuerUses.includes(use)) {
    throw new UsageError(`--second-issuer must be one of ${secondIssuerUses.join(", ")}.`);
  }
  return use;
}

function patchFrom({ "alter-refresh": json }) {
  if (json === undefined) return undefined;
  try {
    const patch = JSON.parse(json);
    if (patch !== null && typeof patch === "object" && !Array.isArray(patch)) return patch;
  } catch {
    // Said below.
  }
  throw new UsageError(`--alter-refresh must be a JSON object, such as '{"expires_in":0}'.`);
}

function refusalFrom(values) {
  const retryAfterSeconds = numberFrom(values, "retry-after-seconds", 0);
  if (values["refuse-refresh"] === undefined) {
    if (retryAfterSeconds === undefined) return undefined;
    throw new UsageError("--retry-after-seconds goes with --refuse-refresh.");
  }
  const found = /^([2-5]\d\d)(?::([\w.-]+))?$/.exec(values["refuse-refresh"]);
  if (!found) {
    throw new UsageError("--refuse-refresh must be a status, or as 400:invalid_request.");
  }
  return { status: Number(found[1]), error: found[2], retryAfterSeconds };
}

function userFrom(text) {
  const colon = text.indexOf(":");
  if (colon < 1) throw new UsageError("--user must be written as name:password.");
  const username = text.slice(0, colon);
  const attributes = username.includes("@") ? { email: username, email_verified: true } : {};
  return {
    username,
    password: text.slice(colon + 1),
    attributes: { name: username, ...attributes },
  };
}

function defined(object) {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

function explain(error) {
  if (error.code === "EADDRINUSE") {
    return `Port ${error.port} is taken: stop the program that uses it, or choose another with --issuer-port or --domain-port.`;
  }
  if (error.code === "EACCES") {
    return `Port ${error.port} is not allowed: choose one above 1023 with --issuer-port or --domain-port.`;
  }
  if (error instanceof UsageError) return error.message;
  if (error.code?.startsWith("ERR_PARSE_ARGS_"))
    return `${error.message.split(". ")[0].replace(/\.$/, "")}. See --help.`;
  return undefined;
}
