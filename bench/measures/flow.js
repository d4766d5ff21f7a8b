import { libraries } from "../libraries/index.js";
import { interleaved } from "../rounds.js";
import { newUser } from "../user.js";
import { serialTrips } from "./trips.js";

/** What a library can be configured by. */
export const modesOf = ({ discovers }) => (discovers ? ["issuer", "endpoints"] : ["endpoints"]);

/**
 * How long users wait, at three distances from app and provider, for each library, configured by the
 * issuer and with its endpoints known. Times are in milliseconds.
 */
export async function flow(scene) {
  const cells = [0, 50, 150].flatMap((rtt) =>
    libraries.flatMap((library) => modesOf(library).map((mode) => ({ library, mode, rtt }))),
  );
  const nameOf = ({ library, mode, rtt }) => `${library.name} ${mode} ${rtt}`;
  return interleaved(scene, cells, nameOf, (cell) =>
    signInTwice(scene, cell, cell.library.memoryOnly ? undefined : openSignedIn),
  );
}

/**
 * One user with a new browser profile: signs in with nothing cached, finishes the sign-in with nothing
 * cached and no connection, and does both again in a new tab with the app's immutable files in the cache.
 *
 * @param {object} scene
 * @param {{ library: import("../libraries/index.js").Library, mode: string, rtt: number }} cell
 * @param {(user: object) => Promise<object>} [next] what the user does then
 */
export async function signInTwice(scene, { library, mode, rtt }, next) {
  scene.network.rtt = rtt;
  const user = await newUser(scene, `${scene.app.origin}/${library.name}/${mode}`);
  try {
    const cold = await signIn(scene, user, true);
    await user.changeTab();
    const warm = await signIn(scene, user, false);
    return next ? { cold, warm, signedIn: await next(user) } : { cold, warm };
  } finally {
    await user.leave();
  }
}

async function signIn({ app, provider }, user, forget) {
  const { page, address, requests, until } = user;
  let release;
  provider.hold(new Promise((resolve) => (release = resolve)));
  const opened = requests.mark();
  await page.goto(`${address}/`);
  await page.waitForFunction(() => window.result);
  // A user reads before the click: no library is asked in the middle of what it does by itself.
  await page.waitForLoadState("networkidle");
  const clicking = requests.mark();
  // Leaving may come before the answer.
  await page.evaluate(() => void setTimeout(window.leave)).catch(() => undefined);
  const left = await until(clicking, "provider", "/authorize");
  // Some ask the provider for its metadata before the click.
  const before = [
    ...requests.since(opened, "provider", left.start),
    ...requests.since(clicking, "app", left.start),
  ];
  if (forget) {
    const devtools = await user.devtools();
    await devtools.send("Network.clearBrowserCache");
    app.closeConnections();
    provider.closeConnections();
  }
  const leaving = requests.mark();
  release();
  const result = await user.atCallback();
  const clicked = await page.evaluate(() => Number(sessionStorage.getItem("bench-clicked")));
  const between = [...requests.since(leaving, "app"), ...requests.since(leaving, "provider")];
  return {
    leave: { ms: left.start - clicked, ...counted(before) },
    finish: { ms: result.took, ...counted(between), serial: serialTrips(between) },
  };
}

async function openSignedIn({ page, address, requests, until }) {
  const opened = requests.mark();
  await page.goto(`${address}/signed-in`);
  const asked = await until(opened, "app", "/api");
  if (!asked.bearer?.startsWith("Bearer ey")) throw new Error("no bearer");
  const began = await page.evaluate(() => performance.timeOrigin);
  const before = [
    ...requests.since(opened, "app", asked.start),
    ...requests.since(opened, "provider", asked.start),
  ];
  return { ms: asked.start - began, ...counted(before) };
}

function counted(requests) {
  const of = (at) => requests.filter((one) => one.at === at && one.method !== "OPTIONS").length;
  const preflights = requests.filter(({ method }) => method === "OPTIONS").length;
  return { app: of("app"), provider: of("provider"), preflights };
}
