// What the browser does for a client. Each function moves data; none takes a decision.

/** How long a provider may take to answer. */
const TIMEOUT_MILLIS = 30_000;

/** How long an answer that changes nothing is waited for. */
const PARTING_TIMEOUT_MILLIS = 3_000;

/**
 * Sends a request of the core without cookies and without following redirects, and reads at most
 * `limit` bytes of the answer and the chunk that they end in.
 *
 * @param {string} name of the step, for its measure
 * @param {"cached" | "reload" | "parting"} mode whether an answer from the browser's cache will do, and
 *   whether the request goes on when the page is left
 * @returns status, content type, DPoP nonce and body: what `Core.answer` takes
 */
export async function send(name, { url, place, form, authorization, limit }, proof, mode) {
  const start = performance.now();
  const isPost = form !== undefined;
  const isParting = mode === "parting";
  const headers = { accept: "application/json" };
  if (isPost) headers["content-type"] = "application/x-www-form-urlencoded";
  if (authorization !== undefined) headers.authorization = authorization;
  if (proof !== undefined) headers.dpop = proof;
  // `AbortSignal.timeout` would be kept for all its time, also after the answer.
  const late = new AbortController();
  const timer = setTimeout(
    () => late.abort(new DOMException("The answer is late.", "TimeoutError")),
    isParting ? PARTING_TIMEOUT_MILLIS : TIMEOUT_MILLIS,
  );
  let status;
  try {
    const response = await fetch(url, {
      method: isPost ? "POST" : "GET",
      body: form,
      headers,
      cache: isPost ? "no-store" : mode === "reload" ? "reload" : "default",
      keepalive: isParting,
      credentials: "omit",
      redirect: "manual",
      referrerPolicy: "no-referrer",
      signal: late.signal,
    });
    const body = await read(response.body, limit);
    status = response.status;
    const header = (each) => response.headers.get(each) ?? undefined;
    return [status, header("content-type"), header("dpop-nonce"), body];
  } finally {
    clearTimeout(timer);
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
  const body = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    body.set(chunk, offset);
    offset += chunk.length;
  }
  return body;
}

/**
 * A User Timing measure, which shows the step in the browser's developer tools: which one, how long it
 * took, and where a request went; never what was sent.
 */
export function measure(name, start, url, status) {
  try {
    // The last one of a name is enough, and a page that lives for weeks would gather them.
    performance.clearMeasures(name);
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
  let key;
  try {
    key = await crypto.subtle.importKey("jwk", JSON.parse(jwk), parameters, false, ["verify"]);
  } catch {
    return undefined;
  }
  try {
    return await crypto.subtle.verify(parameters, key, signature, signed);
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
    const { headers } = await fetch(`${location.origin}/`, {
      ...options,
      signal: AbortSignal.timeout(5000),
    });
    // An answer out of a cache on the way is as old as that says.
    return Date.parse(headers.get("date")) + 1000 * Number(headers.get("age"));
  } catch {
    return NaN;
  }
}
