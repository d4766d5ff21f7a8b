import { stay } from "./errors.js";
import { missingParameters, unknownClient, wrongCallback, wrongSignOutUrl } from "./refusals.js";

const howToSignOut =
  "A sign-out takes client_id and logout_uri; Cognito does not know post_logout_redirect_uri.";

/**
 * GET /logout, in Cognito's two forms: `client_id` and `logout_uri` lead back to the application;
 * the parameters of an authorization request lead to the login page. The standard's
 * `post_logout_redirect_uri` and `id_token_hint` are not understood.
 */
export function logout({ provider, refusals, settings }) {
  return async (ctx) => {
    const { client_id: clientId, logout_uri: logoutUri, redirect_uri: redirectUri } = ctx.query;
    const refuse = (error, reason) => stay(ctx, refusals, { error, clientId, reason });

    if (logoutUri === undefined && redirectUri === undefined) {
      const error = "Required String parameter 'redirect_uri' is not present";
      return refuse(error, missingParameters(ctx.query, howToSignOut));
    }
    const client = settings.clients.get(clientId);
    if (!client) return refuse("redirect_mismatch", unknownClient(clientId, settings));
    if (logoutUri !== undefined) {
      if (!client.logoutUrls.includes(logoutUri)) {
        return refuse("redirect_mismatch", wrongSignOutUrl(client, logoutUri));
      }
      await endSession(ctx);
      return ctx.redirect(logoutUri);
    }
    if (!client.callbackUrls.includes(redirectUri)) {
      return refuse("redirect_mismatch", wrongCallback(client, redirectUri));
    }
    await endSession(ctx);
    return ctx.redirect(`/login?${ctx.querystring}`);
  };

  async function endSession(ctx) {
    const session = await provider.Session.get(ctx);
    await session.destroy();
    ctx.cookies.set(provider.cookieName("session"), null);
  }
}
