// `npm start`: sets up, builds, and serves the playground with its provider.
import { command, Problem } from "./problem.js";
import { build } from "./setup/build.js";
import { installNodeModules } from "./setup/node-modules.js";
import { checkPorts } from "./setup/ports.js";
import { prepareRust } from "./setup/rust.js";

const ISSUER_PORT = 9400;
const DOMAIN_PORT = 9401;
const PLAYGROUND_PORT = 8585;

await command(async () => {
  await checkPorts({
    "the playground": PLAYGROUND_PORT,
    "the issuer": ISSUER_PORT,
    "the hosted UI": DOMAIN_PORT,
  });
  await prepareRust();
  await installNodeModules();
  await build();

  // This needs the node modules, which may have been installed only now.
  const { serve } = await import("./local.js");
  const ports = {
    playgroundPort: PLAYGROUND_PORT,
    issuerPort: ISSUER_PORT,
    domainPort: DOMAIN_PORT,
  };
  const running = await serve({ ...ports, tell: console.error }).catch((error) => {
    throw error.code === "EADDRINUSE" ? new Problem(error.message) : error;
  });
  console.log(`
  Playground  ${running.playground}
  Issuer      ${running.issuer}
  Hosted UI   ${running.domain}

  Sign in as user@example.com with the password Passw0rd!
  Press Ctrl+C to stop.
`);

  const stop = () => running.close().then(() => process.exit());
  process.once("SIGINT", stop).once("SIGTERM", stop);
});
