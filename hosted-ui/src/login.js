import { text } from "node:stream/consumers";

import { messagesFor } from "./messages.js";
import { escapeHtml, page } from "./page.js";

/** The login page carries the parameters of the authorization request in its own URL. */
export function loginUrl(params) {
  return `/login?${queryOf(params)}`;
}

function queryOf(params) {
  const entries = Object.entries(params).filter(([, value]) => value !== undefined);
  return new URLSearchParams(entries).toString();
}

/**
 * GET and POST /login.
 *
 * Several tabs may show the page at once, so the form names the sign-in that it belongs to; the
 * engine's cookie for that sign-in alone lets the browser finish it, which keeps forged forms out.
 * A page whose sign-in is over, or of an earlier run of this program, starts anew from its URL.
 */
export function login({ provider, settings }) {
  return async (ctx) => {
    if (ctx.method === "GET") {
      const interaction = await find(ctx.cookies.get(provider.cookieName("interaction")));
      const current = interaction && queryOf(interaction.params) === queryOf(ctx.query);
      return current ? show(ctx, interaction) : startAnew(ctx);
    }
    const form = new URLSearchParams(await text(ctx.req));
    const interaction = await find(form.get("interaction"));
    if (!interaction) return startAnew(ctx);
    // What the browser would come back with from an identity provider at which the user refused.
    if (form.get("action") === "cancel") {
      return finish(ctx, interaction, {
        error: "access_denied",
        error_description: "The user cancelled the sign-in",
      });
    }
    const user = settings.users.find(
      ({ username, password }) =>
        username === form.get("username") && password === form.get("password"),
    );
    if (!user) return show(ctx, interaction, form.get("username") ?? "");
    await leaveOtherAccount(ctx, interaction, user);
    return finish(ctx, interaction, { login: { accountId: user.sub } });
  };

  function find(id) {
    return id ? provider.Interaction.find(id) : undefined;
  }

  function startAnew(ctx) {
    ctx.redirect(`/oauth2/authorize?${ctx.querystring}`);
  }

  function show(ctx, interaction, rejectedUsername) {
    ctx.body = loginPage({
      interaction,
      rejectedUsername,
      client: settings.clients.get(interaction.params.client_id),
      demoUser: settings.demoUser,
    });
  }

  async function finish(ctx, interaction, result) {
    interaction.result = result;
    await interaction.persist();
    ctx.redirect(interaction.returnTo);
  }

  /** Cognito lets the new user take the browser over; the engine alone would ask first. */
  async function leaveOtherAccount(ctx, interaction, user) {
    const session = await provider.Session.get(ctx);
    if (!session.accountId || session.accountId === user.sub) return;
    await session.destroy();
    interaction.session = undefined;
  }
}

function loginPage({ interaction, rejectedUsername, client, demoUser }) {
  const { params, uid } = interaction;
  const texts = messagesFor(params.lang);
  const rejected = rejectedUsername !== undefined;
  const username = rejected ? rejectedUsername : (params.login_hint ?? "");
  const external = params.identity_provider ?? params.idp_identifier;
  const described = rejected ? `aria-invalid="true" aria-describedby="problem"` : "";
  const focus = (wanted) => (wanted ? "autofocus" : "");
  return page({
    title: texts.title,
    language: texts.language,
    body: `<h1>${texts.title}</h1>
      <p class="subtitle">${fill(texts.subtitle, client.clientId)}</p>
      ${external && external !== "COGNITO" ? `<p class="note">${fill(texts.standIn, external)}</p>` : ""}
      ${rejected ? `<p role="alert" id="problem">${texts.wrong}</p>` : ""}
      <form method="post">
        <input type="hidden" name="interaction" value="${escapeHtml(uid)}">
        <label for="username">${texts.username}</label>
        <input id="username" name="username" value="${escapeHtml(username)}" required
          autocomplete="username" autocapitalize="none" autocorrect="off" spellcheck="false"
          ${described} ${focus(username === "")}>
        <label for="password">${texts.password}</label>
        <input id="password" name="password" type="password" required
          autocomplete="current-password" ${described} ${focus(username !== "")}>
        <button type="submit">${texts.signIn}</button>
        <button type="submit" class="quiet" name="action" value="cancel" formnovalidate>${texts.cancel}</button>
      </form>`,
    footer: demoUser
      ? `${texts.demo}: <code>${escapeHtml(demoUser.username)}</code> <code>${escapeHtml(demoUser.password)}</code>`
      : undefined,
  });
}

function fill(text, value) {
  return text.replace(/\{\w+\}/, () => `<strong>${escapeHtml(value)}</strong>`);
}
