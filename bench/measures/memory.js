import { libraries } from "../libraries/index.js";
import { interleaved } from "../rounds.js";
import { newUser } from "../user.js";

/** pkce-wasm makes one in a second, and no more. */
export const REFRESHES = 60;

/**
 * What a page holds after sign-in, and after many refreshes: kibibytes of the JavaScript heap with what
 * the browser keeps for it, and pages of WebAssembly's memory, of 64 KiB.
 *
 * The token endpoint's answers come from the page itself: the first one, again and again.
 */
export async function memory(scene) {
  scene.network.rtt = 0;
  const few = { ...scene, rounds: Math.min(scene.rounds, 3) };
  return interleaved(
    few,
    libraries,
    ({ name }) => name,
    async ({ name }) => {
      const user = await newUser(scene, `${scene.app.origin}/${name}/endpoints`, keepMemories);
      try {
        await user.signIn();
        const signedIn = await held(user);
        await refresh(user, REFRESHES);
        return { signedIn, refreshed: await held(user) };
      } finally {
        await user.leave();
      }
    },
  );
}

/** Runs in the page before its scripts: keeps the instances of WebAssembly, to ask them for their memory. */
export function keepMemories() {
  window.instances = [];
  WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
    construct(target, args) {
      const instance = Reflect.construct(target, args);
      window.instances.push(instance);
      return instance;
    },
  });
}

async function held(user) {
  const { page } = user;
  const devtools = await user.devtools();
  await devtools.send("HeapProfiler.collectGarbage");
  const { usedSize, embedderHeapUsedSize } = await devtools.send("Runtime.getHeapUsage");
  const heapKiB = (usedSize + embedderHeapUsedSize) / 1024;
  return { heapKiB, wasmPages: await wasmPages(page) };
}

/** The pages of 64 KiB that the instances have which {@link keepMemories} keeps. */
export const wasmPages = (page) =>
  page.evaluate(() =>
    instances.reduce((sum, { exports }) => sum + exports.memory.buffer.byteLength / 65_536, 0),
  );

async function refresh({ page }, count) {
  const asked = await page.evaluate(async (times) => {
    const real = fetch;
    let asked = 0;
    let answer;
    window.fetch = async (resource, init) => {
      const { pathname } = new URL(resource?.url ?? resource, location.href);
      if (!/\/oauth2?\/token$/.test(pathname)) return real(resource, init);
      asked += 1;
      answer ??= await (await real(resource, init)).text();
      return new Response(answer, { headers: { "Content-Type": "application/json" } });
    };
    for (let done = 0; done < times; done += 1) await app.refresh();
    window.fetch = real;
    return asked;
  }, count);
  if (asked < count) throw new Error(`${count} refreshes made only ${asked} requests`);
}
