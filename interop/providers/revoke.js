/** Ends a session as a provider's administrator would: by revoking its refresh token (RFC 7009). */
export async function revokeRefreshToken({ tab, site }) {
  const token = await tab.evaluate(() => {
    const [key] = Object.keys(localStorage).filter((name) => name.startsWith("pkce-wasm/session/"));
    return JSON.parse(localStorage.getItem(key)).refresh_token;
  });
  const endpoint = site.options.endpoints?.revocation ?? site.metadata.revocation_endpoint;
  const body = new URLSearchParams({ token, client_id: site.options.clientId });
  const { ok, status } = await fetch(endpoint, { method: "POST", body });
  if (!ok) throw new Error(`the revocation endpoint answered ${status}`);
}
