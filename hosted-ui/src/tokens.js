import { createHash, randomUUID } from "node:crypto";

import { SignJWT } from "jose";

import { mayReadAll, readableAttributes } from "./attributes.js";
import { sendError } from "./errors.js";

/** POST /oauth2/token: the engine decides, this replaces its tokens by Cognito's. */
export function token({ issuer, secondIssuer, keys, settings }) {
  return async (ctx, next) => {
    await next();
    if (ctx.status !== 200) return;
    const { AccessToken, AuthorizationCode, RefreshToken } = ctx.oidc.entities;
    const refreshed = ctx.oidc.params.grant_type === "refresh_token";
    const user = settings.users.find(({ sub }) => sub === AccessToken.accountId);
    const client = settings.clients.get(AccessToken.clientId);
    const scopes = [...(AuthorizationCode ?? RefreshToken).scopes];
    if (!mayReadAll(client, scopes)) return sendError(ctx, 400, { error: "invalid_grant" });
    const { authTime } = AuthorizationCode ?? RefreshToken;
    const issuedAt = Math.floor(Date.now() / 1000) + settings.clockOffsetSeconds;
    const signIn = {
      issuer: hasSecondIssuer(refreshed) ? secondIssuer : issuer,
      user,
      client,
      scopes,
      resource: AccessToken.aud,
      authTime:
        refreshed && settings.authTimeOfRefresh ? issuedAt : authTime + settings.clockOffsetSeconds,
      nonce: AuthorizationCode?.nonce,
      originJti: AccessToken.grantId,
      eventId: randomUUID(),
      accessTokenId: AccessToken.jti,
      issuedAt,
    };
    const accessToken = await sign(
      accessTokenClaims(signIn),
      signIn,
      settings.accessTokenSeconds,
      keys.accessToken,
    );
    const idToken = signIn.scopes.includes("openid")
      ? await sign(
          idTokenClaims(signIn, accessToken),
          signIn,
          settings.idTokenSeconds,
          keys.idToken,
        )
      : undefined;
    const newRefreshToken = !refreshed || settings.refreshTokenRotation;

    ctx.body = {
      access_token: accessToken,
      id_token: idToken,
      refresh_token: newRefreshToken ? ctx.body.refresh_token : undefined,
      token_type: "Bearer",
      expires_in: settings.accessTokenSeconds,
    };
    ctx.set("Content-Type", "application/json;charset=UTF-8");
  };

  function hasSecondIssuer(refreshed) {
    return settings.secondIssuer === "all" || (settings.secondIssuer === "refresh" && refreshed);
  }
}

function idTokenClaims(signIn, accessToken) {
  const { user, client, scopes, nonce, originJti, eventId } = signIn;
  return {
    at_hash: leftHalfHash(accessToken),
    sub: user.sub,
    ...groupsOf(user),
    iss: signIn.issuer,
    "cognito:username": user.username,
    nonce,
    origin_jti: originJti,
    aud: client.clientId,
    event_id: eventId,
    token_use: "id",
    ...readableAttributes(user, scopes, client),
    jti: randomUUID(),
  };
}

function accessTokenClaims(signIn) {
  const { user, client, scopes, resource, originJti, eventId, accessTokenId } = signIn;
  return {
    sub: user.sub,
    ...groupsOf(user),
    iss: signIn.issuer,
    version: 2,
    client_id: client.clientId,
    aud: resource,
    origin_jti: originJti,
    event_id: eventId,
    token_use: "access",
    scope: scopes.join(" "),
    jti: accessTokenId,
    username: user.username,
  };
}

function sign(claims, { authTime, issuedAt }, seconds, { kid, privateKey }) {
  const times = { auth_time: authTime, iat: issuedAt, exp: issuedAt + seconds };
  return new SignJWT({ ...claims, ...times })
    .setProtectedHeader({ kid, alg: "RS256" })
    .sign(privateKey);
}

function groupsOf({ groups }) {
  return groups.length ? { "cognito:groups": groups } : {};
}

function leftHalfHash(value) {
  return createHash("sha256").update(value).digest().subarray(0, 16).toString("base64url");
}
