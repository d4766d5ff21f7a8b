import { jwtVerify } from "jose";

import { readableAttributes } from "./attributes.js";
import { sendError } from "./errors.js";

const refusals = {
  invalid_request: [400, "Bad OAuth2 request at UserInfo Endpoint"],
  invalid_token: [
    401,
    "Access token is expired, disabled, or deleted, or the user has globally signed out.",
  ],
};

/** GET and POST /oauth2/userInfo */
export function userInfo({ issuer, secondIssuer, keys, provider, settings }) {
  return async (ctx) => {
    const [, bearer] = /^Bearer +(\S+)$/i.exec(ctx.get("Authorization")) ?? [];
    if (!bearer) return refuse(ctx, "invalid_request");

    const claims = await verify(bearer);
    const user = settings.users.find(({ sub }) => sub === claims?.sub);
    if (!user) return refuse(ctx, "invalid_token");

    const client = settings.clients.get(claims.client_id);
    const attributes = readableAttributes(user, claims.scope.split(" "), client);
    ctx.body = { sub: user.sub, ...asStrings(attributes), username: user.username };
    ctx.set("Content-Type", "application/json;charset=UTF-8");
  };

  async function verify(bearer) {
    try {
      const { publicKey } = keys.accessToken;
      const { payload } = await jwtVerify(bearer, publicKey, {
        issuer: secondIssuer ? [issuer, secondIssuer] : issuer,
        algorithms: ["RS256"],
        currentDate: new Date(Date.now() + settings.clockOffsetSeconds * 1000),
      });
      const live = await provider.AccessToken.find(payload.jti);
      const accepted =
        payload.token_use === "access" && payload.scope.split(" ").includes("openid");
      return live && accepted ? payload : undefined;
    } catch {
      return undefined;
    }
  }
}

function refuse(ctx, error) {
  const [status, description] = refusals[error];
  // Cognito leaves out the scheme word, "Bearer".
  ctx.set("WWW-Authenticate", `error="${error}", error_description="${description}"`);
  sendError(ctx, status, { error, error_description: description });
}

function asStrings(attributes) {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, String(value)]),
  );
}
