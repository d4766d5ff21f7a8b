const OURS = "pkce-wasm";
const BEFORE = "pkce-wasm-before";
const FLOOR = "floor";
/** The library whose figures the goals are held against. */
const PEER = "oidc-client-ts";
const KIB = 1024;

/**
 * @typedef {object} Judgement
 * @property {string} what
 * @property {string} measured
 * @property {string} target
 * @property {number} [missedBy] how much more than the target was measured, as a share of it
 */

/** @returns {Judgement} */
const judge = (what, measured, target, show) => ({
  what,
  measured: show(measured),
  target: `≤ ${show(target)}`,
  missedBy: measured > target ? measured / target - 1 : undefined,
});

const times = (what, ratio, most) => judge(what, ratio, most, (value) => `${value.toFixed(2)}×`);

const atMost = (what, measured, target, unit = "") =>
  judge(what, measured, target, (value) => `${value.toLocaleString("en")}${unit}`);

/**
 * What the present build is to reach, beside the build before, the floor and oidc-client-ts.
 *
 * @returns {Judgement[]}
 */
export function targets({ bytes, callback, growth }) {
  const took = (name, mode, rtt, state) => callback[`${name} ${mode} ${rtt}`][state].ms.median;
  const faster = (state, rtt, mode, than, most, theirMode = mode) =>
    times(
      `callback to session, ${state}, ${rtt} ms, ${mode}: ${than}${theirMode === mode ? "" : `, ${theirMode}`}`,
      took(OURS, mode, rtt, state) / took(than, theirMode, rtt, state),
      most,
    );
  const [ours, before] = [OURS, BEFORE].map((name) => bytes[name]);
  const { leave, clients, finish, wasmPages } = growth[OURS];
  const more = (count) => finish[count].median - finish[0].median;
  return [
    faster("warm", 50, "endpoints", BEFORE, 0.75),
    faster("warm", 50, "endpoints", FLOOR, 1.25),
    faster("warm", 0, "endpoints", BEFORE, 0.8),
    faster("warm", 150, "endpoints", PEER, 1),
    ...["endpoints", "issuer"].flatMap((mode) =>
      [50, 150].map((rtt) => faster("cold", rtt, mode, BEFORE, 1)),
    ),
    ...["endpoints", "issuer"].flatMap((mode) =>
      [50, 150].map((rtt) => faster("cold", rtt, mode, PEER, 1, "issuer")),
    ),
    times(
      `sign-in and callback, gzip: ${BEFORE}`,
      ours.alone.signIn.gzip / before.alone.signIn.gzip,
      0.75,
    ),
    atMost("sign-in and callback, gzip, goal", ours.alone.signIn.gzip, 48_700, " bytes"),
    atMost("sign-in and callback, gzip, gate", ours.alone.signIn.gzip, 50_100, " bytes"),
    times(`everything, gzip: ${BEFORE}`, ours.everything.gzip / before.everything.gzip, 0.9),
    atMost("first load, gzip, goal", ours.alone.firstLoad.gzip, 4.5 * KIB, " bytes"),
    atMost("first load, gzip, gate", ours.alone.firstLoad.gzip, 5 * KIB, " bytes"),
    times("sign-in with 1,000 pending: with none", leave[1000].median / leave[0].median, 2),
    times("1,000 clients of a page: 100", clients[1000].median / clients[100].median, 10),
    times("what 1,000 claims add to a callback: 500", more(1000) / more(500), 2),
    atMost("wasm memory after 75 sign-ins, 100 KB tokens", wasmPages.median * 64, KIB, " KiB"),
  ];
}

/**
 * What was set before, beside oidc-client-ts.
 *
 * @returns {Judgement[]}
 */
export function goals({ bytes, flow, memory, tabs }) {
  const run = (name, mode, rtt) => flow[`${name} ${mode} ${rtt}`];
  const leave = (state, rtt) => (name, mode) => run(name, mode, rtt)[state].leave.ms.median;
  const finish = (state, rtt) => (name, mode) => run(name, mode, rtt)[state].finish.ms.median;
  const faster = (what, value, [ours, theirs], most) =>
    times(what, value(OURS, ours) / value(PEER, theirs), most);

  const preset = ["endpoints", "issuer"];
  const issuers = ["issuer", "issuer"];
  const endpoints = ["endpoints", "endpoints"];
  const everyState = (what, value, modes, most) =>
    [50, 150].flatMap((rtt) =>
      ["cold", "warm"].map((state) =>
        faster(`${what}, ${rtt} ms, ${state}`, value(state, rtt), modes, most),
      ),
    );
  const { firstLoad, signIn } = bytes[OURS];
  const cold = run(OURS, "endpoints", 50).cold;
  const warm = run(OURS, "endpoints", 50).warm;
  const wasmKiB = memory[OURS].signedIn.wasmPages.median * 64;
  return [
    ...everyState("click to navigation, Cognito's preset beside the issuer", leave, preset, 0.5),
    ...everyState("click to navigation, issuer", leave, issuers, 1),
    ...everyState("click to navigation, endpoints", leave, endpoints, 1),
    ...["cold", "warm"].flatMap((state) => [
      faster(`callback to session, issuer, 50 ms, ${state}`, finish(state, 50), issuers, 0.6),
      faster(`callback to session, endpoints, 50 ms, ${state}`, finish(state, 50), endpoints, 0.6),
    ]),
    times("first load of a signed-in page, gzip", firstLoad.gzip / bytes[PEER].firstLoad.gzip, 0.3),
    atMost("first load of a signed-in page, gzip", firstLoad.gzip, 4 * KIB, " bytes"),
    atMost("sign-in and callback, gzip", signIn.gzip, Math.floor(28.6 * KIB), " bytes"),
    atMost("provider requests before leaving, endpoints known", cold.leave.provider.median, 0),
    atMost("serial round trips from callback to session, warm", warm.finish.serial.median, 1),
    atMost("refresh requests of eight tabs", tabs[OURS].requests.median, 1),
    atMost("wasm memory after sign-in", wasmKiB, 256, " KiB"),
  ];
}
