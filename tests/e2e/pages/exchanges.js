/**
 * What this page has asked of other origins, and what it was answered. While `exchangesHeld` is a promise,
 * requests leave only once it is fulfilled.
 */
window.exchanges = [];
{
  const send = window.fetch;
  window.fetch = async (url, init) => {
    if (new URL(url, location.href).origin === location.origin) return send(url, init);
    const exchange = { url: String(url), form: init?.body ?? null };
    exchange.proof = new Headers(init?.headers).has("dpop");
    window.exchanges.push(exchange);
    await window.exchangesHeld;
    const response = await send(url, init);
    exchange.status = response.status;
    exchange.headers = Object.fromEntries(response.headers);
    exchange.body = await response
      .clone()
      .text()
      .catch(() => null);
    return response;
  };
}
