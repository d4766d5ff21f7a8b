// Makes of results.json the tables of docs/benchmarks.md and its chart: `node report.js` does it again.
import { readFileSync, writeFileSync } from "node:fs";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { format } from "prettier";
import { chart } from "./chart.js";
import { goals, targets } from "./judgements.js";
import { includeBefore, libraries, measured } from "./libraries/index.js";
import { REFRESHES } from "./measures/memory.js";

const page = new URL("../docs/benchmarks.md", import.meta.url);
const picture = new URL("../docs/benchmarks.svg", import.meta.url);
const BEGIN = "<!-- `npm run bench` writes from here -->";
const END = "<!-- to here -->";

/** Rewrites what is between the marks of the page, and leaves what is written by hand. */
export async function writeReport(results) {
  const text = readFileSync(page, "utf8");
  const [before, rest] = text.split(BEGIN);
  const [, after] = rest.split(END);
  const generated = sections(results).join("\n\n");
  const whole = [before, BEGIN, "\n\n", generated, "\n\n", END, after].join("");
  writeFileSync(page, await format(whole, { parser: "markdown", printWidth: 100 }));
  writeFileSync(picture, chart(results));
}

function sections(results) {
  const isComplete = results.before && results.callback && results.growth;
  return [
    ...(isComplete ? [aims(results)] : []),
    headline(results),
    conditions(results),
    bytes(results),
    leaving(results),
    finishing(results),
    ...(results.callback ? [compared(results)] : []),
    signedIn(results),
    hotPath(results),
    memory(results),
    ...(results.growth ? [growth(results)] : []),
    native(results),
  ];
}

