import { element } from "./element.js";

/**
 * A ring that empties and a clock that counts down, once a second for as long as it is in the page.
 * A timer is not announced as it changes; a reader who moves to it hears the time left.
 *
 * @param {{ label: string, from: number, until: number }} options epoch milliseconds
 */
export function countdown({ label, from, until }) {
  const arc = element("svg:circle", {
    class: "ring-left",
    cx: 18,
    cy: 18,
    r: 15.5,
    pathLength: 1,
  });
  const ring = element(
    "svg:svg",
    { viewBox: "0 0 36 36", "aria-hidden": "true" },
    element("svg:circle", { class: "ring-whole", cx: 18, cy: 18, r: 15.5 }),
    arc,
  );
  const clock = element("span", { role: "timer", "aria-label": label });
  const node = element("div", { class: "countdown" }, ring, clock);

  function update() {
    const left = Math.max(0, until - Date.now());
    const share = Math.min(1, left / Math.max(1, until - from));
    arc.setAttribute("stroke-dasharray", `${share} 1`);
    clock.textContent = left > 0 ? formatClock(left) : "expired";
    node.dataset.state = left === 0 ? "expired" : share < 0.1 ? "soon" : "valid";
  }

  update();
  const timer = setInterval(() => (node.isConnected ? update() : clearInterval(timer)), 1000);
  return node;
}

function formatClock(milliseconds) {
  const seconds = Math.ceil(milliseconds / 1000);
  const days = Math.floor(seconds / 86400);
  const parts = [
    Math.floor((seconds % 86400) / 3600),
    Math.floor((seconds % 3600) / 60),
    seconds % 60,
  ];
  if (days === 0 && parts[0] === 0) parts.shift();
  const clock = parts
    .map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, "0")))
    .join(":");
  return days > 0 ? `${days} d ${clock}` : clock;
}
