// What the browser does for the core, where a few lines of script are smaller than as many imports.
// Each function moves data; none takes a decision.

/**
 * Sends a request without cookies and without following redirects, and reads at most `limit` bytes of
 * the answer and the chunk that they end in.
 *
 * @returns {Promise<unknown[]>} status, content type, DPoP nonce, body; or the name of the exception
 */
export async function send(
  name,
  place,
  url,
  form,
  authorization,
  proof,
  cache,
  keepalive,
  timeoutMillis,
  limit,
) {
  const start = performance.now();
  const headers = { accept: "application/json" };
  if (form !== undefined) headers["content-type"] = "application/x-www-form-urlencoded";
  if (authorization !== undefined) headers.authorization = authorization;
  if (proof !== undefined) headers.dpop = proof;
  let status;
  try {
    const response = await fetch(url, {
      method: form === undefined ? "GET" : "POST",
      body: form,
      headers,
      cache,
      keepalive,
      credentials: "omit",
      redirect: "manual",
      referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout(timeoutMillis),
    });
    const body = await read(response.body, limit);
    status = response.status;
    const header = (each) => response.headers.get(each);
    return [status, header("content-type"), header("dpop-nonce"), body];
  } catch (reason) {
    return [String(reason?.name)];
  } finally {
    measure(name, start, place, status);
  }
}

async function read(stream, limit) {
  const chunks = [];
  let length = 0;
  const reader = stream?.getReader();
  while (reader !== undefined && length <= limit) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    length += value.length;
  }
  if (length > limit) void reader.cancel();
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

/**
 * A User Timing measure, which shows the step in the browser's developer tools: which one, how long it
 * took, and where a request went; never what was sent.
 */
export function measure(name, start, url, status) {
  try {
    performance.measure(name, { start, end: performance.now(), detail: { url, status } });
  } catch {
    // A page may have replaced `performance`; a missing measure harms nobody.
  }
}

/**
 * Asks for a Web Lock.
 *
 * @returns {Promise<(() => void) | null | undefined>} what lets go of it; null when it was asked for
 *   `ifAvailable` and is not; undefined in a browser, or at an origin, without locks
 */
export function lock(name, ifAvailable) {
  return new Promise((resolve) => {
    const hold = (held) =>
      held === null ? resolve(null) : new Promise((release) => resolve(() => release()));
    const locks = globalThis.navigator?.locks;
    if (locks === undefined) resolve(undefined);
    else locks.request(name, { ifAvailable }, hold).catch(() => resolve(undefined));
  });
}

/**
 * Verifies a signature with WebCrypto.
 *
 * @returns {Promise<boolean | undefined>} undefined when the browser cannot read such a key
 */
export async function verify(algorithm, jwk, signature, signed) {
  const parameters = JSON.parse(algorithm);
  // They are views of the module's memory, which may have changed by the next line with `await`.
  const copies = [signature.slice(), signed.slice()];
  let key;
  try {
    key = await crypto.subtle.importKey("jwk", JSON.parse(jwk), parameters, false, ["verify"]);
  } catch {
    return undefined;
  }
  try {
    return await crypto.subtle.verify(parameters, key, ...copies);
  } catch {
    return false;
  }
}

/**
 * The time by the server that this page is from, in milliseconds since the epoch; NaN when it does not
 * say. Only the page's own origin shows its `Date` to scripts.
 */
export async function serverTime() {
  try {
    const options = { method: "HEAD", cache: "no-store", credentials: "omit" };
    const { headers } = await fetch("/", { ...options, signal: AbortSignal.timeout(5000) });
    // An answer out of a cache on the way is as old as that says.
    return Date.parse(headers.get("date")) + 1000 * Number(headers.get("age"));
  } catch {
    return NaN;
  }
}
