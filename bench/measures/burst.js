import { setTimeout as wait } from "node:timers/promises";
import { libraries } from "../libraries/index.js";
import { interleaved } from "../rounds.js";
import { newUser } from "../user.js";

const PARALLEL = 10_000;
const SHORT_SECONDS = 2;
const LONG_SECONDS = 3600;

/** What it costs that everything in a page asks for a token at once, when a new one is due. */
export async function burst(scene) {
  scene.network.rtt = 0;
  // A count, and half a minute for those who make every request.
  const once = { ...scene, rounds: 1 };
  return interleaved(
    once,
    libraries,
    ({ name }) => name,
    (library) => allAtOnce(scene, library),
  );
}

/** The page was closed while its token expired; when it is back, everything in it wants one. */
async function allAtOnce(scene, { name, memoryOnly }) {
  const { provider, app } = scene;
  const user = await newUser(scene, `${app.origin}/${name}/endpoints`);
  try {
    provider.lifetime.seconds = SHORT_SECONDS;
    await user.signIn();
    if (!memoryOnly) await user.page.goto("about:blank");
    provider.lifetime.seconds = LONG_SECONDS;
    await wait((SHORT_SECONDS + 2) * 1000);
    const woken = user.requests.mark();
    if (!memoryOnly) {
      await user.page.goto(`${user.address}/`);
      await user.page.waitForFunction(() => window.result);
    }
    const outcome = await user.page.evaluate(async (count) => {
      const start = performance.now();
      const calls = Array.from({ length: count }, () => app.token());
      const settled = await Promise.allSettled(calls);
      const failed = settled.filter(({ status }) => status === "rejected").length;
      return { ms: performance.now() - start, failed };
    }, PARALLEL);
    const asked = user.requests.since(woken, "provider");
    const requests = asked.filter(({ grant }) => grant === "refresh_token").length;
    return { ...outcome, requests };
  } finally {
    provider.lifetime.seconds = LONG_SECONDS;
    await user.leave();
  }
}
