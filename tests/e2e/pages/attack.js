/**
 * A script from elsewhere, which is there before the library. It replaces what a page's own scripts go
 * through, and keeps whatever comes by.
 */
window.loot = [];
{
  const { stringify } = JSON;
  const decode = TextDecoder.prototype.decode;
  const textOf = (value) => {
    if (typeof value === "string") return value;
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
      return decode.call(new TextDecoder("latin1"), value);
    }
    if (value instanceof URLSearchParams) return String(value);
    // Bytes are in there as well, by their numbers.
    return Array.isArray(value) ? value.map(textOf).join("\n") : inner(value);
  };
  const inner = (value) => {
    if (typeof value !== "object" || value === null) return String(value);
    const parts = Object.values(value).filter((each) => typeof each !== "function");
    return parts.map(textOf).join("\n");
  };
  const keep = (where, ...values) => {
    for (const value of values) window.loot.push([where, textOf(value)]);
  };

  const tap = (owner, name, where) => {
    const original = owner[name];
    owner[name] = function (...values) {
      keep(where, ...values);
      const result = original.apply(this, values);
      if (typeof result !== "object" || result === null) keep(where, result);
      else if (!(result instanceof Promise)) keep(where, inner(result));
      return result;
    };
  };
  for (const [where, owner, names] of [
    ["JSON", JSON, ["parse", "stringify"]],
    ["TextDecoder", TextDecoder.prototype, ["decode"]],
    ["TextEncoder", TextEncoder.prototype, ["encode", "encodeInto"]],
    ["Storage", Storage.prototype, ["setItem", "getItem"]],
    ["BroadcastChannel", BroadcastChannel.prototype, ["postMessage"]],
    ["MessagePort", MessagePort.prototype, ["postMessage"]],
    ["Worker", Worker.prototype, ["postMessage"]],
    ["window", window, ["postMessage", "structuredClone"]],
    ["Map", Map.prototype, ["set", "get"]],
    ["Uint8Array", Object.getPrototypeOf(Uint8Array.prototype), ["set"]],
    ["Promise", Promise, ["resolve"]],
  ]) {
    for (const name of names) tap(owner, name, where);
  }
  const { get } = Object.getOwnPropertyDescriptor(MessageEvent.prototype, "data");
  Object.defineProperty(MessageEvent.prototype, "data", {
    configurable: true,
    get() {
      const data = get.call(this);
      keep("MessageEvent", data);
      return data;
    },
  });

  const send = window.fetch;
  window.fetch = async (url, init) => {
    keep("fetch", String(url), init?.body ?? "", stringify(init?.headers ?? {}));
    const response = await send(url, init);
    keep("fetch", await response.clone().text());
    return response;
  };

  window.workers = [];
  window.Worker = class extends Worker {
    constructor(...given) {
      super(...given);
      window.workers.push(this);
      this.addEventListener("message", ({ data }) => keep("Worker", data));
    }
  };
  window.memories = [];
  WebAssembly.Instance = class extends WebAssembly.Instance {
    constructor(...given) {
      super(...given);
      if (this.exports.memory) window.memories.push(this.exports.memory);
    }
  };

  /** Where it has come by one of these. */
  window.foundAt = (secrets) => {
    const places = [
      ...window.loot,
      ["localStorage", stringify({ ...localStorage })],
      ["sessionStorage", stringify({ ...sessionStorage })],
      [
        "snapshot",
        stringify([client.session, client.session?.idToken, client.session?.accessToken]),
      ],
      ...window.memories.map(({ buffer }) => ["memory", textOf(buffer)]),
    ];
    const has = (text) =>
      secrets.some((secret) => text.includes(secret) || text.includes(encodeURIComponent(secret)));
    return [...new Set(places.filter(([, text]) => has(text)).map(([where]) => where))];
  };
}
