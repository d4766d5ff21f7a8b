import { command } from "./problem.js";
import { installBrowsers } from "./setup/browsers.js";
import { build } from "./setup/build.js";
import { installNodeModules } from "./setup/node-modules.js";
import { prepareRust } from "./setup/rust.js";

await command(async () => {
  await prepareRust();
  await installNodeModules();
  await installBrowsers(process.argv.slice(2));
  await build();
});
