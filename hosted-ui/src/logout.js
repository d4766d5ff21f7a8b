import { errorPageUrl } from "./errors.js";

/**
 * GET /logout, in Cognito's two forms: `client_id` and `logout_uri` lead back to the application;
 * the parameters of an authorization request lead to the login page. The standard's
 * `post_logout_redirect_uri` and `id_token_hint` are not understood.
 */
export function logout({ provider, settings }) {
  return async (ctx) => {
    const { client_id: clientId, logout_uri: logoutUri, redirect_uri: redirectUri } = ctx.query;
    const stay = (error) => ctx.redirect(errorPageUrl(error, clientId));

    const client = settings.clients.get(clientId);
    if (logoutUri !== undefined) {
      if (!client?.logoutUrls.includes(logoutUri)) return stay("redirect_mismatch");
      await endSession(ctx);
      return ctx.redirect(logoutUri);
    }
    if (redirectUri === undefined) {
      return stay("Required String parameter 'redirect_uri' is not present");
    }
    if (!client?.callbackUrls.includes(redirectUri)) return stay("redirect_mismatch");
    await endSession(ctx);
    return ctx.redirect(`/login?${ctx.querystring}`);
  };

  async function endSession(ctx) {
    const session = await provider.Session.get(ctx);
    await session.destroy();
    ctx.cookies.set(provider.cookieName("session"), null);
  }
}
