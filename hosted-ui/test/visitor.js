import { createHash, randomBytes } from "node:crypto";

import { startHostedUi } from "../src/index.js";

export const callbackUrl = "http://localhost:8585/callback";
export const clientId = "local-playground-client";

/** A pool on free ports that ends with the test. */
export async function startPool(t, options = {}) {
  const ui = await startHostedUi({ issuerPort: 0, domainPort: 0, ...options });
  t.after(() => ui.close());
  return ui;
}

export function authorizationRequest(changes = {}) {
  const verifier = randomBytes(32).toString("base64url");
  const parameters = {
    response_type: "code",
    client_id: clientId,
    redirect_uri: callbackUrl,
    scope: "openid email profile",
    state: randomBytes(8).toString("base64url"),
    nonce: randomBytes(8).toString("base64url"),
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    ...changes,
  };
  const query = new URLSearchParams(
    Object.entries(parameters).filter(([, value]) => value !== undefined),
  );
  return { ...parameters, verifier, path: `/oauth2/authorize?${query}` };
}

/** As much of a browser as the login page needs: cookies by path, links, forms, no scripts. */
export class Visitor {
  #cookies = new Map();

  constructor(ui) {
    this.ui = ui;
  }

  /** One request; redirects are returned, not followed. */
  async request(path, init = {}) {
    const url = new URL(path, this.ui.domain);
    const cookie = this.#cookieHeader(url.pathname);
    const response = await fetch(url, {
      ...init,
      headers: { ...init.headers, ...(cookie ? { cookie } : {}) },
      redirect: "manual",
    });
    for (const line of response.headers.getSetCookie()) this.#store(line);
    return response;
  }

  /** Follows redirects as long as they stay on the domain. */
  async visit(path, init) {
    let response = await this.request(path, init);
    let url = new URL(path, this.ui.domain);
    for (let hops = 0; hops < 10; hops += 1) {
      const location = response.headers.get("location");
      if (!location) return { url, status: response.status, html: await response.text(), response };
      url = new URL(location, url);
      if (url.origin !== this.ui.domain) return { url, status: response.status, response };
      response = await this.request(url);
    }
    throw new Error("Too many redirects.");
  }

  /** Fills in the form of a page and sends it. */
  submit(shown, fields) {
    const interaction = /name="interaction" value="([^"]+)"/.exec(shown.html)[1];
    const body = new URLSearchParams({ interaction, ...fields });
    return this.visit(shown.url, { method: "POST", body });
  }

  async signIn(request, { username = "user@example.com", password = "Passw0rd!" } = {}) {
    return this.submit(await this.visit(request.path), { username, password });
  }

  /** The whole sign-in, to the token response. */
  async tokens(request = authorizationRequest(), user = undefined) {
    const { url } = await this.signIn(request, user);
    const response = await redeem(this.ui, request, url.searchParams.get("code"));
    return response.json();
  }

  hasCookie(name) {
    return [...this.#cookies.values()].some((cookie) => cookie.name === name);
  }

  #store(line) {
    const [pair, ...attributes] = line.split("; ");
    const [name] = pair.split("=", 1);
    const attribute = (wanted) =>
      attributes.find((one) => one.startsWith(`${wanted}=`))?.slice(wanted.length + 1);
    const path = attribute("path") ?? "/";
    const expires = attribute("expires");
    const key = `${name};${path}`;
    if (expires && new Date(expires) <= new Date()) this.#cookies.delete(key);
    else this.#cookies.set(key, { name, pair, path });
  }

  #cookieHeader(pathname) {
    return [...this.#cookies.values()]
      .filter(({ path }) => path === "/" || path === pathname)
      .map(({ pair }) => pair)
      .join("; ");
  }
}

export function post(ui, path, fields, headers = {}) {
  return fetch(`${ui.domain}${path}`, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers,
  });
}

export function redeem(ui, request, code, changes = {}, headers = {}) {
  const fields = {
    grant_type: "authorization_code",
    client_id: request.client_id,
    code,
    redirect_uri: request.redirect_uri,
    code_verifier: request.verifier,
    ...changes,
  };
  const sent = Object.entries(fields).filter(([, value]) => value !== undefined);
  return post(ui, "/oauth2/token", Object.fromEntries(sent), headers);
}

export function refresh(ui, refreshToken, changes = {}) {
  return post(ui, "/oauth2/token", {
    grant_type: "refresh_token",
    client_id: clientId,
    refresh_token: refreshToken,
    ...changes,
  });
}