const table = (heads, rows) =>
  [heads, heads.map((_, index) => (index === 0 ? "---" : "---:")), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");

/** The median, and between which two the middle half of the runs was. */
const spread = ({ median, q1, q3 }) => `${number(median)} (${number(q1)}–${number(q3)})`;

const number = (value) =>
  Math.abs(value) < 10 && !Number.isInteger(value)
    ? value.toFixed(1)
    : Math.round(value).toLocaleString("en");

/** The measured runs of each library: `[name, mode, run at a distance]`. */
const runs = (figures) =>
  libraries.flatMap(({ name }) =>
    ["issuer", "endpoints"]
      .filter((mode) => figures[`${name} ${mode} 50`])
      .map((mode) => [name, mode, (rtt) => figures[`${name} ${mode} ${rtt}`]]),
  );

const judged = (rows) =>
  table(
    ["", "measured", "goal", ""],
    rows.map(({ what, measured: value, target, missedBy }) => {
      const by = Number.isFinite(missedBy) ? ` by ${Math.ceil(missedBy * 100)} %` : "";
      return [what, value, target, missedBy === undefined ? "met" : `**missed**${by}`];
    }),
  );

function aims(results) {
  return `## The targets of the present build

pkce-wasm beside what it was at revision ${results.before}, a page that posts the code and stores the answer and does nothing else (\`floor\`), and oidc-client-ts, in the same run. A ratio is pkce-wasm's median divided by the other's, which is named after the colon; below 1 is faster or smaller. The bytes are the package's without a page around it, as [the sizes](size.md) are.

${judged(targets(results))}`;
}

function headline(results) {
  return `## Against the goals

The goals from before, some of them farther off. A ratio is pkce-wasm's median divided by oidc-client-ts's in the same run: below 1 is faster or smaller.

${judged(goals(results))}

![Bars: bytes, times and requests of each library](benchmarks.svg)`;
}

function conditions({ rounds, machine, browser, node, versions, before, faults }) {
  const rows = libraries.map(({ name, verifies, discovers, module }) => [
    name,
    `${versions[name] ?? ""}${module ? `, ${before}` : ""}`,
    discovers ? "issuer, endpoints" : "endpoints",
    verifies ? "yes" : "no",
  ]);
  const taken = Object.entries(rounds).map(([name, count]) => `${name} ${count}`);
  const failed = Object.entries(faults).flatMap(([name, some]) =>
    some.map((fault) => `- ${name}: ${fault}`),
  );
  const failures = failed.length ? `\n\nRuns that failed:\n\n${failed.join("\n")}` : "";
  return `## The run

On ${machine}, ${browser} (headless), Node ${node}. Every library in its smallest correct use (\`bench/libraries\`), bundled by esbuild, against one local provider which signs with RS256. App and provider are two sites with TLS 1.3 and HTTP/2. The libraries take turns; figures are medians, in parentheses the quartiles, of so many rounds (\`--rounds\`): ${taken.join(", ")}, where tabs takes five at most, memory three and burst one.

A round trip is simulated by the servers. Each request takes one. A new connection takes two more, for TCP and TLS, from when it is opened, which may be ahead of the request; TLS is real and adds its own work. What one connection carries at the same time waits at the same time. Not simulated are the resolution of names, the bandwidth, and a new connection's slow start: a script of 60 KB comes in as few round trips as one of 4.

${table(["library", "version", "configured by", "checks the ID token's signature"], rows)}

oauth4webapi leaves the signature to an option, which is switched on here. The others take an ID token that came over TLS as it is, and so need no keys. aws-amplify is told its hosted UI's domain, finds Cognito's paths there, and asks the user pool for new tokens. msal-browser goes back to the page that began a sign-in before it redeems the code, unless it is told not to, as it is here.${failures}`;
}

function bytes({ bytes: weights }) {
  const rows = measured(libraries, weights).map(({ name }) => {
    const { firstLoad, signIn, everything } = weights[name];
    const cell = ({ gzip, brotli }) => `${number(gzip)} / ${number(brotli)}`;
    return [name, cell(firstLoad), cell(signIn), cell(everything)];
  });
  return `## Bytes over the wire

JavaScript and WebAssembly, minified, gzip / brotli, each file compressed by itself: what the first load of a signed-in page waits for; all that a sign-in with its callback needs; all that the package has.

${table(["library", "signed-in page", "sign-in", "everything"], rows)}`;
}

function leaving({ flow }) {
  const rows = runs(flow).flatMap(([name, mode, at]) =>
    ["cold", "warm"].map((state) => [
      `${name}, ${mode}`,
      state,
      ...[0, 50, 150].map((rtt) => spread(at(rtt)[state].leave.ms)),
      at(50)[state].leave.provider.median,
      at(50)[state].leave.app.median,
    ]),
  );
  const heads = ["library, configured by", "cache", "0 ms", "50 ms", "150 ms", "provider", "app"];
  return `## Click to navigation

Milliseconds from the call that a click makes to the authorization request leaving the browser, at three round trip times; and the requests before it, to the provider since the page began to load and to the app since the click. Configured by the issuer, a library asks for the provider's metadata; with its endpoints known, as by pkce-wasm's preset for Cognito, it need not. Cold: the first sign-in of a new browser, on a page that has loaded and come to rest. Warm: the second, in a new tab. pkce-wasm gets its module and the provider's metadata while the page rests, so that a click waits for neither.

${table(heads, rows)}`;
}

function finishing({ flow }) {
  return `## Callback to session

Milliseconds from the first byte of the callback's document to the access token at hand; how many of the requests meanwhile followed one another; and how many there were. Cold: nothing in the browser's cache, and no connection open but the one that brought the document. Warm: in the browser that began the sign-in, with the app's immutable files in its cache.

${finishes(flow, (run) => run.finish)}`;
}

function compared({ callback }) {
  return `## Callback to session, in more rounds

The same of those that the targets compare.

${finishes(callback, (run) => run)}`;
}

function finishes(figures, finishOf) {
  const rows = runs(figures).flatMap(([name, mode, at]) =>
    ["cold", "warm"].map((state) => {
      const finish = (rtt) => at(rtt) && finishOf(at(rtt)[state]);
      const { provider, preflights, app, serial } = finish(50);
      return [
        `${name}, ${mode}`,
        state,
        ...[0, 50, 150].map((rtt) => (finish(rtt) ? spread(finish(rtt).ms) : "–")),
        serial.median,
        provider.median + preflights.median,
        app.median,
      ];
    }),
  );
  const requests = ["serial", "provider", "app"];
  return table(["library, configured by", "cache", "0 ms", "50 ms", "150 ms", ...requests], rows);
}

function signedIn({ flow }) {
  const rows = runs(flow)
    .filter(([, , at]) => at(0).signedIn)
    .map(([name, mode, at]) => [
      `${name}, ${mode}`,
      ...[0, 50, 150].map((rtt) => spread(at(rtt).signedIn.ms)),
      at(50).signedIn.provider.median,
      at(50).signedIn.app.median,
    ]);
  const heads = ["library, configured by", "0 ms", "50 ms", "150 ms", "provider", "app"];
  return `## Signed-in page to first API call

Milliseconds from the navigation to the first request with a bearer token, the app's files in the cache, and the requests before it. keycloak-js is not here: it keeps tokens in memory only, and asks the provider on each page.

${table(heads, rows)}`;
}

function hotPath({ calls, burst, tabs }) {
  const rows = measured(measured(libraries, calls), burst).map(({ name }) => [
    name,
    spread(calls[name].perSecond),
    burst[name].requests.median,
    burst[name].failed.median,
    number(burst[name].ms.median),
    tabs[name] ? tabs[name].requests.median : "–",
  ]);
  const heads = ["library", "calls per second", "requests", "failed", "ms", "eight tabs' requests"];
  return `## Access tokens

Calls per second of the function that gives the access token, while it is good. Then: a page that wakes up with an expired token calls it 10,000 times at once (one run): the refresh requests that the provider sees, the calls that fail, and the time until all are answered. Last: eight tabs do so, one call each. oauth4webapi has no state, so that this is left to the app, and keycloak-js shares no session between tabs.

${table(heads, rows)}`;
}

function memory({ memory: held }) {
  const rows = measured(libraries, held).map(({ name }) => {
    const { signedIn: first, refreshed } = held[name];
    const heap = ({ heapKiB }) => spread(heapKiB);
    const { median: pages } = refreshed.wasmPages;
    const wasm = pages ? `${first.wasmPages.median} → ${pages}` : "–";
    return [name, heap(first), heap(refreshed), wasm];
  });
  const heads = ["library", "heap, signed in", `after ${REFRESHES} refreshes`, "wasm pages"];
  return `## Memory

KiB of the page's JavaScript heap and what the browser keeps for it, after garbage collection; and pages of WebAssembly's memory, of 64 KiB. The token endpoint's answers to the refreshes are made in the page.

${table(heads, rows)}`;
}

function growth({ growth: measuredGrowth }) {
  const rows = Object.entries(measuredGrowth).flatMap(
    ([name, { leave, clients, finish, wasmPages }]) => [
      ...Object.entries(leave).map(([count, ms]) => [
        name,
        `sign-in, ${count} pending`,
        spread(ms),
      ]),
      ...Object.entries(clients).map(([count, ms]) => [name, `${count} clients`, spread(ms)]),
      ...Object.entries(finish).map(([count, ms]) => [
        name,
        `callback, ${count} claims more`,
        spread(ms),
      ]),
      [name, "pages of memory after 75 sign-ins", spread(wasmPages)],
    ],
  );
  return `## Growth

Milliseconds without a network's delay, the core loaded: the core's part of \`signIn()\`, with so many pending sign-ins in the storage; until so many clients on one page have started; from the callback's URL to a session, with so many further claims in the ID token. Last, pages of WebAssembly's memory, of 64 KiB, after 75 sign-ins on one page with tokens of 100 KB.

${table(["library", "", "measured"], rows)}`;
}

function native({ native: counts }) {
  const rows = Object.entries(counts).map(([name, count]) => [name, number(count)]);
  return `## The core, natively

Instructions of the core's steps, compiled natively for size as the module is, counted by callgrind. They are exact; \`bench/baseline.json\` has those that were committed, and \`npm run native --prefix bench\` compares. Signatures are WebCrypto's work and not in them.

${table(["step", "instructions"], rows)}`;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const results = JSON.parse(readFileSync(new URL("results.json", import.meta.url), "utf8"));
  if (results.before !== undefined) includeBefore();
  await writeReport(results);
}
