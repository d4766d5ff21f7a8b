import { createHash } from "node:crypto";

/**
 * @typedef {object} ClientSettings
 * @property {string} clientId
 * @property {string} [clientSecret] a confidential client when set
 * @property {string[]} callbackUrls
 * @property {string[]} [logoutUrls]
 * @property {string[]} [scopes]
 * @property {string[]} [flows] Cognito's names: code, implicit, client_credentials
 * @property {string[]} [identityProviders]
 * @property {string[]} [readAttributes] all when left out
 *
 * @typedef {object} UserSettings
 * @property {string} username
 * @property {string} password
 * @property {Record<string, unknown>} [attributes]
 * @property {string[]} [groups]
 *
 * @typedef {"discovery" | "refresh" | "all"} SecondIssuer what has the second name beside its
 *   discovery document: nothing, the tokens of a refresh, all tokens
 *
 * @typedef {object} Options
 * @property {number} [issuerPort]
 * @property {number} [domainPort]
 * @property {string} [userPoolId]
 * @property {ClientSettings[]} [clients]
 * @property {UserSettings[]} [users]
 * @property {false | { graceSeconds: number }} [refreshTokenRotation]
 * @property {number} [accessTokenSeconds]
 * @property {number} [idTokenSeconds]
 * @property {number} [refreshTokenSeconds]
 * @property {boolean} [authTimeOfRefresh] a refresh gives its own time as `auth_time`
 * @property {SecondIssuer} [secondIssuer] the pool has a second name, with 127.0.0.1 for localhost
 * @property {number} [clockOffsetSeconds] how far the provider's clock is ahead
 * @property {boolean} [noDomain]
 * @property {(refusal: import("./refusals.js").Refusal) => void} [onRefusal] is told why a callback,
 *   a client, a scope or a sign-out URL was refused
 */

export const defaultClient = {
  clientId: "local-playground-client",
  clientSecret: undefined,
  callbackUrls: ["http://localhost:8585/callback"],
  logoutUrls: ["http://localhost:8585/"],
  scopes: ["openid", "email", "profile", "phone"],
  flows: ["code"],
  identityProviders: ["COGNITO"],
  readAttributes: undefined,
};

export const defaultUser = {
  username: "user@example.com",
  password: "Passw0rd!",
  attributes: {
    email: "user@example.com",
    email_verified: true,
    name: "Local User",
    phone_number: "+12065551212",
    phone_number_verified: true,
  },
};

export const secondIssuerUses = ["discovery", "refresh", "all"];

/** Fills in the defaults, and indexes clients and users the way the endpoints look them up. */
export function readOptions(options = {}) {
  const {
    issuerPort = 9400,
    domainPort = 9401,
    userPoolId = "us-east-1_Local0001",
    clients = [defaultClient],
    users = [defaultUser],
    refreshTokenRotation = false,
    accessTokenSeconds = 3600,
    idTokenSeconds = 3600,
    refreshTokenSeconds = 30 * 24 * 3600,
    authTimeOfRefresh = false,
    secondIssuer = undefined,
    clockOffsetSeconds = 0,
    noDomain = false,
    onRefusal = () => {},
  } = options;

  const graceSeconds = refreshTokenRotation ? refreshTokenRotation.graceSeconds : 0;
  if (!(graceSeconds >= 0 && graceSeconds <= 60)) {
    throw new RangeError("refreshTokenRotation.graceSeconds must be between 0 and 60.");
  }
  if (secondIssuer !== undefined && !secondIssuerUses.includes(secondIssuer)) {
    throw new RangeError(`secondIssuer must be one of ${secondIssuerUses.join(", ")}.`);
  }
  return {
    issuerPort,
    domainPort,
    userPoolId,
    clients: new Map(
      clients.map((client) => [
        client.clientId,
        {
          ...defaultClient,
          callbackUrls: [],
          logoutUrls: [],
          ...client,
        },
      ]),
    ),
    users: users.map((user) => ({
      attributes: {},
      groups: [],
      ...user,
      sub: user.attributes?.sub ?? subjectOf(userPoolId, user.username),
    })),
    demoUser: users.length === 1 && users[0] === defaultUser ? defaultUser : undefined,
    refreshTokenRotation,
    graceSeconds,
    accessTokenSeconds,
    idTokenSeconds,
    refreshTokenSeconds,
    authTimeOfRefresh,
    secondIssuer,
    clockOffsetSeconds,
    noDomain,
    onRefusal,
  };
}

/** The same user keeps the same UUID-like `sub` across runs. */
function subjectOf(userPoolId, username) {
  const hex = createHash("sha256").update(`${userPoolId}\n${username}`).digest("hex");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
}
