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
 * What tests see and do: the log of requests, answers put in the place of real ones, and real ones
 * that are changed.
 *
 * @typedef {IncomingMessage & { form: URLSearchParams }} FormRequest
 * @typedef {(request: FormRequest, response: import("node:http").ServerResponse) =>
 *   unknown} Responder returning "continue" lets the provider answer after all
 * @typedef {(answer: object, request: FormRequest) => object | undefined} Change returning
 *   undefined leaves this answer as it is, and is not counted
 */
export function createObserver() {
  const requests = [];
  const failures = new Set();
  const alterations = new Set();

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
    let form = new URLSearchParams();
    if (request.method === "POST") {
      const body = await buffer(request).catch(() => undefined);
      if (body === undefined) return; // The client left before it had sent all of it.
      form = new URLSearchParams(body.toString());
      entry.form = redacted(form);
      incoming = replay(request, body);
    }
    incoming.form = form;
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

  /**
   * @param {string} path the path whose next answers to change, on either origin
   * @param {Change} change is given the JSON of an answer with status 200
   */
  const alter = (path, change, { times = 1 } = {}) => {
    const alteration = { path, change, times };
    alterations.add(alteration);
    return () => alterations.delete(alteration);
  };

  /** What to send for the answer that the provider has made. */
  const altered = (path, answer, request) =>
    [...alterations]
      .filter((one) => one.path === path)
      .reduce((before, alteration) => {
        const after = alteration.change(before, request);
        if (after === undefined) return before;
        alteration.times -= 1;
        if (alteration.times <= 0) alterations.delete(alteration);
        return after;
      }, answer);

  return { requests, observe, fail, alter, altered };
}

function redacted(form) {
  return Object.fromEntries(
    [...form].map(([name, value]) => [name, secrets.includes(name) ? fingerprint(value) : value]),
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
