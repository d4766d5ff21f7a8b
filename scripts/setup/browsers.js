import { existsSync } from "node:fs";
import { Problem } from "../problem.js";
import { run } from "../run.js";

/** What the tests in real browsers start, and the Debian package that has it. */
const packages = {
  "/usr/bin/chromium": "chromium",
  "/usr/bin/chromedriver": "chromium-driver",
  "/usr/bin/firefox-esr": "firefox-esr",
  "/usr/bin/WebKitWebDriver": "webkit2gtk-driver",
  "/usr/bin/Xvfb": "xvfb",
};

/**
 * Installs the browsers that are missing, or says which packages have them.
 *
 * @param {string[]} [wanted] packages
 */
export async function installBrowsers(wanted = Object.values(packages)) {
  const missing = Object.keys(packages)
    .filter((path) => wanted.includes(packages[path]) && !existsSync(path))
    .map((path) => packages[path]);
  if (missing.length === 0) return;

  const install = ["apt-get", "install", "--yes", "--no-install-recommends", ...missing];
  const advice = `The tests need the Debian packages ${missing.join(" ")}`;
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) {
    throw new Problem(`${advice}: install them, and try again.`);
  }
  for (const [title, program] of [
    ["Updating the list of Debian packages", ["apt-get", "update"]],
    [`Installing ${missing.join(", ")}`, install],
  ]) {
    const { status, output } = await run(title, program, {
      env: { DEBIAN_FRONTEND: "noninteractive" },
    });
    if (status === 0) continue;
    process.stderr.write(output);
    throw new Problem(`${advice}, and ${program.slice(0, 2).join(" ")} failed: see above.`);
  }
}
