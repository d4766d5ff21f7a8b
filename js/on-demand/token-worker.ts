import type { Failure } from "../types/error.js";
import type { Asked, Told, TokenWorker } from "../types/token-worker.js";
import source from "./token-worker-inline.js";

/** Where a page's policy has the worker refused, some browsers never say so. */
const START_MILLIS = 10_000;

let opening: Promise<TokenWorker> | undefined;

/** The address of the worker's script, for as long as it is needed, and who says that it may be one. */
let address = "";
let policy: TrustedPolicy | undefined;

/**
 * Starts the worker that keeps refresh tokens: one for all clients of a page, which may take over each
 * other's sessions.
 */
export function openTokenWorker(): Promise<TokenWorker> {
  return (opening ??= startWorker().catch((cause: unknown) => {
    opening = undefined;
    const message =
      "The browser did not start the worker that is to keep the refresh token: allow blob: in worker-src.";
    throw { code: "worker_blocked", kind: "environment", message, cause } satisfies Failure;
  }));
}

async function startWorker(): Promise<TokenWorker> {
  // Bundlers lose files; and so the worker has the page's own policy.
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  let worker: Worker | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    const started = (worker = new Worker(trusted(url)));
    const name = await new Promise<string>((resolve, reject) => {
      started.onmessage = ({ data }: MessageEvent<{ name: string }>) => resolve(data.name);
      started.onerror = () => reject(new Error("The worker has failed."));
      timer = setTimeout(reject, START_MILLIS, new Error("The worker does not answer."));
    });
    return client(started, name);
  } catch (error) {
    worker?.terminate();
    throw error;
  } finally {
    clearTimeout(timer);
    URL.revokeObjectURL(url);
  }
}

/** The address of the worker's script as a page with Trusted Types takes it, and no other. */
function trusted(url: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  address = url;
  try {
    policy ??= trustedTypes?.createPolicy("pkce-wasm", { createScriptURL: () => address });
  } catch {
    // Where the page's policy asks for one, the worker does not start without.
  }
  return policy?.createScriptURL("") ?? url;
}

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(): string }): TrustedPolicy;
}

interface TrustedPolicy {
  createScriptURL(_: ""): string;
}

function client(worker: Worker, name: string): TokenWorker {
  const ask = (asked: Asked): void => worker.postMessage(asked);
  const waiting = new Map<number, (told: Exclude<Told, { name: string }>) => void>();
  let last = 0;
  worker.onmessage = ({ data }: MessageEvent<Exclude<Told, { name: string }>>) => {
    waiting.get(data.id)?.(data);
    waiting.delete(data.id);
  };
  return {
    async answerTo(url, { signal, ...init }, limit, revocation) {
      const id = (last += 1);
      return await new Promise((resolve, reject) => {
        // What comes then is kept all the same.
        signal.addEventListener("abort", () => {
          waiting.delete(id);
          reject(signal.reason);
        });
        waiting.set(id, (told) => {
          if ("answer" in told) resolve(told.answer);
          else reject({ name: told.failure });
        });
        ask({ id, url, init, limit, revocation });
      });
    },
    keeps: ({ refresh_token: handle = name }) => handle.startsWith(name),
    forget: (handle) => ask({ forget: handle }),
  };
}
