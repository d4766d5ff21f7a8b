import { createHash } from "node:crypto";
import { IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";

const secrets = [
  "client_secret",
  "code",
  "code_verifier",
  "interaction",
  "password",
  "refresh_token",
  "token",
];
const kept = 10_000;

/**
 * What tests see and do: the log of requests, and answers put in the place of real ones.
 *
 * @typedef {(request: IncomingMessage, response: import("node:http").ServerResponse) =>
 *   unknown} Responder returning "continue" lets the provider answer after all
 */
export function createObserver() {
  const requests = [];
  const failures = new Set();

  /** The handler of one origin, around the one that `handlers` will have for it. */
  const observe = (origin, handlers) => async (request, response) => {
    if (!URL.canParse(request.url, "http://localhost")) return response.writeHead(400).end();
    const { pathname: path } = new URL(request.url, "http://localhost");
    const entry = { method: request.method, path, status: undefined, origin, form: {}, time: 0 };
    entry.time = Date.now();
    requests.push(entry);
    if (requests.length > kept) requests.shift();
    const writeHead = response.writeHead;
    response.writeHead = (status, ...rest) => {
      entry.status = status;
      return writeHead.call(response, status, ...rest);
    };

    let incoming = request;
    if (request.method === "POST") {
      const body = await buffer(request).catch(() => undefined);
      if (body === undefined) return; // The client left before it had sent all of it.
      entry.form = redacted(body.toString());
      incoming = replay(request, body);
    }
    const failure = [...failures].find((one) => one.path === path);
    if (failure) {
      failure.times -= 1;
      if (failure.times <= 0) failures.delete(failure);
      if ((await failure.responder(incoming, response)) !== "continue") return;
    }
    (await handlers)[origin](incoming, response);
  };

  /**
   * @param {string} path the path of the next requests to answer, on either origin
   * @param {Responder} responder
   */
  const fail = (path, responder, { times = 1 } = {}) => {
    const failure = { path, responder, times };
    failures.add(failure);
    return () => failures.delete(failure);
  };

  return { requests, observe, fail };
}

function redacted(body) {
  return Object.fromEntries(
    [...new URLSearchParams(body)].map(([name, value]) => [
      name,
      secrets.includes(name) ? fingerprint(value) : value,
    ]),
  );
}

function fingerprint(value) {
  return `sha256:${createHash("sha256").update(value).digest("hex").slice(0, 12)}`;
}

/** The same request again: the log has read its body, and the handler wants to read it too. */
function replay(request, body) {
  const again = new IncomingMessage(request.socket);
  again.method = request.method;
  again.url = request.url;
  again.headers = request.headers;
  again.complete = true;
  again.push(body);
  again.push(null);
  return again;
}
