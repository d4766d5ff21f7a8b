/** The library whose figures the goals are held against. */
const PEER = "oidc-client-ts";
const OURS = "pkce-wasm";
const KIB = 1024;

/**
 * Every goal with what was measured.
 *
 * @returns {{ what: string, measured: string, target: string, isMet: boolean }[]}
 */
export function judgements({ bytes, flow, memory, tabs }) {
  const run = (name, mode, rtt) => flow[`${name} ${mode} ${rtt}`];
  const leave = (state, rtt) => (name, mode) => run(name, mode, rtt)[state].leave.ms.median;
  const finish = (state, rtt) => (name, mode) => run(name, mode, rtt)[state].finish.ms.median;
  const times = (what, value, [ours, theirs], most) => {
    const ratio = value(OURS, ours) / value(PEER, theirs);
    const measured = `${ratio.toFixed(2)}×`;
    return { what, measured, target: `≤ ${most}×`, isMet: ratio <= most };
  };
  const atMost = (what, measured, target, unit = "") => ({
    what,
    measured: `${measured.toLocaleString("en")}${unit}`,
    target: `≤ ${target.toLocaleString("en")}${unit}`,
    isMet: measured <= target,
  });

  const preset = ["endpoints", "issuer"];
  const issuers = ["issuer", "issuer"];
  const endpoints = ["endpoints", "endpoints"];
  const everyState = (what, value, modes, most) =>
    [50, 150].flatMap((rtt) =>
      ["cold", "warm"].map((state) =>
        times(`${what}, ${rtt} ms, ${state}`, value(state, rtt), modes, most),
      ),
    );
  const { firstLoad, signIn } = bytes[OURS];
  const cold = run(OURS, "endpoints", 50).cold;
  const warm = run(OURS, "endpoints", 50).warm;
  return [
    ...everyState("click to navigation, Cognito's preset beside the issuer", leave, preset, 0.5),
    ...everyState("click to navigation, issuer", leave, issuers, 1),
    ...everyState("click to navigation, endpoints", leave, endpoints, 1),
    ...["cold", "warm"].flatMap((state) => [
      times(`callback to session, issuer, 50 ms, ${state}`, finish(state, 50), issuers, 0.6),
      times(`callback to session, endpoints, 50 ms, ${state}`, finish(state, 50), endpoints, 0.6),
    ]),
    times(
      "first load of a signed-in page, gzip",
      (name) => bytes[name].firstLoad.gzip,
      issuers,
      0.3,
    ),
    atMost("first load of a signed-in page, gzip, goal", firstLoad.gzip, 4 * KIB, " bytes"),
    atMost("first load of a signed-in page, gzip, gate", firstLoad.gzip, 6 * KIB, " bytes"),
    atMost("sign-in and callback, gzip, goal", signIn.gzip, Math.floor(28.6 * KIB), " bytes"),
    atMost("sign-in and callback, gzip, gate", signIn.gzip, 64 * KIB, " bytes"),
    atMost("provider requests before leaving, endpoints known", cold.leave.provider.median, 0),
    atMost("serial round trips from callback to session, warm", warm.finish.serial.median, 1),
    atMost("refresh requests of eight tabs", tabs[OURS].requests.median, 1),
    atMost(
      "wasm memory after sign-in, goal",
      memory[OURS].signedIn.wasmPages.median * 64,
      256,
      " KiB",
    ),
    atMost(
      "wasm memory after sign-in, gate",
      memory[OURS].signedIn.wasmPages.median * 64,
      1228,
      " KiB",
    ),
  ];
}
