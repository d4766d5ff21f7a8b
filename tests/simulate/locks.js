/** How long a message between a page and the browser's lock manager takes. */
const MESSAGE_MILLIS = [0, 2];

const aborted = (message) => new DOMException(message, "AbortError");

/** Web Locks of one origin: the lock manager in the browser, which all its processes ask. */
export class Locks {
  #world;
  /** @type {Map<string, { held: object[], waiting: object[] }>} */
  #names = new Map();

  constructor(world) {
    this.#world = world;
  }

  /** `navigator.locks` of a page. */
  of(page) {
    return {
      request: (name, ...rest) => {
        const callback = rest.pop();
        return this.#request(page, name, rest[0] ?? {}, callback);
      },
      query: () =>
        new Promise((resolve) => {
          page.step();
          this.#later(page, () => {
            const snapshot = this.#query();
            this.#world.clock.after(this.#millis(), page, "lock", () => resolve(snapshot));
          });
        }),
    };
  }

  /** Whether the page has a lock or waits for one: then Chromium and Firefox do not cache it. */
  concerns(page) {
    return page.lockRequests.size > 0;
  }

  /**
   * Gives all that a page has and waits for to the others.
   *
   * @param {number} at when; a page that is gone has had its writes delivered by then
   */
  leave(page, at) {
    this.#world.clock.at(at, null, "lock", () => {
      for (const request of page.lockRequests) {
        request.isLeft = true;
        this.#release(request);
      }
      page.lockRequests.clear();
    });
  }

  /**
   * WebKit takes the locks of a page that goes into its back-forward cache, and rejects what it held and
   * waited for when the page comes back.
   */
  suspend(page) {
    page.brokenLocks = [...page.lockRequests];
    this.leave(page, this.#world.clock.awake);
  }

  restore(page) {
    const broken = page.brokenLocks ?? [];
    page.brokenLocks = [];
    for (const { reject } of broken) {
      this.#world.clock.after(0, page, "lock", () => reject(aborted("The page was suspended.")));
    }
  }

  #millis() {
    return this.#world.random.between(...MESSAGE_MILLIS);
  }

  /** Sends the manager a message, after those that were sent before. A page that prerenders waits. */
  #later(page, run) {
    const { clock } = this.#world;
    page.out("lock", () => {
      page.whenActive(() => {
        page.lockedBy = Math.max(page.lockedBy, clock.awake + this.#millis());
        clock.at(page.lockedBy, null, "lock", run);
      });
    });
  }

  #request(page, name, options, callback) {
    return new Promise((resolve, reject) => {
      page.step();
      const { signal, mode = "exclusive", ifAvailable = false, steal = false } = options;
      if (signal?.aborted) return reject(signal.reason);
      const request = { page, name, mode, ifAvailable, steal, callback, resolve, reject };
      page.lockRequests.add(request);
      signal?.addEventListener("abort", () => {
        if (request.isGranted || request.isLeft) return;
        request.isLeft = true;
        this.#giveUp(page, request);
        reject(signal.reason);
      });
      this.#later(page, () => this.#arrive(request));
    });
  }

  #arrive(request) {
    if (request.isLeft || request.page.isGone) return;
    const { name, ifAvailable, steal } = request;
    let lock = this.#names.get(name);
    if (lock === undefined) this.#names.set(name, (lock = { held: [], waiting: [] }));
    if (steal) {
      for (const victim of lock.held.splice(0)) {
        victim.page.lockRequests.delete(victim);
        const reject = () => victim.reject(aborted("The lock was stolen."));
        this.#world.clock.after(this.#millis(), victim.page, "lock", reject);
      }
      lock.waiting.unshift(request);
    } else {
      lock.waiting.push(request);
    }
    this.#grant(name);
    if (ifAvailable && !lock.held.includes(request)) {
      lock.waiting.splice(lock.waiting.indexOf(request), 1);
      this.#tell(request, null);
    }
  }

  #grant(name) {
    const lock = this.#names.get(name);
    while (lock.waiting.length > 0) {
      const [first] = lock.waiting;
      const isFree =
        lock.held.length === 0 ||
        (first.mode === "shared" && lock.held.every(({ mode }) => mode === "shared"));
      if (!isFree) return;
      lock.waiting.shift();
      lock.held.push(first);
      this.#tell(first, { name, mode: first.mode });
    }
    if (lock.held.length === 0) this.#names.delete(name);
  }

  /** Calls the page's callback, and frees the lock when what that gives has settled. */
  #tell(request, granted) {
    const { page, callback, resolve, reject } = request;
    this.#world.clock.after(this.#millis(), page, "lock", () => {
      if (request.isLeft) return;
      request.isGranted = true;
      if (granted === null) page.lockRequests.delete(request);
      const end = (settle) => (value) => {
        // What is left of the task of a page that is gone frees nothing: `leave` does.
        if (granted !== null && !page.isGone) this.#giveUp(page, request);
        settle(value);
      };
      let result;
      try {
        result = Promise.resolve(callback(granted));
      } catch (error) {
        result = Promise.reject(error);
      }
      result.then(end(resolve), end(reject));
    });
  }

  /** As long as the manager has not heard of it, it is one of those that it takes from a page that ends. */
  #giveUp(page, request) {
    this.#later(page, () => {
      if (page.lockRequests.delete(request)) this.#release(request);
    });
  }

  #release(request) {
    const lock = this.#names.get(request.name);
    if (lock === undefined) return;
    for (const list of [lock.held, lock.waiting]) {
      const index = list.indexOf(request);
      if (index >= 0) list.splice(index, 1);
    }
    this.#grant(request.name);
  }

  #query() {
    const held = [];
    const pending = [];
    for (const [name, lock] of this.#names) {
      for (const { mode } of lock.held) held.push({ name, mode });
      for (const { mode } of lock.waiting) pending.push({ name, mode });
    }
    return { held, pending };
  }
}
