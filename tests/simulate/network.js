import { APP, PROVIDER } from "./provider.js";

/** `Headers`, as far as the package and its simulated servers need them. */
export class PageHeaders {
  #values = new Map();

  constructor(init = {}) {
    const entries = typeof init.entries === "function" ? init.entries() : Object.entries(init);
    for (const [name, value] of entries) this.set(name, value);
  }

  get(name) {
    return this.#values.get(name.toLowerCase()) ?? null;
  }

  has(name) {
    return this.#values.has(name.toLowerCase());
  }

  set(name, value) {
    this.#values.set(name.toLowerCase(), String(value));
  }

  delete(name) {
    this.#values.delete(name.toLowerCase());
  }

  entries() {
    return this.#values.entries();
  }
}

export class PageRequest {
  /** Whether the page knows that no answer of the server comes. */
  hasFailed = false;

  constructor(input, init = {}) {
    const from = input instanceof PageRequest ? input : undefined;
    this.url = from?.url ?? new URL(String(input), `${APP}/`).href;
    this.method = init.method ?? from?.method ?? "GET";
    this.headers = new PageHeaders(init.headers ?? from?.headers);
    this.body = init.body ?? from?.body;
    this.signal = init.signal ?? from?.signal;
    this.keepalive = init.keepalive ?? from?.keepalive ?? false;
    this.redirect = init.redirect ?? from?.redirect ?? "follow";
  }

  clone() {
    return new PageRequest(this);
  }
}

/** An answer as the package reads one: by its reader, or as a whole. */
export class PageResponse {
  #text;

  constructor(text, { status = 200, headers = {}, url = "", type = "cors" } = {}) {
    this.#text = text;
    this.status = status;
    this.ok = status >= 200 && status < 300;
    this.headers = new PageHeaders(headers);
    this.url = url;
    this.type = type;
    this.redirected = false;
    let isRead = text === null || text === "";
    const read = async () => {
      if (isRead) return { done: true, value: undefined };
      isRead = true;
      return { done: false, value: new TextEncoder().encode(text) };
    };
    const cancel = async () => undefined;
    this.body = text === null ? null : { getReader: () => ({ read, cancel }), cancel };
  }

  async text() {
    return this.#text ?? "";
  }

  async json() {
    return JSON.parse(this.#text);
  }
}

/** What the network may make of the requests to the provider, beside losing them. */
export const GATES = {
  "200 and a page of HTML": () => ["<!doctype html>", { headers: { "content-type": "text/html" } }],
  204: () => [null, { status: 204 }],
  // `redirect: "manual"` shows no more of a redirect: Fetch, "opaque-redirect filtered response".
  "a redirect": () => [null, { status: 0, type: "opaqueredirect" }],
  "403 and a page of HTML": () => [
    "<!doctype html>",
    { status: 403, headers: { "content-type": "text/html" } },
  ],
  "503 and Retry-After": () => ["", { status: 503, headers: { "retry-after": "20" } }],
  // The header is hidden from scripts unless the answer exposes it.
  503: () => ["", { status: 503 }],
  "429 and Retry-After": () => [
    '{"error":"slow_down"}',
    { status: 429, headers: { "content-type": "application/json", "retry-after": "20" } },
  ],
};

/** The network between the device and the servers. */
export class Network {
  #world;
  isOnline = true;
  /** @type {keyof typeof GATES | null} what stands between the device and the provider */
  gate = null;
  /** How often a request, and an answer, is lost. */
  loses = 0;
  /** How much longer all takes. */
  slowMillis = 0;
  /** Whether the page's own server says what time it is. */
  hasDate = true;
  /** Whether the API refuses every token. */
  apiRefuses = false;
  /** When the page's own server could not be relied upon, last. */
  troubledAt = -Infinity;
  /** When it did not say what time it is, last. */
  datelessAt = -Infinity;
  /** What is under way; an outage of the network takes it along. */
  #underWay = new Set();

  constructor(world) {
    this.#world = world;
  }

