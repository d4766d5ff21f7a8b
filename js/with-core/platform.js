// What the browser does for a client. Each function moves data; none takes a decision.

/** How long a provider may take to answer. */
const TIMEOUT_MILLIS = 30_000;

/** How long a lock is waited for, and how often it is asked for again. */
const LOCK_MILLIS = 10_000;
const LOCK_TRIES = 3;

/** How long an answer that changes nothing is waited for. */
const PARTING_TIMEOUT_MILLIS = 3_000;

/**
 * Sends a request of the core without cookies and without following redirects.
 *
 * @param {string} name of the step, for its measure
 * @param {"cached" | "reload" | "parting"} mode whether an answer from the browser's cache will do, and
 *   whether the request goes on when the page is left
 * @param {typeof answerTo} [by] who asks, where it is not this page
 * @returns what `Core.answer` takes
 */
export async function send(name, request, proof, mode, by = answerTo) {
  const { url, place, form, authorization, limit, revocation } = request;
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
    const init = {
      method: isPost ? "POST" : "GET",
      body: form,
      headers,
      // What comes for a token is for that token alone.
      cache:
        isPost || authorization !== undefined
          ? "no-store"
          : mode === "reload"
            ? "reload"
            : "default",
      keepalive: isParting,
      credentials: "omit",
      redirect: "manual",
      referrerPolicy: "no-referrer",
      signal: late.signal,
    };
    const answer = await by(url, init, limit, revocation);
    [status] = answer;
    return answer;
  } finally {
    clearTimeout(timer);
    measure(name, start, place, status);
  }
}

/**
 * Asks, and reads at most `limit` bytes of the answer and the chunk that they end in.
 *
 * @returns status, content type, DPoP nonce, body and pause in seconds: what `Core.answer` takes
 */
export async function answerTo(url, init, limit) {
  const response = await fetch(url, init);
  const body = await read(response.body, limit);
  const header = (each) => response.headers.get(each) ?? undefined;
  const pause = retryAfter(header("retry-after"));
  return [response.status, header("content-type"), header("dpop-nonce"), body, pause];
}

/** The seconds of a `Retry-After`, which may be a date: RFC 9110 §10.2.3. */
function retryAfter(header) {
  if (header === undefined) return undefined;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return seconds > 0 ? Math.ceil(seconds) : undefined;
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
 * Asks for a Web Lock, for a while: a tab that stands still lets go of none.
 *
 * @returns {Promise<(() => void) | null | undefined>} what lets go of it; null when it was asked for
 *   `ifAvailable` and is not; undefined where it is not to be had in time, or there are no locks
 */
export async function lock(name, ifAvailable) {
  const locks = globalThis.navigator?.locks;
  if (locks === undefined) return undefined;
  // A page that is rendered ahead gets none, and what it writes to the tab's storage is lost.
  if (globalThis.document?.prerendering) await isShown();
  const late = new AbortController();
  // The two go not together.
  const options = ifAvailable ? { ifAvailable } : { signal: late.signal };
  return new Promise((resolve) => {
    let isSettled = false;
    const timer = setTimeout(() => late.abort(), LOCK_MILLIS);
    const settle = (release) => {
      isSettled = true;
      clearTimeout(timer);
      resolve(release);
    };
    const hold = (held) =>
      held === null ? settle(null) : new Promise((release) => settle(() => release()));
    const ask = (times) =>
      locks.request(name, options, hold).catch(() => {
        // WebKit refuses what a page has asked for, and takes what it holds, when it brings the page back
        // out of its cache.
        if (isSettled) return;
        if (late.signal.aborted || times === 0) settle(undefined);
        else ask(times - 1);
      });
    ask(LOCK_TRIES);
  });
}

const isShown = () =>
  new Promise((resolve) => {
    document.addEventListener("prerenderingchange", resolve, { once: true });
  });

/**
 * Waits so long for what other tabs have written to arrive, and once more where the page stood still: what
 * came then is dealt with after its timers.
 */
export async function caughtUp(millis) {
  const wait = () => new Promise((resolve) => setTimeout(resolve, millis));
  const start = performance.now();
  await wait();
  if (performance.now() - start > 2 * millis) await wait();
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

/** The hash of some bytes, by WebCrypto's name of the hash function. */
export const digest = async (hash, bytes) =>
  new Uint8Array(await crypto.subtle.digest(hash, bytes));

/**
 * The time by the server that this page is from, in milliseconds since the epoch; NaN when it does not
 * say, undefined when it is not reached. Only the page's own origin shows its `Date` to scripts.
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
    return undefined;
  }
}
