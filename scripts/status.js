import { stripVTControlCharacters } from "node:util";

/**
 * A line about what is going on. In a terminal it lives until it is closed: it shows the time that has passed and
 * the last thing that the running program wrote. In a log it is written once.
 *
 * @param {string} title
 * @param {{ live: boolean }} options without `live`, the program writes to the terminal itself
 */
export function openStatus(title, { live }) {
  const { stdout } = process;
  if (!live || !stdout.isTTY) {
    console.log(`${title} …`);
    return { env: {}, show() {}, close() {} };
  }

  const started = performance.now();
  let latest = "";
  let pending = "";
  const draw = () => {
    const seconds = Math.floor((performance.now() - started) / 1000);
    const line = `${title} … ${seconds} s  ${latest}`;
    stdout.write(`\r\x1b[2K${line.slice(0, stdout.columns - 1)}`);
  };
  draw();
  const timer = setInterval(draw, 250);

  return {
    /** Makes Cargo draw its progress bar although it writes into a pipe. */
    env: { CARGO_TERM_PROGRESS_WHEN: "always", CARGO_TERM_PROGRESS_WIDTH: "60" },
    /** @param {string} text */
    show(text) {
      const lines = stripVTControlCharacters(pending + text).split(/[\r\n]/);
      pending = lines.pop() ?? "";
      latest = lines.findLast((line) => line.trim())?.trim() ?? latest;
      draw();
    },
    close() {
      clearInterval(timer);
      stdout.write("\r\x1b[2K");
    },
  };
}
