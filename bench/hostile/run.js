// Plays the table against the libraries: see README.md.
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { cases } from "../../tests/hostile/cases/index.js";
import { judge } from "./judge.js";
import { startPages, versionOf } from "./pages.js";
import { settings } from "./peers/index.js";
import { play } from "./play.js";
import { startProvider } from "./provider.js";
import { keep } from "./seen.js";

const { values } = parseArgs({
  options: {
    peers: { type: "string" },
    cases: { type: "string", default: "" },
    tabs: { type: "string", default: "4" },
    verbose: { type: "boolean", default: false },
  },
});
const wanted = values.peers?.split(",");

const control = {
  name: "the honest provider",
  does: {},
  steps: ["start", "userInfo", "refresh"],
  then: "signOut",
  expects: { signedIn: true },
};
const columns = settings.filter(({ peer }) => wanted?.includes(peer.name) ?? true);
const all = Object.entries(cases).flatMap(([area, list]) =>
  list.filter(({ name }) => name.includes(values.cases)).map((one) => ({ area, one })),
);

/** Plays all of them, in as many tabs at a time. */
async function playAll(list, tabs, playOne) {
  const waiting = list.values();
  const inOneTab = async () => {
    let context;
    for (const each of waiting) {
      context ??= await browser.newContext({ ignoreHTTPSErrors: true });
      const tab = context.pages()[0] ?? (await context.newPage());
      const isDone = await playOne(each, tab);
      // What nothing came of may still be under way.
      if (!isDone) context = void (await context.close());
    }
    await context?.close();
  };
  await Promise.all(Array.from({ length: Math.min(tabs, list.length) }, inOneTab));
}

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    // Nothing leaves this computer.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
  ],
});
const pages = await startPages(columns.map(({ peer }) => peer.name));
const provider = await startProvider();

for (const column of columns) {
  const { peer, everyCheck } = column;
  const name = `${peer.name} ${everyCheck ? "with every check" : "by default"}`;
  let uses;
  await playAll([control], 1, async (one, tab) => {
    const seen = await play(one, column, { tab, pages, provider });
    if (isGood(seen)) uses = seen.asked;
    else console.error(`${name} does not sign in at an honest provider:`, seen);
  });
  if (!uses) {
    process.exitCode = 1;
    continue;
  }

  const seen = new Map();
  const playOne = async ({ area, one }, tab) => {
    const now = await play(one, column, { tab, pages, provider }).catch((error) => {
      console.error(`${name}: ${one.name}:`, error);
      return { steps: [], taken: {}, strayed: [], asked: [], unsettled: "the driver's step" };
    });
    seen.set(one, now);
    if (values.verbose) {
      const { outcome, why } = judge(one, area, now, { ...column, uses });
      console.log(`${outcome} | ${area} | ${one.name} | ${why ?? ""}`);
    }
    return !now.unsettled && now.strayed.length === 0;
  };
  const isSlow = ({ one }) => one.isSlow === true;
  const isUnsettled = ({ one }) => seen.get(one).unsettled;
  const [slow, quick] = [all.filter(isSlow), all.filter((each) => !isSlow(each))];
  // The slow ones wait for a library's own limit, beside the others.
  await Promise.all([
    playAll(slow, slow.length, playOne),
    playAll(quick, Number(values.tabs), playOne),
  ]);
  // Not because the computer had too much to do.
  await playAll(quick.filter(isUnsettled), 1, playOne);
  console.log(`${name}: ${seen.size} cases`);

  const byArea = {};
  for (const { area, one } of all) (byArea[area] ??= {})[one.name] = seen.get(one);
  keep(column, { version: versionOf(peer.package), uses, seen: byArea });
}

await Promise.all([browser.close(), pages.close(), provider.close()]);

function isGood({ taken, strayed }) {
  const isHeld = Boolean(taken.callback?.session);
  return isHeld && strayed.length === 0 && Object.values(taken).every(({ error }) => !error);
}
