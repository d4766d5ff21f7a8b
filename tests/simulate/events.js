/**
 * The DOM's events as far as a page's scripts can tell: Node's own are slow, keep weak references, and
 * report a listener's exception to the process.
 */
export class Target {
  #listeners;

  addEventListener(type, listener, options) {
    if (!listener) return;
    const { once = false, signal } = typeof options === "object" && options !== null ? options : {};
    if (signal?.aborted) return;
    this.#listeners ??= new Map();
    // Another list each time, for the present one may be under way.
    const listeners = this.#listeners.get(type) ?? [];
    if (listeners.some((known) => known.listener === listener)) return;
    this.#listeners.set(type, [...listeners, { listener, once }]);
    signal?.addEventListener("abort", () => this.removeEventListener(type, listener));
  }

  removeEventListener(type, listener) {
    const listeners = this.#listeners?.get(type);
    const index = listeners?.findIndex((known) => known.listener === listener) ?? -1;
    if (index >= 0) this.#listeners.set(type, listeners.toSpliced(index, 1));
  }

  dispatchEvent(event) {
    event.target ??= this;
    event.currentTarget = this;
    const own = this[`on${event.type}`];
    if (typeof own === "function") call(() => own.call(this, event));
    const listeners = this.#listeners?.get(event.type);
    if (listeners === undefined) return true;
    for (const known of listeners) {
      if (!this.#listeners.get(event.type)?.includes(known)) continue;
      const { listener, once } = known;
      if (once) this.removeEventListener(event.type, listener);
      call(() =>
        typeof listener === "function" ? listener.call(this, event) : listener.handleEvent(event),
      );
    }
    return !event.defaultPrevented;
  }
}

/** As in a page, what one listener throws harms no other one. */
function call(listener) {
  try {
    listener();
  } catch (error) {
    Promise.reject(error);
  }
}

export class PageEvent {
  target = null;
  currentTarget = null;
  defaultPrevented = false;

  constructor(type, more) {
    this.type = type;
    if (more !== undefined) Object.assign(this, more);
  }

  preventDefault() {
    this.defaultPrevented = true;
  }
}

export class PageCustomEvent extends PageEvent {
  constructor(type, { detail = null } = {}) {
    super(type);
    this.detail = detail;
  }
}

export class PageAbortSignal extends Target {
  aborted = false;
  reason = undefined;

  throwIfAborted() {
    if (this.aborted) throw this.reason;
  }
}

export class PageAbortController {
  signal = new PageAbortSignal();

  abort(reason = new DOMException("The operation was aborted.", "AbortError")) {
    const { signal } = this;
    if (signal.aborted) return;
    signal.aborted = true;
    signal.reason = reason;
    signal.dispatchEvent(new PageEvent("abort"));
  }
}

/** The static members of a page's `AbortSignal`; a timeout is one of its page's timers. */
export function abortSignalOf(setTimeout) {
  return {
    abort(reason) {
      const controller = new PageAbortController();
      controller.abort(reason);
      return controller.signal;
    },
    timeout(millis) {
      const controller = new PageAbortController();
      const late = () => controller.abort(new DOMException("It is late.", "TimeoutError"));
      setTimeout(late, millis);
      return controller.signal;
    },
    any(signals) {
      const controller = new PageAbortController();
      for (const signal of signals) {
        const abort = () => controller.abort(signal.reason);
        if (signal.aborted) abort();
        else signal.addEventListener("abort", abort, { once: true });
      }
      return controller.signal;
    },
  };
}
