import { escapeHtml, page } from "./page.js";

/** Where Cognito sends the browser when it may not send it back to the application. */
export function errorPageUrl(error, clientId) {
  const query = new URLSearchParams({ error });
  if (clientId !== undefined) query.set("client_id", clientId);
  return `/error?${query}`;
}

/** Sends the browser to the error page, which tells the reason as well. */
export function stay(ctx, refusals, { error, clientId, reason }) {
  const address = errorPageUrl(error, clientId);
  refusals.note({ error, ...reason }, address);
  ctx.redirect(address);
}

/**
 * GET /error: what Cognito's page says, and below it what the latest request that was sent here
 * was refused for.
 */
export function errorPage({ refusals }) {
  return (ctx) => {
    const error = [ctx.query.error].flat()[0];
    const refusal = refusals.latestAt(ctx.url);
    ctx.status = 400;
    ctx.body = page({
      title: "Error",
      body: `<h1>Something went wrong</h1>
      <p role="alert">An error was encountered with the requested page.</p>
      ${error ? `<p class="detail"><code>${escapeHtml(error)}</code></p>` : ""}
      ${refusal ? explanation(refusal) : ""}`,
    });
  };
}

function explanation({ message, sent, registered }) {
  const list = (values) =>
    values.map((value) => `<dd><code>${escapeHtml(value)}</code></dd>`).join("") ||
    "<dd>nothing</dd>";
  const known = registered ? `<dt>Registered</dt>${list(registered)}` : "";
  return `<section aria-labelledby="explanation">
        <h2 id="explanation">Said by the local provider only</h2>
        <p>${escapeHtml(message)}</p>
        <dl><dt>Sent</dt>${list(sent)}${known}</dl>
      </section>`;
}

/**
 * The redirect that reports an error to the application. With a description, the parameters come
 * in the order in which the live service sends them.
 */
export function errorRedirect(redirectUri, { error, description, state }) {
  const parameters = description
    ? { error_description: description, state, error }
    : { error, state };
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) url.searchParams.append(name, value);
  }
  return url.href;
}

/** The engine's `renderError`: it has no callback URL that it may trust. */
export function showErrorPage(ctx, out, error) {
  if (!frontChannel.has(ctx.oidc.route)) return;
  ctx.state.refusal = undefined;
  const text = errorPageTexts[error.name] ?? out.error;
  ctx.redirect(errorPageUrl(text, ctx.oidc.client?.clientId));
}

const frontChannel = new Set(["authorization", "resume"]);

const errorPageTexts = {
  InvalidRedirectUri: "redirect_mismatch",
  SessionNotFound: "Invalid state",
};

/** Errors of /oauth2/token and /oauth2/revoke: bare names, no description but for one. */
export function shapeBackChannelErrors(provider) {
  provider.on("grant.error", (ctx, error) => {
    const differs = error.error_detail === "authorization code redirect_uri mismatch";
    sendError(
      ctx,
      400,
      differs
        ? { error: "unauthorized_client", error_description: "invalid_redirect" }
        : { error: error.error },
    );
  });
  provider.on("revocation.error", (ctx, error) => {
    sendError(ctx, error.error === "invalid_client" ? 401 : 400, { error: error.error });
  });
}

export function sendError(ctx, status, body) {
  ctx.status = status;
  ctx.body = body;
  ctx.set("Content-Type", "application/json;charset=UTF-8");
}
