import { libraries, measured } from "./libraries/index.js";

const WIDTH = 860;
const NAMES = 150;
const BAR = 18;
const HEAD = 44;

/** The figures that users compare, as bars. @returns {string} an SVG document */
export function chart(results) {
  const { bytes, flow, tabs } = results;
  const at = (name) => flow[`${name} issuer 50`] ?? flow[`${name} endpoints 50`];
  const running = libraries.filter(({ name }) => at(name));
  const panels = [
    {
      title: "JavaScript of a signed-in page, KB gzip",
      bars: measured(libraries, bytes).map(({ name }) => [name, bytes[name].firstLoad.gzip / 1000]),
    },
    {
      title: "Everything that a sign-in loads, KB gzip",
      bars: measured(libraries, bytes).map(({ name }) => [name, bytes[name].signIn.gzip / 1000]),
    },
    {
      title: "Click to navigation, configured as for Cognito, 50 ms round trip, first visit, ms",
      bars: running.map(({ name }) => [
        name,
        (name === "pkce-wasm" ? flow[`${name} endpoints 50`] : at(name)).cold.leave.ms.median,
      ]),
    },
    {
      title: "Callback to session, 50 ms round trip, app in the cache, ms",
      bars: running.map(({ name }) => [name, at(name).warm.finish.ms.median]),
    },
    {
      title: "Refresh requests of eight tabs when their token expires",
      bars: Object.keys(tabs).map((name) => [name, tabs[name].requests.median]),
    },
  ];
  let top = 0;
  const drawn = panels.map((panel) => {
    const group = `<g transform="translate(0 ${top})">${drawPanel(panel)}</g>`;
    top += HEAD + panel.bars.length * BAR;
    return group;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${top + 16}" font-family="system-ui, sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#fff"/>
${drawn.join("\n")}
</svg>
`;
}

function drawPanel({ title, bars }) {
  const most = Math.max(...bars.map(([, value]) => value));
  const room = WIDTH - NAMES - 70;
  const rows = bars.map(([name, value], index) => {
    const y = HEAD - 8 + index * BAR;
    const width = Math.max(1, (value / most) * room).toFixed(1);
    const colour = name === "pkce-wasm" ? "#d9480f" : "#adb5bd";
    const figure = value < 10 && !Number.isInteger(value) ? value.toFixed(1) : Math.round(value);
    return `<text x="${NAMES - 8}" y="${y + 12}" text-anchor="end">${name}</text><rect x="${NAMES}" y="${y + 2}" width="${width}" height="${BAR - 5}" fill="${colour}"/><text x="${NAMES + Number(width) + 6}" y="${y + 12}">${figure}</text>`;
  });
  return [`<text x="12" y="28" font-size="14" font-weight="600">${title}</text>`, ...rows].join(
    "\n",
  );
}