  look() {
    const { isOnline, hasDate, loses, slowMillis } = this;
    const isTroubled = !isOnline || !hasDate || loses > 0 || slowMillis > 0;
    const { awake } = this.#world.clock;
    if (isTroubled) this.troubledAt = awake;
    if (!hasDate) this.datelessAt = awake;
  }

  /** All that is under way is lost, as when a device falls asleep or changes its network. */
  drop(share) {
    for (const exchange of this.#underWay) {
      if (this.#world.random.chance(share)) exchange.isLost = true;
    }
  }

  /** Whether a page waits for an answer: then Firefox does not cache it. */
  concerns(page) {
    return [...this.#underWay].some((exchange) => exchange.page === page);
  }

  /** What a page waits for that goes into the back-forward cache is cancelled. */
  cancel(page) {
    for (const exchange of this.#underWay) {
      if (exchange.page === page) exchange.isLost = exchange.request.hasFailed = true;
    }
  }

  /** `fetch` of a page. */
  fetch(page, input, init) {
    page.step();
    const request = new PageRequest(input, init);
    const { signal } = request;
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, fail) => {
      const reject = (reason) => {
        request.hasFailed = true;
        fail(reason);
      };
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      this.#world.checks.sends(page, request);
      page.out("network", () => this.#carry(page, request, resolve, reject));
    });
  }

  #millis() {
    const { random } = this.#world;
    const millis = random.chance(0.85) ? random.between(1, 40) : random.between(40, 1500);
    return millis + (this.slowMillis > 0 ? random.between(0, this.slowMillis) : 0);
  }

  #carry(page, request, resolve, reject) {
    const { clock, random } = this.#world;
    const exchange = { page, request, isLost: false };
    const settle = (millis, work) => clock.after(millis, page, "network", work);
    const fail = (millis) =>
      settle(millis, () => {
        this.#underWay.delete(exchange);
        reject(new TypeError("Failed to fetch"));
      });
    if (!this.isOnline) return fail(1);
    this.#underWay.add(exchange);
    // A lost one fails when the connection is seen to be dead, or nothing comes of it at all.
    // What an application asks of its API has no end that is the package's.
    const isEndless = () => request.url.startsWith(PROVIDER) && random.chance(0.5);
    const lose = () => isEndless() || fail(random.between(0, 4000));
    if (random.chance(this.loses)) {
      this.#world.count("a request is lost");
      return lose();
    }
    clock.after(this.#millis(), null, "network", () => {
      const isGone = page.isGone && !request.keepalive && random.chance(0.5);
      if (exchange.isLost || isGone) return lose();
      const gate = this.gate !== null && request.url.startsWith(PROVIDER);
      const answer = this.#answer(request);
      if (random.chance(this.loses) && answer.isOfProvider) {
        this.#world.count("an answer is lost");
        return lose();
      }
      settle(this.#millis(), () => {
        this.#underWay.delete(exchange);
        if (exchange.isLost) return lose();
        if (request.hasFailed) return;
        // What a gate says is no answer of the provider's.
        request.hasFailed = gate;
        answer.arrived?.();
        resolve(answer.response);
      });
    });
  }

  /** What the server that is asked answers now. */
  #answer(request) {
    const { url } = request;
    const isOfProvider = url.startsWith(PROVIDER);
    const gate = isOfProvider && this.gate !== null ? GATES[this.gate] : undefined;
    if (gate !== undefined) return { isOfProvider, response: respond(url, gate()) };
    if (isOfProvider) {
      const { answer, arrived } = this.#world.provider.answer(request);
      return { isOfProvider, response: respond(url, answer), arrived };
    }
    return { isOfProvider, response: respond(url, this.#ownServer(request)) };
  }

  #ownServer({ url, headers }) {
    const { clock, provider } = this.#world;
    if (new URL(url).pathname === "/api") {
      const token = (headers.get("authorization") ?? "").replace("Bearer ", "");
      const isTaken = !this.apiRefuses && provider.isGood(token);
      return ["", { status: isTaken ? 200 : 401 }];
    }
    if (!this.hasDate) return ["", {}];
    return ["", { headers: { date: new Date(clock.time).toUTCString() } }];
  }
}

const respond = (url, [text, more]) => new PageResponse(text, { url, ...more });
