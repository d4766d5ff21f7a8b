/** How long a state waits for the user to come back. */
const LIFETIME_MILLIS = 60 * 60 * 1000;

/** What an application wants back with the user. */
export interface Kept {
  readonly state?: unknown;
  readonly urlState?: string | undefined;
}

interface Stored extends Kept {
  readonly time: number;
}

/**
 * Keeps what an application wants back with the user, while they are at the provider.
 *
 * The client has a path to return to for that. Here it is one that only names where the state lies.
 */
export class States {
  readonly #prefix: string;

  constructor(clientId: string) {
    this.#prefix = `pkce-wasm/oidc-client-ts/${clientId}/`;
  }

  /** Keeps a state; the path that stands for it, or none where there is nothing to keep. */
  keep(kept: Kept): string | undefined {
    if (kept.state === undefined && kept.urlState === undefined) return undefined;
    this.sweep();
    const name = crypto.randomUUID();
    localStorage.setItem(this.#prefix + name, JSON.stringify({ ...kept, time: Date.now() }));
    return `/#${name}`;
  }

  /** The state that a path stands for, once. */
  take(path: string | null): Kept {
    if (!path?.startsWith("/#")) return {};
    const key = this.#prefix + path.slice(2);
    const stored = read(key);
    localStorage.removeItem(key);
    return stored ?? {};
  }

  /** Forgets the states of users who did not come back. */
  sweep(): void {
    for (const key of Object.keys(localStorage)) {
      if (!key.startsWith(this.#prefix)) continue;
      const stored = read(key);
      if (stored === null || Date.now() - stored.time > LIFETIME_MILLIS) {
        localStorage.removeItem(key);
      }
    }
  }
}

function read(key: string): Stored | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null") as Stored | null;
  } catch {
    return null;
  }
}
