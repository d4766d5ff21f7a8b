import { libraries } from "../libraries/index.js";
import { interleaved } from "../rounds.js";
import { newUser } from "../user.js";
import { keepMemories, wasmPages } from "./memory.js";

const PENDING = [0, 1_000];
const CLIENTS = [100, 1_000];
const CLAIMS = [0, 500, 1_000];
const SIGN_INS = 75;
const TOKEN_BYTES = 100_000;

/**
 * How what pkce-wasm does grows with what there is: pending sign-ins in the storage, clients on the page,
 * claims in the ID token, all in milliseconds; and its memory of WebAssembly, in pages of 64 KiB, after many
 * sign-ins with long tokens.
 */
export async function growth(scene) {
  scene.network.rtt = 0;
  return interleaved(
    scene,
    libraries.filter(({ grows }) => grows),
    ({ name }) => name,
    async ({ name }) => ({
      leave: await each(PENDING, (count) => withPending(scene, name, count)),
      clients: await each(CLIENTS, (count) => manyClients(scene, name, count)),
      finish: await each(CLAIMS, (count) => withClaims(scene, name, count)),
      wasmPages: await longTokens(scene, name),
    }),
  );
}

/** One after the other, by their number. */
async function each(counts, measure) {
  const measured = {};
  for (const count of counts) measured[count] = await measure(count);
  return measured;
}

async function onPage(scene, name, work) {
  const user = await newUser(scene, `${scene.app.origin}/${name}/endpoints`, keepMemories);
  try {
    const { page } = user;
    const { authorize } = scene.provider;
    await page.exposeFunction("answerOf", (url) => authorize(new URL(url).searchParams));
    await page.goto(`${user.address}/`);
    await page.waitForFunction(() => window.result);
    await page.evaluate(stay);
    return await work(page);
  } finally {
    await user.leave();
  }
}

/** Runs in the page: `authorize()` begins a sign-in, without leaving, and tells where to and how long it took. */
function stay() {
  window.authorize = () =>
    new Promise((resolve, reject) => {
      const began = performance.now();
      navigation.addEventListener(
        "navigate",
        (event) => {
          event.preventDefault();
          resolve({ url: event.destination.url, ms: performance.now() - began });
        },
        { once: true },
      );
      app.signIn().catch(reject);
    });
  window.signInHere = async () => {
    const answer = await answerOf((await authorize()).url);
    const began = performance.now();
    await app.finish(answer);
    return performance.now() - began;
  };
}

const withPending = (scene, name, count) =>
  onPage(scene, name, (page) =>
    page.evaluate(async (copies) => {
      // The first one loads the core.
      await authorize();
      const key = Object.keys(localStorage).find((one) => one.includes("/transaction/"));
      const state = key.split("/").at(-1);
      const record = localStorage.getItem(key);
      localStorage.removeItem(key);
      for (let copy = 0; copy < copies; copy += 1) {
        const other = String(copy).padStart(state.length, "x");
        localStorage.setItem(key.replace(state, other), record.replaceAll(state, other));
      }
      await authorize();
      // The click waits for the browser as well, which is busy with so many writes.
      const [begun] = performance.getEntriesByName("pkce-wasm:authorization request");
      return begun.duration;
    }, count),
  );

const manyClients = (scene, name, count) =>
  onPage(scene, name, (page) =>
    page.evaluate(async (many) => {
      const began = performance.now();
      await Promise.all(Array.from({ length: many }, () => openApp(settings).load()));
      return performance.now() - began;
    }, count),
  );

const withClaims = (scene, name, count) =>
  onPage(scene, name, async (page) => {
    // The first one loads core and keys.
    await page.evaluate(() => signInHere());
    const claims = Array.from({ length: count }, (_, index) => [`claim_${index}`, `${index}`]);
    scene.provider.claims.idToken = Object.fromEntries(claims);
    try {
      return await page.evaluate(() => signInHere());
    } finally {
      scene.provider.claims.idToken = {};
    }
  });

const longTokens = (scene, name) =>
  onPage(scene, name, async (page) => {
    const long = { long: "x".repeat(TOKEN_BYTES) };
    scene.provider.claims.accessToken = long;
    scene.provider.claims.idToken = long;
    try {
      await page.evaluate(async (times) => {
        for (let done = 0; done < times; done += 1) await signInHere();
      }, SIGN_INS);
      return await wasmPages(page);
    } finally {
      scene.provider.claims.accessToken = {};
      scene.provider.claims.idToken = {};
    }
  });
