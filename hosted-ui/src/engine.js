import { randomBytes, randomUUID } from "node:crypto";

import { exportJWK, generateKeyPair } from "jose";

import { shapeBackChannelErrors, showErrorPage } from "./errors.js";
import { loginUrl } from "./login.js";
import { interactionPolicy, Provider } from "./oidc-provider.js";
import { createStore } from "./store.js";

const sessionSeconds = 3600;
const codeSeconds = 5 * 60;
const promptSeconds = 5 * 60;

/**
 * The certified engine: clients, sessions, PKCE, codes, grants, refresh tokens and their rotation.
 * What Cognito does differently is around it, in the files named after each endpoint.
 */
export async function createEngine({ issuer, domainPort, settings }) {
  const policy = interactionPolicy.base();
  policy.remove("consent");

  const provider = new Provider(issuer, {
    adapter: createStore(settings),
    allowOmittingSingleRegisteredRedirectUri: false,
    clients: [...settings.clients.values()].map(clientMetadata),
    clientDefaults: { id_token_signed_response_alg: "ES256" },
    clientAuthMethods: ["none", "client_secret_basic", "client_secret_post"],
    clockTolerance: 0,
    cookies: {
      // Browsers share cookies between the ports of a host, so the port is in the name.
      names: {
        session: `cognito-${domainPort}`,
        interaction: `csrf-state-${domainPort}`,
        resume: `csrf-resume-${domainPort}`,
      },
    },
    expiresWithSession: () => false,
    extraParams: ["identity_provider", "idp_identifier", "lang"],
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: (_ctx, _client, oneOf) => oneOf,
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx, resource, client) => ({
          audience: resource,
          scope: settings.clients.get(client.clientId).scopes.join(" "),
          accessTokenFormat: "opaque",
          accessTokenTTL: settings.accessTokenSeconds,
        }),
      },
    },
    findAccount: (_ctx, sub) =>
      settings.users.some((user) => user.sub === sub)
        ? { accountId: sub, claims: () => ({ sub }) }
        : undefined,
    interactions: { policy, url: (_ctx, interaction) => loginUrl(interaction.params) },
    issueRefreshToken: () => true,
    jwks: { keys: [await internalSigningKey()] },
    loadExistingGrant: grantWhatWasAsked,
    pkce: { required: () => false },
    renderError: showErrorPage,
    rotateRefreshToken: () => settings.refreshTokenRotation !== false,
    routes: {
      authorization: "/oauth2/authorize",
      token: "/oauth2/token",
      revocation: "/oauth2/revoke",
    },
    scopes: [...new Set([...settings.clients.values()].flatMap((client) => client.scopes))],
    ttl: {
      AccessToken: settings.accessTokenSeconds,
      AuthorizationCode: codeSeconds,
      Grant: settings.refreshTokenSeconds + sessionSeconds,
      IdToken: settings.idTokenSeconds,
      Interaction: promptSeconds,
      RefreshToken: (ctx) =>
        ctx?.oidc.entities.RotatedRefreshToken?.remainingTTL ?? settings.refreshTokenSeconds,
      Session: remainingSessionSeconds,
    },
  });

  useIdentifiersLikeCognito(provider);
  shapeBackChannelErrors(provider);
  provider.on("server_error", (_ctx, error) => console.error(error));
  return provider;
}

/** Codes, `jti` and `origin_jti` (the grant's) are UUIDs. */
function useIdentifiersLikeCognito({ AccessToken, AuthorizationCode, Grant, RefreshToken }) {
  AuthorizationCode.prototype.generateTokenId = () => randomUUID();
  Grant.prototype.generateTokenId = () => randomUUID();
  RefreshToken.prototype.generateTokenId = createRefreshToken;
  const chooseFormat = AccessToken.prototype.generateTokenId;
  AccessToken.prototype.generateTokenId = function generateTokenId() {
    chooseFormat.call(this);
    return randomUUID();
  };
}

function clientMetadata({ clientId, clientSecret, callbackUrls }) {
  return {
    client_id: clientId,
    redirect_uris: callbackUrls,
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    ...(clientSecret === undefined
      ? { token_endpoint_auth_method: "none" }
      : { token_endpoint_auth_method: "client_secret_basic", client_secret: clientSecret }),
  };
}

/** Cognito asks for no consent: whoever signs in has granted the scopes of the request. */
async function grantWhatWasAsked(ctx) {
  const { account, client, params, provider } = ctx.oidc;
  const grant = new provider.Grant({ accountId: account.accountId, clientId: client.clientId });
  grant.addOIDCScope(params.scope);
  if (params.resource) grant.addResourceScope(params.resource, params.scope);
  await grant.save();
  return grant;
}

/** The sign-in cookie ends an hour after the password was typed, used or not. */
function remainingSessionSeconds(_ctx, session) {
  if (!session.loginTs) return sessionSeconds;
  return Math.max(1, session.loginTs + sessionSeconds - Math.floor(Date.now() / 1000));
}

/** Cognito's refresh tokens are encrypted JWTs: to a client, more than a kilobyte of noise. */
function createRefreshToken() {
  return ["", 256, 12, 768, 16]
    .map((bytes) => (bytes ? randomBytes(bytes).toString("base64url") : "eyJjdHki"))
    .map((part, index) => (index ? part : part + randomBytes(48).toString("base64url")))
    .join(".");
}

/**
 * The engine insists on signing ID tokens itself. Nobody sees those: tokens.js replaces them, since
 * Cognito's have another header, other claims, and keys that rotate while the pool runs.
 */
async function internalSigningKey() {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  return { ...(await exportJWK(privateKey)), alg: "ES256", use: "sig" };
}
