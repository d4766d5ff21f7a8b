/** Changes each answer to a refresh: a member that is null in the patch is left out. */
export function alterRefreshes(ui, patch) {
  const change = (answer, request) =>
    isRefresh(request)
      ? Object.fromEntries(
          Object.entries({ ...answer, ...patch }).filter(([, value]) => value !== null),
        )
      : undefined;
  return ui.alter("/oauth2/token", change, { times: Infinity });
}

/**
 * Refuses each refresh: as the provider does where there is an `error`, else as something before
 * it would. Unlike Cognito's, the answer lets scripts of other origins read `Retry-After`.
 */
export function refuseRefreshes(ui, { status, error, retryAfterSeconds }) {
  const refuse = (request, response) => {
    if (!isRefresh(request)) return "continue";
    response.setHeader("Access-Control-Allow-Origin", "*");
    if (retryAfterSeconds !== undefined) {
      response.setHeader("Access-Control-Expose-Headers", "Retry-After");
      response.setHeader("Retry-After", retryAfterSeconds);
    }
    if (error === undefined) return response.writeHead(status).end();
    response.writeHead(status, { "Content-Type": "application/json;charset=UTF-8" });
    return response.end(JSON.stringify({ error }));
  };
  return ui.fail("/oauth2/token", refuse, { times: Infinity });
}

function isRefresh({ form }) {
  return form.get("grant_type") === "refresh_token";
}
