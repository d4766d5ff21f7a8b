import { coreOf } from "../core.js";

/** How many requests a run makes at the most, how long each may take, and how much of an answer is read. */
const MOST_REQUESTS = 25;
const TIMEOUT_MILLIS = 10_000;
const MOST_BYTES = 512 * 1024;

/** What a failed request means, by the code that Node gives it. */
const FAULTS = [
  [
    /^ENOTFOUND|^EAI_/,
    "has no address: DNS does not know the host",
    "correct the host's name, or wait until DNS has it",
  ],
  [/^ECONNREFUSED/, "refused the connection", "start the server, and correct host and port"],
  [
    /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/,
    "has a certificate that is not trusted",
    "give the host a certificate that browsers trust",
  ],
  [
    /^ERR_SSL|EPROTO|WRONG_VERSION/,
    "does not speak TLS there",
    "correct https: or http:, and the port",
  ],
  [
    /^bad port$/,
    "has a port that browsers do not ask: it is another service's",
    "correct the port",
  ],
  [
    /TIMEOUT|TimeoutError|ETIMEDOUT/,
    "did not answer in time",
    "try again; see whether a firewall is in the way",
  ],
];

/** An answer, read to its end. @typedef {{ status: number, headers: Headers, bytes: Uint8Array, text: string, at: number }} Answer */

/** One run: the client that is examined, what was asked for, and what is known so far. */
export class Visit {
  /** What was sent, without queries: they have a state in them. @type {{ method: string, url: string, status?: number }[]} */
  requests = [];
  /** Answers that later checks look at again, by what they are. @type {Record<string, Answer>} */
  answers = {};
  /** The provider's metadata as they were sent, and the client's own endpoints over them. */
  metadata = {};

  /**
   * @param {object} options of `createClient`
   * @param {string} origin of the page
   */
  constructor(options, origin) {
    this.options = options;
    this.origin = origin;
  }

  /** Has the core read the options. @throws the core's refusal */
  begin() {
    this.step = coreOf(this.options);
  }

  get issuer() {
    return this.options.issuer ?? this.options.endpoints.issuer;
  }

  get isCognito() {
    return (
      this.options.provider === "cognito" || /\/\/(?:issuer-)?cognito-idp[.-]/.test(this.issuer)
    );
  }

  /**
   * Sends a request as a page of the origin does, follows no redirect, and keeps no cookie.
   * @param {string} url
   * @param {{ method?: string, form?: string, headers?: Record<string, string> }} [init]
   * @returns {Promise<Answer>}
   * @throws {{ code: "network" | "timeout", message: string, fix: string }}
   */
  async ask(url, { method = "GET", form, headers = {} } = {}) {
    if (this.requests.length >= MOST_REQUESTS) {
      throw {
        code: "network",
        message: "No more requests are made.",
        fix: "Correct the above first.",
      };
    }
    const request = { method: form === undefined ? method : "POST", url: url.split("?")[0] };
    this.requests.push(request);
    try {
      const response = await fetch(url, {
        method: request.method,
        body: form,
        headers: {
          accept: "application/json, text/html;q=0.9",
          origin: this.origin,
          ...(form !== undefined && { "content-type": "application/x-www-form-urlencoded" }),
          ...headers,
        },
        redirect: "manual",
        signal: AbortSignal.timeout(TIMEOUT_MILLIS),
      });
      const bytes = await read(response.body);
      request.status = response.status;
      const { status, headers: answered } = response;
      const text = new TextDecoder().decode(bytes);
      return { status, headers: answered, bytes, text, at: Date.now() };
    } catch (error) {
      const name = error.cause?.code ?? error.cause?.message ?? error.name;
      const [, what, fix] = FAULTS.find(([pattern]) => pattern.test(name)) ?? [
        "",
        `could not be reached (${name})`,
        "see whether the address opens on this machine",
      ];
      const code = /time/.test(what) ? "timeout" : "network";
      throw {
        code,
        message: `${new URL(url).host} ${what}.`,
        fix: `${fix[0].toUpperCase()}${fix.slice(1)}.`,
      };
    }
  }

  /** Whether the page's script may read an answer: Fetch Standard §3.3. */
  mayRead({ headers }) {
    const allowed = headers.get("access-control-allow-origin");
    return allowed === "*" || allowed === this.origin;
  }

  /** Gives the core an answer, and takes the step that reads it. */
  read({ status, headers, bytes }, step) {
    return this.step((core) => {
      core.answer(status, headers.get("content-type") ?? undefined, undefined, bytes);
      return step(core);
    });
  }
}

async function read(stream) {
  const chunks = [];
  let length = 0;
  for await (const chunk of stream ?? []) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MOST_BYTES) break;
  }
  return new Uint8Array(Buffer.concat(chunks));
}
