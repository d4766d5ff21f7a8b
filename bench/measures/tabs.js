import { setTimeout as wait } from "node:timers/promises";
import { libraries } from "../libraries/index.js";
import { interleaved } from "../rounds.js";
import { newUser } from "../user.js";

const TABS = 8;
const SHORT_SECONDS = 2;
const LONG_SECONDS = 3600;

/** The refresh requests that a provider sees when eight tabs of one session need a new token. */
export async function tabs(scene) {
  const sharing = libraries.filter(({ sharesTabs }) => sharesTabs);
  const few = { ...scene, rounds: Math.min(scene.rounds, 5) };
  return interleaved(
    few,
    sharing,
    ({ name }) => name,
    (library) => expiry(scene, library),
  );
}

async function expiry(scene, { name }) {
  const { provider, app, network } = scene;
  network.rtt = 50;
  const user = await newUser(scene, `${app.origin}/${name}/endpoints-shared`);
  try {
    provider.lifetime.seconds = SHORT_SECONDS;
    await user.signIn();
    await user.page.goto("about:blank");
    provider.lifetime.seconds = LONG_SECONDS;
    await wait((SHORT_SECONDS + 2) * 1000);
    const woken = user.requests.mark();
    const pages = await Promise.all(Array.from({ length: TABS }, () => user.newPage()));
    await Promise.all(
      pages.map(async (page) => {
        await page.goto(`${user.address}/`);
        await page.waitForFunction(() => window.result);
      }),
    );
    await Promise.all(pages.map((page) => page.evaluate(() => app.token())));
    const asked = user.requests.since(woken, "provider");
    return { requests: asked.filter(({ grant }) => grant === "refresh_token").length };
  } finally {
    provider.lifetime.seconds = LONG_SECONDS;
    await user.leave();
  }
}
