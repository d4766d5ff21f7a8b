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

/** An address in plain letters, without what may be secret: user, password, query, fragment. @param {string} url */
export function placeOf(url) {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

/** An answer, read to its end. @typedef {{ status: number, headers: Headers, bytes: Uint8Array, text: string, at: number }} Answer */

/** All that a run sends: so many requests and no more, and a list of them. */
export class Requests {
  /** What was sent, by its place. @type {{ method: string, url: string, status?: number }[]} */
  sent = [];

  /**
   * Sends a request, follows no redirect, and keeps no cookie.
   * @param {string} url
   * @param {{ method?: string, form?: string, headers?: Record<string, string> }} [init]
   * @returns {Promise<Answer>}
   * @throws {{ code: "network" | "timeout", message: string, fix: string }}
   */
  async ask(url, { method = "GET", form, headers = {} } = {}) {
    if (this.sent.length >= MOST_REQUESTS) {
      throw {
        code: "network",
        message: "No more requests are made.",
        fix: "Correct the above first.",
      };
    }
    if (!URL.canParse(url)) {
      throw { code: "network", message: "An address is none.", fix: "Correct it." };
    }
    const request = { method: form === undefined ? method : "POST", url: placeOf(url) };
    this.sent.push(request);
    try {
      const response = await fetch(url, {
        method: request.method,
        body: form,
        headers: {
          accept: "application/json, text/html;q=0.9",
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
      throw fault(url, error.cause?.code ?? error.cause?.message ?? error.name);
    }
  }
}

function fault(url, name) {
  const [, what, fix] = FAULTS.find(([pattern]) => pattern.test(name)) ?? [
    "",
    `could not be reached (${name})`,
    "see whether the address opens on this machine",
  ];
  return {
    code: /time/.test(what) ? "timeout" : "network",
    message: `${new URL(url).host} ${what}.`,
    fix: `${fix[0].toUpperCase()}${fix.slice(1)}.`,
  };
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
