import type { KeptKey, Prove } from "../types/proof-key.js";

const DATABASE = "pkce-wasm";
const KEYS = "keys";
const ECDSA = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** Opens the key of that name, in IndexedDB: the only storage that keeps a key without showing it. */
export function openProofKey(name: string): KeptKey {
  const nonces = new Map<string, string>();
  let opening: Promise<CryptoKeyPair> | undefined;
  const open = (): Promise<CryptoKeyPair> =>
    (opening ??= keyPair(name).catch((error: unknown) => {
      opening = undefined;
      throw error;
    }));
  const key: KeptKey = {
    async publicKey() {
      return JSON.stringify(await crypto.subtle.exportKey("jwk", (await open()).publicKey));
    },
    async sign(input) {
      const { privateKey } = await open();
      const signed = new TextEncoder().encode(input);
      return base64url(await crypto.subtle.sign(ECDSA, privateKey, signed));
    },
    nonce: (origin) => nonces.get(origin),
    keep: (origin, nonce) => void nonces.set(origin, nonce),
    fetch: (prove, request, token) => fetchWithProof(prove, key, request, token),
    async forget() {
      key.release();
      await inStore((keys) => keys.delete(name));
    },
    release() {
      opening = undefined;
      nonces.clear();
    },
  };
  return key;
}

/**
 * Twice where the API wants a nonce in the proof (RFC 9449 §9). Each request waits for its own answer.
 */
async function fetchWithProof(
  prove: Prove,
  key: KeptKey,
  request: Request,
  token: string,
): Promise<Response> {
  const { origin } = new URL(request.url);
  const send = async (target: Request): Promise<Response> => {
    const proof = await prove(target.method, target.url, token);
    target.headers.set("authorization", `DPoP ${token}`);
    target.headers.set("dpop", proof);
    const response = await fetch(target);
    const nonce = response.headers.get("dpop-nonce");
    if (nonce !== null) key.keep(origin, nonce);
    return response;
  };
  const again = request.clone();
  const response = await send(request);
  if (response.status !== 401 || !response.headers.has("dpop-nonce")) return response;
  await response.body?.cancel();
  return await send(again);
}

/** The pair that is there. Of two tabs that make one at a time, the first has its way. */
async function keyPair(name: string): Promise<CryptoKeyPair> {
  const read = (): Promise<CryptoKeyPair | undefined> => inStore((keys) => keys.get(name));
  const present = await read();
  if (present !== undefined) return present;
  const made = await crypto.subtle.generateKey(ECDSA, false, ["sign"]);
  await inStore((keys) => keys.add(made, name)).catch(() => undefined);
  const kept = await read();
  if (kept === undefined) throw new Error("The browser does not keep the key.");
  return kept;
}

async function inStore<T>(work: (keys: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => void opening.result.createObjectStore(KEYS);
  const database = await settled(opening);
  try {
    return await settled(work(database.transaction(KEYS, "readwrite").objectStore(KEYS)));
  } finally {
    database.close();
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function base64url(bytes: ArrayBuffer): string {
  const text = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
