import { errorRedirect, stay } from "./errors.js";
import {
  missingParameters,
  unknownClient,
  wrongCallback,
  wrongProvider,
  wrongScope,
} from "./refusals.js";

const needOpenid = ["email", "phone", "profile"];

/**
 * GET /oauth2/authorize: Cognito's own checks, then the engine.
 * A request from which no trustworthy callback follows ends on the domain's error page.
 */
export function authorize({ refusals, settings }) {
  return async (ctx, next) => {
    const { client_id: clientId, redirect_uri: redirectUri } = ctx.query;
    const refuseHere = (error, reason) => stay(ctx, refusals, { error, clientId, reason });

    if (typeof clientId !== "string" || typeof redirectUri !== "string") {
      const error = "Required parameters missing";
      const reason = missingParameters(ctx.query, "It takes one client_id and one redirect_uri.");
      return stay(ctx, refusals, { error, reason });
    }
    const client = settings.clients.get(clientId);
    if (!client) return refuseHere("redirect_mismatch", unknownClient(clientId, settings));
    if (!client.callbackUrls.includes(redirectUri)) {
      return refuseHere("redirect_mismatch", wrongCallback(client, redirectUri));
    }
    const chosen = ctx.query.identity_provider ?? ctx.query.idp_identifier;
    if (!mayChooseProvider(client, chosen)) {
      const error = "Login option is not available. Please try another one";
      return refuseHere(error, wrongProvider(client, chosen));
    }

    const refusal = refuse(client, ctx.query);
    if (refusal) {
      const { reason, ...answer } = refusal;
      if (reason) refusals.note({ error: answer.description, ...reason });
      const { state } = ctx.query;
      return ctx.redirect(errorRedirect(redirectUri, { ...answer, state }));
    }
    ctx.query = forEngine(client, ctx.query);
    return toCallback(ctx, next);
  };
}

/**
 * Runs the engine, and gives its redirects Cognito's form: status 302, no `iss` parameter
 * (RFC 9207), errors in Cognito's order. Also for /oauth2/authorize/<id>, where it resumes after
 * the login page.
 */
export async function toCallback(ctx, next) {
  await next();
  const { refusal } = ctx.state;
  if (refusal) {
    const { redirect_uri: redirectUri, state } = ctx.oidc.params;
    ctx.redirect(errorRedirect(redirectUri, { ...refusal, state }));
  }
  if (ctx.status === 303) ctx.status = 302;
}

export function shapeFrontChannel(provider) {
  provider.on("authorization.success", (_ctx, parameters) => delete parameters.iss);
  provider.on("authorization.error", (ctx, { error, error_description: description }) => {
    ctx.state.refusal = error === "access_denied" ? { error, description } : { error };
  });
  provider.on("server_error", (ctx) => {
    ctx.state.refusal = { error: "server_error" };
  });
}

function mayChooseProvider({ identityProviders }, chosen) {
  if (identityProviders.length === 0) return false;
  return chosen === undefined || identityProviders.includes(chosen);
}

function refuse(client, query) {
  if (Object.values(query).some(Array.isArray)) return { error: "invalid_request" };
  if (query.response_type === "token") return { error: "unauthorized_client" };
  if (query.response_type !== "code") return { error: "invalid_request" };
  if (!client.flows.includes("code")) return { error: "unauthorized_client" };
  if (query.code_challenge === undefined) {
    if (query.code_challenge_method !== undefined) return { error: "invalid_request" };
  } else if (query.code_challenge_method !== "S256") {
    return { error: "invalid_request" };
  }
  const scopes = scopesOf(client, query);
  const wrong = whatIsWrong(client, scopes);
  if (wrong) {
    const reason = wrongScope(client, scopes, wrong);
    return { error: "invalid_request", description: "invalid_scope", reason };
  }
  if (query.resource !== undefined && !URL.canParse(query.resource)) {
    return { error: "invalid_request" };
  }
  return undefined;
}

function whatIsWrong(client, scopes) {
  if (!scopes.every((scope) => client.scopes.includes(scope))) {
    return `A scope is not enabled for the client ${client.clientId}.`;
  }
  const lacksOpenid = !scopes.includes("openid") && scopes.some((s) => needOpenid.includes(s));
  return lacksOpenid ? "The scopes email, phone and profile need openid beside them." : undefined;
}

function scopesOf(client, { scope }) {
  return scope?.split(" ").filter(Boolean) ?? client.scopes;
}

/** Without a scope, Cognito takes all; `select_account` and `consent` matter to other providers. */
function forEngine(client, query) {
  const { prompt, ...rest } = query;
  const prompts = prompt?.split(" ").filter((name) => name === "none" || name === "login") ?? [];
  return {
    ...rest,
    scope: scopesOf(client, query).join(" "),
    ...(prompts.length ? { prompt: prompts.join(" ") } : {}),
  };
}
