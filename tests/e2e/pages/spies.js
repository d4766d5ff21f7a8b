/**
 * Notes each use that the library makes of what it must not touch before it is asked to do
 * something. What drivers do in the page, such as setting timers, is none of the library's doing.
 */
window.touched = [];
const note = (name) => {
  if (new Error().stack.includes("/pkg/")) window.touched.push(name);
};

for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"]) {
  const { get } = Object.getOwnPropertyDescriptor(window, name);
  Object.defineProperty(window, name, {
    configurable: true,
    get() {
      note(name);
      return get.call(window);
    },
  });
}

const spyOn = (owner, ownerName, methods) => {
  for (const method of methods) {
    const original = owner[method];
    owner[method] = function (...values) {
      note(`${ownerName}.${method}`);
      return new.target ? Reflect.construct(original, values) : original.apply(this, values);
    };
  }
};
spyOn(window, "window", [
  "fetch",
  "XMLHttpRequest",
  "BroadcastChannel",
  "Worker",
  "setTimeout",
  "setInterval",
  "addEventListener",
  "postMessage",
]);
spyOn(WebAssembly, "WebAssembly", [
  "compile",
  "compileStreaming",
  "instantiate",
  "instantiateStreaming",
  "Module",
  "Instance",
  "Memory",
]);
spyOn(crypto, "crypto", ["getRandomValues", "randomUUID"]);
spyOn(navigator.locks, "navigator.locks", ["request", "query"]);
spyOn(history, "history", ["pushState", "replaceState"]);

window.load = () => import("/pkg/index.js");
